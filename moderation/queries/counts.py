"""Monthly counts for everybody to read, from five up."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import TruncMonth

from alliance import clock
from alliance.tenancy.scope import current_alliance
from moderation.models import Appeal, Case, Decision, Flag, Origin, Outcome, Stage

FROM = 5


@dataclass(frozen=True)
class Month:
    """What happened in a month; None is "fewer than five", or too few to give a median.

    `actions` are first decisions that something was wrong; `overturned` are
    appeals that ended otherwise than the first decision; `median_hours` is the
    time from a case's beginning to the first act of a person.
    """

    first_day: date
    flags: int | None
    actions: int | None
    appeals: int | None
    overturned: int | None
    median_hours: float | None


def months(*, count: int = 12, exact: bool = False) -> list[Month]:
    """The last so many months by the alliance's clock, this one first.

    `exact`, for staff, hides nothing.
    """
    days = _first_days(count)
    zone = current_alliance().zone
    since = datetime.combine(days[-1], time(), zone)
    least = 0 if exact else FROM
    flags = _by_month(Flag.objects.filter(at__gte=since), zone)
    firsts = Decision.objects.filter(at__gte=since, stage=Stage.FIRST)
    actions = _by_month(firsts.exclude(outcome=Outcome.KEEP), zone)
    appeals = _by_month(Appeal.objects.filter(at__gte=since), zone)
    overturned = _by_month(_overturned(since), zone)
    hours = _hours(since, zone)
    return [
        Month(
            first_day=day,
            flags=_shown(flags[day], least),
            actions=_shown(actions[day], least),
            appeals=_shown(appeals[day], least),
            overturned=_shown(overturned[day], least),
            median_hours=_median(hours.get(day, ()), least),
        )
        for day in days
    ]


def _first_days(count: int) -> list[date]:
    today = clock.now().astimezone(current_alliance().zone).date()
    months = today.year * 12 + today.month - 1
    return [date((months - back) // 12, (months - back) % 12 + 1, 1) for back in range(count)]


def _by_month(rows: Any, zone: ZoneInfo) -> Counter[date]:
    months = rows.order_by().annotate(month=TruncMonth("at", tzinfo=zone)).values("month")
    return Counter({row["month"].date(): row["n"] for row in months.annotate(n=Count("pk"))})


def _overturned(since: datetime) -> Any:
    first = Decision.objects.filter(case=OuterRef("case"), stage=Stage.FIRST).order_by()
    heard = Decision.objects.filter(at__gte=since, stage=Stage.APPEAL)
    was = Subquery(first.values("outcome")[:1])
    return heard.annotate(was=was).exclude(outcome=F("was"))


def _hours(since: datetime, zone: ZoneInfo) -> dict[date, list[float]]:
    """Hours to the first act, by the month in which the case began."""
    found: dict[date, list[float]] = {}
    acted = Case.objects.filter(opened_at__gte=since, first_action_at__isnull=False)
    # Whoever opens a case themselves has acted already.
    acted = acted.exclude(origin=Origin.STAFF).order_by()
    for opened, first in acted.values_list("opened_at", "first_action_at").iterator():
        day = opened.astimezone(zone).date().replace(day=1)
        found.setdefault(day, []).append((first - opened).total_seconds() / 3600)
    return found


def _shown(number: int, least: int) -> int | None:
    return number if number >= least else None


def _median(hours: Sequence[float] | Iterable[float], least: int) -> float | None:
    known = list(hours)
    return round(median(known), 1) if known and len(known) >= least else None
