"""Addresses of the members' room: the public's, the member's, the staff's; a module a noun."""

from django.urls import include, path

from members.urls import applications, cards, imports, library, members, money, reports, volunteers

# Cards before money: /staff/payments/stripe/ is no payment's number.
NOUNS = (applications, members, cards, money, imports, reports, volunteers, library)

public_urls = ([address for noun in NOUNS for address in noun.public], "members")
staff_urls = ([address for noun in NOUNS for address in noun.staff], "members_staff")

urlpatterns = [path("", include(public_urls)), path("staff/", include(staff_urls))]
