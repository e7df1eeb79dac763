"""Template words of the pledges' room: a drive's bar, a card's stamps, last days."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from alliance.money import format_money
from alliance.tenancy.scope import current_alliance
from pledges.models import Pledge, PledgeDrive
from pledges.progress import progress_of
from pledges.queries import DriveFigures

register = template.Library()


@register.inclusion_tag("components/progress_bar.html")
def drive_bar(drive: PledgeDrive, figures: DriveFigures, name: str = "") -> dict[str, Any]:
    """How far a drive has come in money; `name` keeps the drawings of one page apart."""
    found = progress_of(drive, figures)
    return {
        "id": name,
        "honoured": found.honoured,
        "active": found.active,
        "dropped": found.dropped,
        "title": found.standing,
        "goal_text": found.goal,
    }


@register.filter
def stamps(pledge: Pledge) -> str:
    """The card's stamps, `xxx---------`: ten or twelve, whichever divides the pledge."""
    count = _stamp_count(pledge)
    return ("x" * (pledge.held_minor * count // pledge.amount_minor)).ljust(count, "-")


@register.filter
def stamp_worth(pledge: Pledge) -> str:
    """What one stamp stands for, as $20."""
    return format_money(pledge.amount_minor // _stamp_count(pledge), pledge.currency)


@register.filter
def last_day(end: datetime | None) -> str:
    """The calendar day that a deadline at local midnight ends, as 22 Nov 2026."""
    if end is None:
        return ""
    moment = timezone.localtime(end, current_alliance().zone) - timedelta(microseconds=1)
    return date_format(moment, "j M Y")


@register.filter
def percent(part: Decimal) -> str:
    """A part as whole percents, 0.953 as 95%."""
    return f"{round(part * 100)}%"


@register.filter
def beyond(count: int, shown: list[Any]) -> int:
    """How many there are beside those that are shown."""
    return max(0, count - len(shown))


def _stamp_count(pledge: Pledge) -> int:
    # A pledge is a multiple of ten dollars, so ten always divides it.
    return 12 if pledge.amount_minor % 1200 == 0 else 10
