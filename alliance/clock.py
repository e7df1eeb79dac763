"""What time it is, for every rule: now, or the moment of a history being told.

A demo, a simulation or an import replays months through the same services
that serve today; `with clock.at(moment):` makes those services, their steps
and their deadlines believe that moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC; inside `at` that moment."""
    return _moment.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Stops the clock at an aware instant.

    Raises:
        ValueError: a naive instant, which is no moment anywhere.
    """
    if timezone.is_naive(moment):
        raise ValueError("A moment needs a time zone.")
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)
