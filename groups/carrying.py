"""Commitments from meeting to meeting: which are carried, and how often they were."""

from collections.abc import Iterable
from datetime import datetime


def is_carried(made_at: datetime, ended_at: datetime | None, meeting_at: datetime) -> bool:
    """Whether what was made at an earlier meeting still stands when this one begins.

    Args:
        made_at: when the meeting began at which it was made.
        ended_at: when it was done or let go; None while it stands.
    """
    return made_at < meeting_at and (ended_at is None or ended_at >= meeting_at)


def times_carried(made_at: datetime, meeting_at: datetime, held: Iterable[datetime]) -> int:
    """To how many meetings it has come since, this one included; `held` are their beginnings."""
    return sum(made_at < each <= meeting_at for each in held)
