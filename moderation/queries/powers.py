"""What a person's seats may do in a space: stewards where their charter says, staff everywhere."""

from collections.abc import Iterable
from enum import Enum
from uuid import UUID

from django.db.models import Q

from alliance import clock
from alliance.access import MATRIX, STAFF, STEWARDS, Action
from alliance.models import Person, Seat
from moderation.models import Space, Stewardship


class Everywhere(Enum):
    """Every space, and what stands in none."""

    EVERYWHERE = "everywhere"


EVERYWHERE = Everywhere.EVERYWHERE
Spaces = Everywhere | frozenset[UUID]


def seat_with(seats: Iterable[Seat], action: Action, space: Space | None) -> Seat | None:
    """The first of these seats that may do this in the space; None: outside every space.

    A steward whose charter names no space may do it everywhere.
    """
    able = _able(seats, action)
    chartered = _charters(able)
    space_id = space.pk if space else None
    for seat in able:
        if seat.role not in STEWARDS or chartered.get(seat.pk, set()) & {None, space_id}:
            return seat
    return None


def spaces_with(seats: Iterable[Seat], action: Action) -> Spaces:
    """Where these seats may do this: everywhere, or the ids of some spaces, perhaps of none."""
    able = _able(seats, action)
    if any(seat.role not in STEWARDS for seat in able):
        return EVERYWHERE
    spaces = set().union(*_charters(able).values())
    return EVERYWHERE if None in spaces else frozenset(pk for pk in spaces if pk)


def stewards_of(space: Space | None) -> list[Stewardship]:
    """Live charters for exactly this space, with their people."""
    live = Stewardship.objects.live().filter(space=space)
    return list(live.select_related("person", "seat").order_by("role", "accepted_at", "id"))


def stewards_for(space: Space | None, role: str) -> list[Stewardship]:
    """Live charters of this role for the space or for everywhere, with their people."""
    here = Q(space=None) | Q(space=space) if space else Q(space=None)
    live = Stewardship.objects.live().filter(here, role=role).select_related("person", "seat")
    return list(live.order_by("accepted_at", "id"))


def looks_after(person: Person) -> bool:
    """Whether this person is staff, or a steward of anything, now."""
    now = clock.now()
    seats = Seat.objects.live().filter(person=person)
    chartered = Stewardship.objects.live().filter(person=person, expires_at__gt=now)
    return seats.filter(role__in=STAFF).exists() or chartered.exists()


def _able(seats: Iterable[Seat], action: Action) -> list[Seat]:
    """The seats whose role may do this and that count now."""
    roles, now = MATRIX[action.name].roles, clock.now()
    return [
        seat
        for seat in seats
        if seat.role in roles
        and seat.ended_at is None
        and (seat.expires_at is None or seat.expires_at > now)
    ]


def _charters(seats: Iterable[Seat]) -> dict[UUID, set[UUID | None]]:
    """The spaces of each steward's seat; no query where nobody is one."""
    found: dict[UUID, set[UUID | None]] = {}
    stewards = [seat.pk for seat in seats if seat.role in STEWARDS]
    if stewards:
        live = Stewardship.objects.live().filter(seat__in=stewards)
        for seat_id, space_id in live.order_by().values_list("seat_id", "space_id"):
            found.setdefault(seat_id, set()).add(space_id)
    return found
