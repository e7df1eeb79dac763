"""How often a commitment was carried from meeting to meeting.

Which ones are carried is asked of the database: `queries.meetings.carried_to`.
"""

from collections.abc import Iterable
from datetime import datetime


def times_carried(made_at: datetime, meeting_at: datetime, held: Iterable[datetime]) -> int:
    """To how many meetings it has come since, this one included; `held` are their beginnings."""
    return sum(made_at < each <= meeting_at for each in held)
