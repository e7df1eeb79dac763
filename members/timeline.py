"""A membership's status over time, as spans; from the same function that tells one day.

No Django here.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from members.status import NEW_DAYS, RENEWING_DAYS, History, status_on
from members.terms import GRACE_DAYS

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From the first to the last day of one status, both included."""

    starts_on: date
    ends_on: date
    status: str


def spans(history: History, first: date, last: date) -> list[Span]:
    """What the status was on each day from `first` to `last`, oldest first, without a gap."""
    found: list[Span] = []
    for begins in sorted({first, *_turns(history, first, last)}):
        status = status_on(begins, history)
        if found and found[-1].status == status:
            continue
        if found:
            found[-1] = Span(found[-1].starts_on, begins - DAY, found[-1].status)
        found.append(Span(begins, last, status))
    return found


def _turns(history: History, first: date, last: date) -> set[date]:
    """Every day on which the status may differ from that of the day before."""
    days = {history.joined_on + timedelta(days=NEW_DAYS)}
    for period in history.periods:
        days |= {
            period.starts_on,
            period.paid_on,
            period.ends_on - timedelta(days=RENEWING_DAYS),
            period.ends_on + DAY,
            period.ends_on + timedelta(days=GRACE_DAYS + 1),
        }
        if period.voided_on is not None:
            days.add(period.voided_on)
    for since in (*history.holds, *history.cancellations):
        days.add(since.from_on)
        if since.until is not None:
            days.add(since.until)
    return {day for day in days if first < day <= last}
