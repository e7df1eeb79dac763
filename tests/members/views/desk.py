"""What a test of the desk reads, and whose browser it borrows."""

import re
from typing import Any

from django.http import HttpResponse

from alliance.models import Person
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from members.models import Membership
from members.queries.memberships import status_of, today
from tests.pledges.views.browsing import text

LIST, NEW = "/staff/members/", "/staff/members/new/"
BAKERY = "/staff/members/bens-bakery/"


def browser_of(visit: Any, alliance: Any, role: str) -> Any:
    """Somebody's with that one seat."""
    with in_alliance(alliance):
        person = Person.objects.create_user(email=f"{role}@example.com", password="x")
        return visit(alliance, give_seat(person=person, role=role, by=None))


def names(page: HttpResponse) -> list[str]:
    """The businesses of the list, in their order."""
    return re.findall(r'<th scope="row"><span><a href="/staff/members/[^"]*">(.*?)</a>', text(page))


def status(alliance: Any, membership: Membership) -> str:
    with in_alliance(alliance):
        return status_of(Membership.objects.get(pk=membership.pk))


def today_in(alliance: Any) -> str:
    with in_alliance(alliance):
        return today().isoformat()
