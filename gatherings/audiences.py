"""Closed gatherings: an upper room says who sees them, and where their page is.

A gathering whose audience is `closed` stands on no page, list, feed, calendar or
API of this room, not even for staff; only those whom its owner names find it
among the events, and the link there leads to the owner's page.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from alliance.models import Seat

if TYPE_CHECKING:
    from gatherings.models import Gathering

CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Circle:
    """One room's closed gatherings.

    seen_by: the ids of those that these seats may see, as a queryset for `__in`.
    belongs: which answers (`Rsvp`) are by people who may still see the gathering.
    page: the path of its page, None where it is another room's.
    """

    key: str
    seen_by: Callable[[Sequence[Seat]], Any]
    belongs: Callable[[], Q]
    page: "Callable[[Gathering], str | None]"


_circles: dict[str, Circle] = {}


def register(circle: Circle) -> None:
    """Adds a room's closed gatherings; called in `AppConfig.ready`.

    Raises:
        ValueError: another has this key.
    """
    if _circles.setdefault(circle.key, circle) != circle:
        raise ValueError(f"Two different circles are called {circle.key}.")


def seen_by(seats: Iterable[Seat], *, path: str) -> Q:
    """Which closed gatherings these seats may see; `path` leads from the row to the gathering."""
    held = tuple(seats)
    nothing = Q(pk__in=[])
    if not held:
        return nothing
    return reduce(or_, (Q(**{f"{path}__in": each.seen_by(held)}) for each in _each()), nothing)


def standing_answers() -> Q:
    """Answers to open gatherings, and to closed ones those of people who still belong there."""
    is_open = ~Q(occurrence__gathering__audience=CLOSED)
    return reduce(or_, (each.belongs() for each in _each()), is_open)


def page_of(gathering: "Gathering") -> str:
    """The path of a closed gathering's page; the front door where no room knows it."""
    return next((path for each in _each() if (path := each.page(gathering))), "/")


def _each() -> Iterable[Circle]:
    return _circles.values()
