"""Advisors' notes, as far as somebody may read them."""

from collections.abc import Iterable
from typing import Any

from alliance.models import Person, Seat
from moderation.models import Note
from moderation.queries import powers
from moderation.rules import ADVISE


def about(person: Person, seats: Iterable[Seat]) -> Any:
    """Notes about a person (a QuerySet), newest first; nobody reads those about themselves."""
    held = list(seats)
    if any(seat.person_id == person.pk for seat in held):
        return Note.objects.none()
    notes = Note.objects.filter(about=person).select_related("by__person", "case", "space")
    where = powers.spaces_with(held, ADVISE)
    if where is not powers.EVERYWHERE:
        notes = notes.filter(space__in=where)
    return notes.order_by("-at", "-id")
