"""Whether groups keep members: who was still a member after half a year, and after a year.

Members are sorted by what they did in their first 90 days, so that whoever
stayed long enough to join a group late does not count as kept by it. Figures
of fewer than five people are not shown.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.utils.translation import gettext_lazy as _

from groups.models import INSIDE, GroupMember, MemberState, MemberStep
from members.models import STANDING, Membership, Segment
from members.queries.memberships import today
from members.queries.standing import with_status

FEWEST = 5
FIRST_DAYS = 90
# Months, and the days that stand for them.
DAYS = {6: 183, 12: 365}
# Those who joined within so many months before the horizon.
WINDOW_MONTHS = 24
WROTE, JOINED, NEITHER = "wrote", "joined", "neither"
LABELS = {
    WROTE: _("Wrote in a group in their first 90 days"),
    JOINED: _("Joined a group, wrote nothing"),
    NEITHER: _("Joined no group"),
}


@dataclass(frozen=True)
class Cohort:
    """Members of one kind: how many began, how many were members so many months after.

    `stayed` and `percent` are None where there are fewer than five.
    """

    key: str
    months: int
    began: int | None
    stayed: int | None

    @property
    def label(self) -> Any:
        """What they did."""
        return LABELS[self.key]

    @property
    def percent(self) -> int | None:
        """The share that stayed, in whole percent, downwards."""
        if self.stayed is None or not self.began:
            return None
        return self.stayed * 100 // self.began


@dataclass(frozen=True)
class Share:
    """How many member businesses of a kind take part; None: fewer than five."""

    label: Any
    businesses: int | None
    joined: int | None
    introduced: int | None
    wrote: int | None


def cohorts(day: date | None = None) -> list[Cohort]:
    """For half a year and a year: what became of those who wrote, joined, or did neither."""
    day = day or today()
    return [row for months in DAYS for row in _after(months, day)]


def _after(months: int, day: date) -> list[Cohort]:
    last = day - timedelta(days=DAYS[months])
    first = last - relativedelta(months=WINDOW_MONTHS)
    began = _by_deeds(Membership.objects.filter(joined_on__gt=first, joined_on__lte=last))
    then = ExpressionWrapper(
        F("joined_on") + Value(timedelta(days=DAYS[months])), output_field=DateTimeField()
    )
    counted = (
        with_status(began, then)
        .order_by()
        .values("has_written", "has_joined", "status")
        .annotate(many=Count("pk"))
    )
    sums = {key: [0, 0] for key in LABELS}
    for row in counted:
        key = WROTE if row["has_written"] else JOINED if row["has_joined"] else NEITHER
        sums[key][0] += row["many"]
        sums[key][1] += row["many"] if row["status"] in STANDING else 0
    return [_shown(key, months, *pair) for key, pair in sums.items()]


def _shown(key: str, months: int, began: int, stayed: int) -> Cohort:
    is_shown = began >= FEWEST
    return Cohort(key, months, began if is_shown else None, stayed if is_shown else None)


def _by_deeds(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """Memberships with what their people did in the first 90 days."""
    steps = MemberStep.objects.filter(
        member__seat__represents__business=OuterRef("business"),
        at__lt=ExpressionWrapper(
            OuterRef("joined_on") + Value(timedelta(days=FIRST_DAYS)), output_field=DateTimeField()
        ),
    )
    return rows.annotate(
        has_written=Exists(steps.filter(state=MemberState.ACTIVE)),
        has_joined=Exists(steps.filter(state=MemberState.AGREED)),
    )


def participation() -> list[Share]:
    """By kind of business: member businesses, and how many are in a group and write there."""
    inside = GroupMember.objects.filter(
        seat__represents__business=OuterRef("business"),
        seat__represents__ended_at__isnull=True,
        state__in=INSIDE,
    )
    rows = with_status(Membership.objects.all()).filter(status__in=STANDING)
    counted = (
        rows.annotate(
            is_in=Exists(inside),
            is_introduced=Exists(inside.filter(introduced_at__isnull=False)),
            has_written=Exists(inside.filter(steps__state=MemberState.ACTIVE)),
        )
        .order_by()
        .values("business__segment")
        .annotate(
            businesses=Count("pk"),
            joined=Count("pk", filter=Q(is_in=True)),
            introduced=Count("pk", filter=Q(is_introduced=True)),
            wrote=Count("pk", filter=Q(has_written=True)),
        )
    )
    found = {row["business__segment"]: row for row in counted}
    return [
        Share(
            label=segment.label,
            **{
                name: _from_five(found.get(segment.value, {}).get(name, 0))
                for name in ("businesses", "joined", "introduced", "wrote")
            },
        )
        for segment in Segment
    ]


def _from_five(count: int) -> int | None:
    return count if count >= FEWEST else None
