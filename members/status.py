"""The status of a membership on a day: a function of its periods, holds and ends.

No Django here. Every row counts from its own day on, so the answer for a past
day does not change by what happens later.

First that fits: cancelled, suspended, pending (no term ever ran), then by the
paid terms: new (first 90 days since joining), renewing (45 days or fewer to
the end), current; after the end grace for 30 days, then lapsed.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from members.terms import GRACE_DAYS, Term, running_until

NEW_DAYS, RENEWING_DAYS = 90, 45


@dataclass(frozen=True)
class Paid:
    """A term, the day from which it counts, and the day from which it no longer does."""

    starts_on: date
    ends_on: date
    paid_on: date
    voided_on: date | None = None

    def counts_on(self, day: date) -> bool:
        return self.paid_on <= day and (self.voided_on is None or day < self.voided_on)

    def has_run_by(self, day: date) -> bool:
        """Whether it made a member of somebody, on that day or before."""
        began = max(self.starts_on, self.paid_on)
        return began <= day and self.counts_on(began)


@dataclass(frozen=True)
class Since:
    """Something from a day on, up to the day before `until`; None: still so."""

    from_on: date
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until is None or day < self.until)


@dataclass(frozen=True)
class History:
    """All that the status depends on."""

    joined_on: date
    periods: tuple[Paid, ...] = ()
    holds: tuple[Since, ...] = ()
    cancellations: tuple[Since, ...] = ()


def status_on(day: date, history: History) -> str:
    """The status at the end of that day."""
    if any(end.holds_on(day) for end in history.cancellations):
        return "cancelled"
    if any(hold.holds_on(day) for hold in history.holds):
        return "suspended"
    paid_until = paid_until_on(day, history)
    if paid_until is None:
        return "lapsed" if any(p.has_run_by(day) for p in history.periods) else "pending"
    if day <= paid_until:
        if day < history.joined_on + timedelta(days=NEW_DAYS):
            return "new"
        return "renewing" if (paid_until - day).days <= RENEWING_DAYS else "current"
    if day <= paid_until + timedelta(days=GRACE_DAYS):
        return "grace"
    return "lapsed"


def paid_until_on(day: date, history: History) -> date | None:
    """The last day paid for without a gap, as of that day; None where no term has begun."""
    counted = (Term(p.starts_on, p.ends_on) for p in history.periods if p.counts_on(day))
    return running_until(day, counted)
