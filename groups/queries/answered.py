"""How often a call for help is answered within a day, in a group and in all of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from alliance import clock
from groups.models import GroupKind, HelpStep, HelpWantedStep, Topic, TopicKind

WITHIN = timedelta(hours=24)
LOOKED_AT = timedelta(days=90)
# Below it a share would tell of single people.
LEAST = 5


@dataclass(frozen=True)
class Share:
    """Of so many calls, so many were answered within 24 hours."""

    asked: int
    answered: int

    @property
    def percent(self) -> int | None:
        """In whole per cent; None where there were too few to say."""
        return None if self.asked < LEAST else round(100 * self.answered / self.asked)


def share_of(group_id: UUID) -> Share:
    """One group's calls of the last 90 days that are at least a day old, or answered."""
    return _share(_calls().filter(group=group_id))


def share_of_all() -> Share:
    """The same in all groups of the alliance."""
    return _share(_calls())


def shares(groups: Iterable[UUID]) -> dict[UUID, Share]:
    """The share of each of these groups; those without a call are left out."""
    rows = _counted(_calls().filter(group__in=list(groups)).order_by().values("group"))
    return {row["group"]: Share(row["asked"], row["answered"]) for row in rows}


def waiting_for_staff() -> QuerySet[Topic]:
    """Unanswered calls that have reached the staff; what is asked in circles does not."""
    reached = HelpWantedStep.objects.filter(step=HelpStep.STAFF).values("topic")
    rows: QuerySet[Topic] = (
        Topic.objects.unanswered().filter(pk__in=reached).exclude(group__kind=GroupKind.CIRCLE)
    )
    return rows


def _calls() -> QuerySet[Topic]:
    now = clock.now()
    rows: QuerySet[Topic] = Topic.objects.listed().filter(
        Q(created_at__lte=now - WITHIN) | Q(answered_at__isnull=False),
        kind=TopicKind.HELP_WANTED,
        created_at__gt=now - LOOKED_AT,
    )
    return rows


def _counted(rows: Any) -> Any:
    in_time = Q(answered_at__lte=F("created_at") + WITHIN)
    return rows.annotate(asked=Count("pk"), answered=Count("pk", filter=in_time))


def _share(rows: QuerySet[Topic]) -> Share:
    in_time = Q(answered_at__lte=F("created_at") + WITHIN)
    found = rows.aggregate(asked=Count("pk"), answered=Count("pk", filter=in_time))
    return Share(found["asked"], found["answered"])
