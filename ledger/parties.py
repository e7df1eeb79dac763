"""Whom a line concerns: the room above says how to name them and where they are."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Party:
    """A name, and the address of the page about it."""

    name: str
    url: str


Names = Callable[[Collection[UUID]], Mapping[UUID, Party]]
_rooms: list[Names] = []


def register(names: Names) -> None:
    """Adds a room's way to name ids; it gives those that it knows, in one query."""
    if names not in _rooms:
        _rooms.append(names)


def named(ids: Iterable[UUID | None]) -> dict[UUID | None, Party]:
    """Those of the ids that a room knows; None is nobody's."""
    wanted = {pk for pk in ids if pk is not None}
    found: dict[UUID | None, Party] = {}
    for names in _rooms:
        if wanted:
            known = names(wanted)
            found.update(known.items())
            wanted -= set(known)
    return found
