"""`{% load gatherings %}`: days and hours on a gathering's own wall clock, states' badges."""

from datetime import date

from django import template
from django.utils.formats import date_format

from gatherings import phrases
from gatherings.models import Gathering, GatheringState, Occurrence
from gatherings.queries.people import DateCounts

register = template.Library()

KINDS = {
    GatheringState.SUBMITTED: "warn",
    GatheringState.PUBLISHED: "good",
    GatheringState.CANCELLED: "bad",
}


@register.filter
def when(occurrence: Occurrence) -> str:
    """Tuesday, 8 December 2026, 8:00 AM – 9:30 AM, and whose clock where it is not ours."""
    return phrases.when(occurrence)


@register.filter
def hours(occurrence: Occurrence) -> str:
    """8:00 AM – 9:30 AM, and whose clock where it is not ours."""
    said = f"{phrases.hour(occurrence.local_start)} – {phrases.hour(occurrence.local_end)}"
    name = phrases.zone(occurrence)
    return f"{said} ({name})" if name else said


@register.filter
def full_day(day: date) -> str:
    """Tuesday, 8 December 2026."""
    return date_format(day, "l, j F Y")


@register.filter
def short_day(day: date) -> str:
    """Tuesday, 8 December: where the year stands above."""
    return date_format(day, "l, j F")


@register.filter
def state_kind(gathering: Gathering) -> str:
    """Which of the design's badges its state wears."""
    return KINDS.get(GatheringState(gathering.state), "")


@register.filter
def of_date(counts: dict[object, DateCounts], occurrence: Occurrence) -> DateCounts:
    """`{% with own=counts|of_date:occurrence %}`: who waits for one date, and who came."""
    return counts.get(occurrence.pk, DateCounts())
