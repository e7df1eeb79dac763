"""How often people helped, and were helped."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from groups.models import Helped


def given(seats: Iterable[UUID], start: datetime, end: datetime) -> int:
    """How often somebody else said, in this time, that a post of theirs had helped."""
    return _said(start, end).filter(post__author__seat__in=list(seats)).count()


def received(seats: Iterable[UUID], start: datetime, end: datetime) -> int:
    """How often they said, in this time, that somebody's post had helped them."""
    return _said(start, end).filter(member__seat__in=list(seats)).count()


def given_by_person() -> dict[UUID, int]:
    """By person: how often others have said, ever, that a post of theirs had helped."""
    helper = "post__author__seat__person"
    rows = Helped.objects.filter(post__hidden_at__isnull=True).order_by().values_list(helper)
    return dict(rows.annotate(times=Count("pk")))


def _said(start: datetime, end: datetime) -> QuerySet[Helped]:
    rows: QuerySet[Helped] = Helped.objects.filter(at__gte=start, at__lt=end)
    return rows
