"""Hours of a week in minutes: from times and back, and whether two of them run into each other.

No Django here.
"""

from collections.abc import Iterable
from datetime import time
from itertools import pairwise

from directory.content import Span

DAY = 24 * 60
WEEK = 7 * DAY


def minutes(moment: time) -> int:
    """Minutes after midnight."""
    return moment.hour * 60 + moment.minute


def span(weekday: int, opens: time, closes: time) -> Span:
    """From one time to another; a time that is not later means the next day."""
    first, last = minutes(opens), minutes(closes)
    return Span(weekday, first, last if last > first else last + DAY)


def times(opens: int, closes: int) -> tuple[time, time]:
    """The two times as they were typed."""
    return _time(opens), _time(closes)


def clash(week: Iterable[Span]) -> tuple[Span, Span] | None:
    """Two that are open at the same moment, Sunday night and Monday morning among them."""
    ordered = sorted(week, key=_begins)
    if not ordered:
        return None
    for before, after in pairwise(ordered):
        if _ends(before) > _begins(after):
            return before, after
    last, first = ordered[-1], ordered[0]
    return (last, first) if last != first and _ends(last) > _begins(first) + WEEK else None


def _begins(one: Span) -> int:
    return one.weekday * DAY + one.opens


def _ends(one: Span) -> int:
    return one.weekday * DAY + one.closes


def _time(after_midnight: int) -> time:
    return time(after_midnight % DAY // 60, after_midnight % 60)
