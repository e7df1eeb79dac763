"""Who looks after a group: stewards of its space, and of every place."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import F, Q, QuerySet

from alliance.access import STEWARDS
from alliance.models import Seat
from groups.models import Group
from moderation.models import Stewardship


def spaces_of(seats: Iterable[Seat], roles: Iterable[str] = STEWARDS) -> set[UUID]:
    """The spaces of which these seats are stewards; not those who look after every place."""
    held = [seat.pk for seat in seats if seat.role in roles]
    if not held:
        return set()
    found = Stewardship.objects.live().filter(seat__in=held, space__isnull=False)
    return set(found.values_list("space_id", flat=True))


def stewards_of(group: Group) -> QuerySet[Stewardship]:
    """Those of the group's own space, then those of every place."""
    return (
        Stewardship.objects.live()
        .filter(Q(space=group.space_id) | Q(space__isnull=True))
        .filter(seat__in=Seat.objects.live())
        .select_related("person", "seat__person")
        .order_by(F("space_id").asc(nulls_last=True), "role", "accepted_at", "id")
    )


def roles_in(group: Group) -> set[str]:
    """The roles that somebody has accepted for this group, or for every place."""
    return set(stewards_of(group).order_by().values_list("role", flat=True))
