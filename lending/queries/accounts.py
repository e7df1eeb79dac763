"""Where a loan stands on a day: what is late, what comes next, what would pay it off."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from lending.arithmetic.book import accrued_interest
from lending.arithmetic.repayment import Arrears, arrears
from lending.arithmetic.schedule import ScheduledPayment
from lending.models import Loan, Repayment, ScheduleLine


class LineStanding(StrEnum):
    """Where one line of a schedule stands on a day."""

    PAID = "paid"
    LATE = "late"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True)
class Account:
    """A loan's lines in force, and what they say on one day. Amounts in minor units.

    `current` are the lines that a payment goes to: all that fell due, and the
    next one; `later` those after it.
    """

    loan: Loan
    on: date
    lines: Sequence[ScheduleLine]

    @property
    def unpaid(self) -> list[ScheduleLine]:
        return [line for line in self.lines if line.owed_minor]

    @property
    def overdue(self) -> list[ScheduleLine]:
        """Lines whose day is over."""
        return [line for line in self.unpaid if line.due_on < self.on]

    @property
    def overdue_minor(self) -> int:
        return sum(line.owed_minor for line in self.overdue)

    @property
    def next_line(self) -> ScheduleLine | None:
        """The first unpaid line whose day is not over."""
        return next((line for line in self.unpaid if line.due_on >= self.on), None)

    @property
    def rows(self) -> list[tuple[ScheduleLine, LineStanding]]:
        """Every line in force, with where it stands."""
        upcoming = self.next_line
        return [(line, self._standing_of(line, upcoming)) for line in self.lines]

    def _standing_of(self, line: ScheduleLine, upcoming: ScheduleLine | None) -> LineStanding:
        if not line.owed_minor:
            return LineStanding.PAID
        if line.due_on < self.on:
            return LineStanding.LATE
        return LineStanding.NEXT if line is upcoming else LineStanding.LATER

    @property
    def current(self) -> list[ScheduleLine]:
        upcoming = self.next_line
        return [*self.overdue, *([upcoming] if upcoming else [])]

    @property
    def in_turn(self) -> list[list[ScheduleLine]]:
        """The current lines as they are paid: all whose day has come, then the one to come."""
        come = [line for line in self.current if line.due_on <= self.on]
        return [group for group in (come, self.current[len(come) :]) if group]

    @property
    def later(self) -> list[ScheduleLine]:
        return self.unpaid[len(self.current) :]

    @property
    def due_now_minor(self) -> int:
        """What the next payment should be: everything late, and the next line."""
        return sum(line.owed_minor for line in self.current)

    @property
    def owed_minor(self) -> int:
        """All that the schedule still asks for."""
        return sum(line.owed_minor for line in self.unpaid)

    @property
    def paid_minor(self) -> int:
        return sum(line.due_minor - line.owed_minor for line in self.lines)

    @property
    def total_minor(self) -> int:
        """Σ of the lines in force."""
        return sum(line.due_minor for line in self.lines)

    @property
    def bucket(self) -> Arrears | None:
        """How late the oldest unpaid line is; None where none is."""
        return arrears(self.overdue[0].days_late(self.on)) if self.overdue else None

    @property
    def is_shortened_by_paying_off(self) -> bool:
        """Whether paying all of it today saves interest: a level loan with lines to come."""
        upcoming = self.next_line
        return bool(
            self.loan.repayment == Repayment.LEVEL
            and self.later
            and upcoming
            and upcoming.charged_on is None
            and upcoming.due_on > self.on
        )

    @property
    def interest_to_date_minor(self) -> int:
        """The interest of the line that comes next, for the days until now."""
        upcoming = self.next_line
        if upcoming is None:
            return 0
        before = [line.due_on for line in self.lines if line.number < upcoming.number]
        begins = before[-1] if before else self.loan.disbursed_on
        assert begins is not None
        rest = [upcoming, *self.later]
        return accrued_interest(
            sum(line.owed.principal_minor for line in rest),
            self.loan.offer.apr,
            max(0, (self.on - begins).days),
            max(1, (upcoming.due_on - begins).days),
        )

    @property
    def last_line(self) -> ScheduledPayment:
        """The one line that would pay off, today, what has not fallen due yet."""
        rest = self.unpaid[len(self.overdue) :]
        principal = sum(line.owed.principal_minor for line in rest)
        interest, first = self.interest_to_date_minor, rest[0]
        return ScheduledPayment(
            first.number, principal + interest, interest, principal, 0, first.owed.fees_minor
        )

    @property
    def payoff_minor(self) -> int:
        """What pays the loan off today; interest of months to come is not asked for."""
        if self.is_shortened_by_paying_off:
            return self.overdue_minor + self.last_line.due_minor
        if self.loan.repayment == Repayment.FLEXIBLE:
            return self.owed_minor
        return self.due_now_minor + sum(line.owed.principal_minor for line in self.later)


def account(loan: Loan, on: date, *, for_update: bool = False) -> Account:
    """The loan's account on a day, in one query; `for_update` locks its lines."""
    lines = ScheduleLine.objects.in_force().filter(loan=loan).order_by("number")
    return Account(loan, on, list(lines.select_for_update() if for_update else lines))


def accounts(loans: Iterable[Loan], on: date) -> list[Account]:
    """The accounts of several loans on a day, in their order, in one query."""
    wanted = list(loans)
    lines = defaultdict[UUID, list[ScheduleLine]](list)
    in_force = ScheduleLine.objects.in_force().filter(loan__in=[loan.pk for loan in wanted])
    for line in in_force.order_by("number"):
        lines[line.loan_id].append(line)
    return [Account(loan, on, lines[loan.pk]) for loan in wanted]
