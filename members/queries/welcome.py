"""Reads of new members: who is new, what they have done, who keeps them company."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)

from alliance.models import Role, Seat
from members.models import (
    STANDING,
    Buddy,
    Membership,
    MembershipPeriod,
    Representative,
    Status,
    Step,
    WelcomeStep,
)
from members.queries.memberships import settings, today
from members.queries.standing import with_status
from members.status import NEW_DAYS

BUDDY_WITHIN_DAYS, CHECKLIST_DAYS, INTRODUCED_DAYS = 3, 30, 60
SHOWN, CANDIDATES = 200, 20


@dataclass(frozen=True)
class Item:
    """One step of the first weeks, and the row that says it is done."""

    step: Step
    taken: WelcomeStep | None

    @property
    def label(self) -> str:
        return str(self.step.label)


@dataclass(frozen=True)
class Newcomer:
    """A new member as the staff see them."""

    membership: Membership
    items: list[Item]
    buddy: Buddy | None
    is_late: bool

    @property
    def missing(self) -> list[Item]:
        return [item for item in self.items if item.taken is None]


def newcomers() -> QuerySet[Membership]:
    """Members in their first 90 days."""
    rows = Membership.objects.filter(joined_on__gt=today() - timedelta(days=NEW_DAYS))
    return with_status(rows).filter(status=Status.NEW)


def live_buddies() -> QuerySet[Buddy]:
    """Who keeps company now: neither that nor their seat has ended."""
    return Buddy.objects.filter(ended_at__isnull=True, seat__ended_at__isnull=True)


def without_buddy() -> QuerySet[Membership]:
    """New members whom nobody keeps company; `begun_at` is when their first term was noted."""
    first = MembershipPeriod.objects.filter(membership=OuterRef("pk")).order_by("recorded_at")
    company = live_buddies().filter(membership=OuterRef("pk"))
    return (
        newcomers()
        .filter(~Exists(company))
        .annotate(begun_at=Subquery(first.values("recorded_at")[:1]))
    )


def stuck() -> list[Newcomer]:
    """New members with steps still to take, who joined first at the top."""
    rows = newcomers().select_related("business", "tier").order_by("joined_on", "id")[:SHOWN]
    return [newcomer for newcomer in progress_of(rows) if newcomer.missing]


def progress_of(memberships: Iterable[Membership]) -> list[Newcomer]:
    """What each of them has done, in a fixed number of queries."""
    found: list[Any] = list(memberships)
    wanted = steps_wanted()
    company = Prefetch(
        "buddies", queryset=live_buddies().select_related("seat__person"), to_attr="company"
    )
    prefetch_related_objects(found, "welcome_steps", company)
    made = []
    for membership in found:
        taken = {step.step: step for step in membership.welcome_steps.all()}
        buddy = next(iter(membership.company), None)
        has_waited = (today() - membership.joined_on).days > BUDDY_WITHIN_DAYS
        items = [Item(step, taken.get(step.value)) for step in wanted]
        made.append(Newcomer(membership, items, buddy, is_late=buddy is None and has_waited))
    return made


def steps_wanted() -> list[Step]:
    """The steps of this alliance: without a written commitment there is none to accept."""
    without = set() if settings().commitment.strip() else {Step.COMMITMENT}
    return [step for step in Step if step not in without]


def accompanied_by(seats: Iterable[Seat]) -> list[Buddy]:
    """Whom these seats keep company in their first 90 days, newest first."""
    rows = live_buddies().filter(
        seat__in=[seat.pk for seat in seats],
        membership__joined_on__gt=today() - timedelta(days=NEW_DAYS),
    )
    return list(rows.select_related("membership__business").order_by("-assigned_at")[:10])


def introductions(*, but: Membership | None = None) -> list[WelcomeStep]:
    """What new members wrote about themselves lately, newest first."""
    said = WelcomeStep.objects.filter(
        step=Step.INTRODUCTION,
        hidden_at__isnull=True,
        at__date__gte=today() - timedelta(days=INTRODUCED_DAYS),
        membership__in=newcomers().values("pk"),
    )
    if but is not None:
        said = said.exclude(membership=but)
    return list(said.select_related("membership__business").order_by("-at")[:5])


def candidates(membership: Membership, words: str = "") -> list[Representative]:
    """Members' people who could keep this one company, those with the fewest at the top."""
    rows = Representative.objects.live().filter(seat__role=Role.MEMBER)
    rows = with_status(rows, membership="business__memberships__").filter(status__in=STANDING)
    if words:
        rows = rows.filter(
            Q(seat__person__name__icontains=words) | Q(business__trade_name__icontains=words)
        )
    now_with = Count("seat__buddy_of", filter=Q(seat__buddy_of__ended_at__isnull=True))
    return list(
        rows.exclude(business=membership.business_id)
        .annotate(now_with=now_with)
        .select_related("seat__person", "business")
        .order_by("now_with", "business__trade_name", "id")[:CANDIDATES]
    )
