"""The staff desk's queue: one row per kind of work that waits for somebody.

A room registers its kinds; the desk asks each for count and oldest age, and
shows those that the visitor's seats may act on.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, DateTimeField, Min, QuerySet, Value
from django.db.models.functions import Cast
from django.urls import reverse

from alliance.access import Action, seat_for
from alliance.models import Seat


@dataclass(frozen=True)
class Work:
    """A kind of waiting work: `waiting` gives its rows, `since` their age's field.

    `query` is what its list is asked for ("?show=overdue"); what `rises` stands
    above all that does not.
    """

    key: str
    label: Any
    act: Any
    url_name: str
    action: Action
    waiting: Callable[[], QuerySet[Any]]
    since: str
    query: str = ""
    rises: bool = False


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue."""

    label: Any
    act: Any
    url: str
    count: int
    oldest: datetime | None
    rises: bool = False


_kinds: dict[str, Work] = {}


def register(work: Work) -> None:
    """Adds a kind of work; called in `AppConfig.ready`."""
    _kinds[work.key] = work


def rows(seats: Iterable[Seat]) -> list[QueueRow]:
    """What waits for these seats: what rises first, then the oldest; nothing waiting, no row.

    One query, however many kinds there are.
    """
    held = tuple(seats)
    kinds = [work for work in _kinds.values() if seat_for(held, work.action)]
    if not kinds:
        return []
    first, *others = [_sums_of(work) for work in kinds]
    found = [
        QueueRow(
            work.label, work.act, reverse(work.url_name) + work.query, count, oldest, work.rises
        )
        for key, count, oldest in first.union(*others, all=True)
        if count and (work := _kinds[key])
    ]
    return sorted(found, key=lambda row: (not row.rises, row.oldest or datetime.max))


def _sums_of(work: Work) -> QuerySet[Any]:
    """One row: the kind's key, how many wait, since when the oldest."""
    rows = work.waiting().order_by().annotate(work_kind=Value(work.key)).values("work_kind")
    return rows.annotate(
        how_many=Count("pk"), oldest_at=Cast(Min(work.since), DateTimeField())
    ).values_list("work_kind", "how_many", "oldest_at")
