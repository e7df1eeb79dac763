"""What stands in the header and beside the desk: each room says its own doors."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.access import Action, seat_for
from alliance.models import Seat


@dataclass(frozen=True)
class Door:
    """A link; one with an `action` shows to those who may do it, `unless` hides it from some."""

    label: Any
    url_name: str
    order: int
    action: Action | None = None
    unless: Action | None = None

    def is_open(self, seats: Iterable[Seat]) -> bool:
        """Whether whoever holds these seats is shown it."""
        held = tuple(seats)
        if self.unless is not None and seat_for(held, self.unless):
            return False
        return self.action is None or seat_for(held, self.action) is not None


# Where each part of the desk begins, by the doors' order; the first stands alone.
PARTS = (
    (0, ""),
    (10, _("Pledges")),
    (20, _("Members")),
    (26, _("Directory")),
    (30, _("Money")),
    (40, _("Together")),
    (70, _("This desk")),
)
_doors: list[Door] = []
_staff_doors: list[Door] = []
_landings: list[Door] = []
_footers: list[Door] = []


def register(*doors: Door) -> None:
    """Adds a room's doors to the header; called in `AppConfig.ready`."""
    _add(_doors, doors)


def register_staff(*doors: Door) -> None:
    """Adds a room's doors to the desk's side; called in `AppConfig.ready`."""
    _add(_staff_doors, doors)


def register_footer(*doors: Door) -> None:
    """Adds a room's doors to the foot of every page; called in `AppConfig.ready`."""
    _add(_footers, doors)


def register_landing(*doors: Door) -> None:
    """Where those who may open these doors come after signing in; in `AppConfig.ready`."""
    _add(_landings, doors)


def landing(seats: Iterable[Seat]) -> str:
    """The name of the address where whoever holds these seats begins; the front door's else."""
    held = tuple(seats)
    return next((door.url_name for door in _landings if door.is_open(held)), "home")


def items(request: HttpRequest) -> list[dict[str, Any]]:
    """The header's doors that this visitor may open, in order."""
    return _open(_doors, request)


def footer_items(request: HttpRequest) -> list[dict[str, Any]]:
    """The footer's doors that this visitor may open, in order."""
    return _open(_footers, request)


def staff_parts(request: HttpRequest) -> list[dict[str, Any]]:
    """The desk's doors that this visitor may open, in order, by the part they stand in."""
    parts = groupby(_open(_staff_doors, request), key=lambda item: item["part"])
    return [{"name": name, "doors": list(doors)} for name, doors in parts]


def part_of(door: Door) -> Any:
    """The name of the desk's part in which a door stands."""
    return next(name for start, name in reversed(PARTS) if door.order >= start)


def _add(known: list[Door], doors: tuple[Door, ...]) -> None:
    for door in doors:
        if door not in known:
            known.append(door)
    known.sort(key=lambda door: door.order)


def _open(doors: list[Door], request: HttpRequest) -> list[dict[str, Any]]:
    open_doors = [door for door in doors if door.is_open(request.seats)]  # type: ignore[attr-defined]
    urls = [reverse(door.url_name) for door in open_doors]
    # The longest: the desk's own address begins that of everything behind it.
    here = max((url for url in urls if request.path.startswith(url)), key=len, default=None)
    return [
        {"label": door.label, "url": url, "is_current": url == here, "part": part_of(door)}
        for door, url in zip(open_doors, urls, strict=True)
    ]
