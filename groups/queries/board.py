"""Reads of the requests board: what hangs there for somebody, and what was answered."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from alliance.models import Person, Seat
from groups.models import BoardAnswer, BoardEntry, GroupMember, Introduction
from members.models import Representative
from moderation.queries import blocks


def shown_to(person: Person | None) -> QuerySet[BoardEntry]:
    """Entries without those of people with whom this person wants nothing to do."""
    return _told(BoardEntry.objects.all(), person)


def answers_to(entry: BoardEntry, person: Person | None) -> QuerySet[BoardAnswer]:
    """What was answered, the earliest first; hidden ones are shown to who wrote them.

    Those taken back and blocked people's are left out.
    """
    seen = Q(hidden_at__isnull=True)
    if person is not None:
        seen |= Q(author__person=person)
    return _told(BoardAnswer.objects.standing().filter(seen, entry=entry), person)


def filtered(
    rows: QuerySet[BoardEntry], *, kind: str = "", segment: str = ""
) -> QuerySet[BoardEntry]:
    """Those of one kind, for one kind of business."""
    if kind:
        rows = rows.filter(kind=kind)
    if segment:
        rows = rows.filter(segment=segment)
    return rows


def is_introduced(person_id: UUID) -> bool:
    """Whether this person has introduced themselves in any group, where it can be read."""
    own = GroupMember.objects.writing().filter(seat__person=person_id)
    return bool(Introduction.objects.seen().filter(member__in=own).exists())


def waits_for_introduction(person_id: UUID) -> GroupMember | None:
    """A place of theirs where only the introduction is missing."""
    rows = GroupMember.objects.inside().exclude(pk__in=GroupMember.objects.writing().values("pk"))
    found: GroupMember | None = (
        rows.filter(seat__person=person_id).select_related("group").order_by("joined_at").first()
    )
    return found


def segment_of(seats: Iterable[Seat]) -> str:
    """The kind of business that a person speaks for; empty where it is none or several."""
    own = Representative.objects.filter(seat__in=[seat.pk for seat in seats], ended_at=None)
    segments = set(own.values_list("business__segment", flat=True)[:2])
    return segments.pop() if len(segments) == 1 else ""


def _told(rows: QuerySet[Any], person: Person | None) -> QuerySet[Any]:
    """With their authors and for which business they speak."""
    if person is not None and (unwanted := blocks.blocked_either_way(person)):
        rows = rows.exclude(author__person__in=unwanted)
    business = Representative.objects.filter(seat=OuterRef("author")).order_by("pk")
    return rows.select_related("author__person").annotate(
        business_name=Subquery(business.values("business__trade_name")[:1])
    )
