"""Addresses of the directory's room: the public's lists, one listing, the member's, the staff's."""

from django.urls import include, path

from directory.urls import listing, lists, own, staff

# Lists before one listing: /directory/map/ is no business.
public_urls = ([*lists.public, *listing.public, *own.public], "directory")
staff_urls = (staff.staff, "directory_staff")

urlpatterns = [path("", include(public_urls)), path("staff/", include(staff_urls))]
