"""The log, as far as somebody may read it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef

from alliance.models import Seat
from moderation.models import CaseAuthor, LogEntry
from moderation.queries import powers
from moderation.rules import SEE_LOG


def seen_by(seats: Iterable[Seat]) -> Any:
    """Entries (a QuerySet), newest first: stewards of a space see what happened there.

    Nobody reads in it what was done about their own words.
    """
    held = list(seats)
    where = powers.spaces_with(held, SEE_LOG)
    entries = LogEntry.objects.select_related("case", "space", "seat__person")
    if where is not powers.EVERYWHERE:
        entries = entries.filter(space__in=where, is_outside=False)
    own = CaseAuthor.objects.filter(
        case=OuterRef("case_id"), person__in={seat.person_id for seat in held}
    )
    return entries.filter(~Exists(own)).order_by("-at", "-id")


def of_case(case: Any) -> Any:
    """What was done in one case, in order."""
    return LogEntry.objects.filter(case=case).select_related("seat__person").order_by("at", "id")
