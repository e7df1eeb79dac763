"""How memberships stood at the end of one day, and whether that night's snapshot says the same."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, Subquery, UUIDField
from django.db.models.functions import Coalesce

from members.models import (
    STANDING,
    MembershipPeriod,
    Status,
    StatusSnapshot,
    Tier,
)
from members.queries.standing import standing


@dataclass(frozen=True)
class Place:
    """A part of the region, as its businesses' addresses say it today; "" where they do not."""

    city: str
    neighbourhood: str


@dataclass(frozen=True)
class State:
    """Memberships counted at the end of a day.

    `kept` is how many that night's snapshot holds, `different` on how many of
    them it says otherwise: somebody has since entered something for that day
    or an earlier one.
    """

    day: date
    by_status: Counter[Status]
    by_tier: Counter[UUID]
    by_place: Counter[Place]
    kept: int = 0
    different: int = 0

    @property
    def active(self) -> int:
        """New, current, renewing and in grace."""
        return sum(self.by_status[status] for status in STANDING)


def on_day(day: date) -> Any:
    """Every membership that was there on that day, with `status`, `paid_until` and `tier_on`.

    `tier_on` is the tier of the term that ran last; before the first one,
    today's. A membership that is pending and of a later day was not there yet.
    """
    begun = MembershipPeriod.objects.filter(
        Q(voided_on__isnull=True) | Q(voided_on__gt=day),
        membership=OuterRef("pk"),
        starts_on__lte=day,
        paid_on__lte=day,
    ).order_by("-starts_on")
    rows: Any = standing(day).annotate(
        tier_on=Coalesce(Subquery(begun.values("tier")[:1]), F("tier_id"), output_field=UUIDField())
    )
    return rows.exclude(status=Status.PENDING, joined_on__gt=day)


def active_on(day: date) -> Any:
    """Who counted as a member at the end of that day."""
    return on_day(day).filter(status__in=STANDING)


def state_on(day: date) -> State:
    """The counts of a day, in one query."""
    cells: Any = (
        with_kept(day)
        .order_by()
        .values(
            "status",
            "tier_on",
            "kept",
            city=F("business__city"),
            place=F("business__neighbourhood"),
        )
        .annotate(count=Count("pk"))
    )
    by_status: Counter[Status] = Counter()
    by_tier: Counter[UUID] = Counter()
    by_place: Counter[Place] = Counter()
    kept: Counter[bool] = Counter()
    for cell in cells:
        by_status[Status(cell["status"])] += cell["count"]
        if cell["status"] in STANDING:
            by_tier[cell["tier_on"]] += cell["count"]
            by_place[Place(cell["city"], cell["place"])] += cell["count"]
        if cell["kept"] is not None:
            kept[cell["kept"] == cell["status"]] += cell["count"]
    return State(day, by_status, by_tier, by_place, kept=kept.total(), different=kept[False])


def with_kept(day: date) -> Any:
    """`on_day`, each with `kept`: its status in that night's snapshot, None where it has none."""
    rows = StatusSnapshot.objects.filter(day=day, membership=OuterRef("pk"))
    return on_day(day).annotate(kept=Subquery(rows.values("status")[:1]))


def tiers() -> dict[UUID, Tier]:
    """The alliance's tiers, retired ones too, in the order of their price."""
    return {tier.pk: tier for tier in Tier.objects.all()}


def last_snapshot() -> date | None:
    """The day of the newest snapshot."""
    days = StatusSnapshot.objects.order_by("-day").values_list("day", flat=True)
    return days.first()


def differing(day: date) -> Any:
    """Memberships whose snapshot of that night says otherwise than what is computed now."""
    return with_kept(day).filter(kept__isnull=False).exclude(kept=F("status"))
