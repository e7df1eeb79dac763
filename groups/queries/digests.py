"""Whose groups have news this morning, and how much reading they were offered this week."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from alliance.models import Seat
from groups.models import LIVE_GROUPS, Digest, DigestLetter, DigestRun, GroupMember


@dataclass(frozen=True)
class Reader:
    """Somebody to whom a letter may go."""

    person_id: UUID
    email: str


def readers(run: DigestRun, *, after: UUID | None, limit: int) -> list[Reader]:
    """The next people with news in a group that writes to them this morning, by their ids.

    It looks at when a group was last written in; what of it they may read is
    asked when the letter goes out.
    """
    wanted = Q(digest=Digest.DAILY, group__last_post_at__gte=run.since)
    if run.week_since is not None:
        wanted |= Q(digest=Digest.WEEKLY, group__last_post_at__gte=run.week_since)
    written = DigestLetter.objects.filter(run=run, person=OuterRef("seat__person"))
    rows = GroupMember.objects.inside().filter(
        wanted,
        ~Exists(written),
        muted_at__isnull=True,
        group__state__in=LIVE_GROUPS,
        seat__in=Seat.objects.live(),
        seat__person__is_active=True,
    )
    if after is not None:
        rows = rows.filter(seat__person__gt=after)
    found = rows.order_by("seat__person").values_list("seat__person", "seat__person__email")
    return [Reader(*row) for row in found.distinct()[:limit]]


def spent_since(person_id: UUID, moment: datetime, *, but: DigestLetter) -> dict[str, int]:
    """The minutes that earlier letters since then have offered, by the member's id."""
    letters = DigestLetter.objects.filter(person=person_id, at__gte=moment).exclude(pk=but.pk)
    total: dict[str, int] = {}
    for spent in letters.values_list("spent", flat=True):
        for member, minutes in spent.items():
            total[member] = total.get(member, 0) + minutes
    return total
