"""One level loan as it goes: what falls due, what is paid, how late it is, how it ends."""

from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate

from lending.arithmetic.amounts import whole
from lending.arithmetic.repayment import Arrears, allocate, arrears
from lending.arithmetic.schedule import LoanTerms, schedule

DAYS_A_YEAR, MONTHS_A_YEAR = 365, 12


class Close(StrEnum):
    """How a loan ended."""

    REPAID = "repaid"
    WRITTEN_OFF = "written off"


def due_day(number: int) -> int:
    """The day after the loan's first on which its n-th payment is due: 30, 61, 91 … 365."""
    return round(DAYS_A_YEAR * number / MONTHS_A_YEAR)


@dataclass
class Borrowing:
    """A loan that is paid out on `first_day`; amounts in minor units.

    Late payments bear no further interest and no fine. What is due first is
    paid first; within it, interest before principal.

    Raises:
        ValueError: as `schedule`.
    """

    terms: LoanTerms
    first_day: int
    paid_minor: int = 0
    repaid_minor: int = 0
    interest_minor: int = 0
    written_off_minor: int = 0
    closed: Close | None = None
    _due: list[int] = field(init=False, repr=False)
    _interest: list[int] = field(init=False, repr=False)
    _days: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        lines = schedule(self.terms)
        self._due = list(accumulate((line.payment_minor for line in lines), initial=0))
        self._interest = list(accumulate((line.interest_minor for line in lines), initial=0))
        self._days = [self.first_day + due_day(line.number) for line in lines]

    @property
    def outstanding_minor(self) -> int:
        """The principal that is still owed; 0 once it is closed."""
        return self.terms.amount_minor - self.repaid_minor - self.written_off_minor

    @property
    def total_due_minor(self) -> int:
        """All that is to be paid back, interest included."""
        return self._due[-1]

    def owed_minor(self, day: int) -> int:
        """What fell due up to this day and is not paid."""
        return 0 if self.closed else self._due[self._fallen(day)] - self.paid_minor

    def days_late(self, day: int) -> int:
        """For how many days the oldest unpaid payment has been due; 0 where none is."""
        if self.closed:
            return 0
        unpaid = next((n for n, due in enumerate(self._due[1:]) if due > self.paid_minor), None)
        return 0 if unpaid is None else max(day - self._days[unpaid], 0)

    def bucket(self, day: int) -> Arrears | None:
        """How late the loan is; None where it is not."""
        return arrears(self.days_late(day))

    def pay(self, paid_minor: int, day: int) -> int:
        """Takes a payment of what is due; what is beyond that is returned.

        Raises:
            ValueError: no payment.
        """
        interest_due = self._interest[self._fallen(day)] - self.interest_minor
        owed = self.owed_minor(day)
        interest = min(interest_due, owed)
        parts = allocate(
            whole("A payment", paid_minor, least=1),
            fees_minor=0,
            interest_minor=interest,
            principal_minor=owed - interest,
        )
        self.interest_minor += parts.interest_minor
        self.repaid_minor += parts.principal_minor
        self.paid_minor += parts.interest_minor + parts.principal_minor
        if self.paid_minor == self.total_due_minor:
            self.closed = Close.REPAID
        return parts.returned_minor

    def write_off(self) -> None:
        """Gives the rest of the principal up; a loan that is closed stays as it is."""
        if not self.closed:
            self.written_off_minor = self.outstanding_minor
            self.closed = Close.WRITTEN_OFF

    def _fallen(self, day: int) -> int:
        return sum(at <= day for at in self._days)
