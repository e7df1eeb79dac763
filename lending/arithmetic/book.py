"""A loan's account: what is owed on which line, where a payment goes, what is left after it.

Amounts are whole minor units. A line of a schedule is known by its number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lending.arithmetic.amounts import MOST_APR, MOST_MONTHS, exact, whole
from lending.arithmetic.repayment import allocate
from lending.arithmetic.schedule import ScheduledPayment

# Sixty-day periods of a flexible loan; the last one ends with its eighteen months.
FLEXIBLE_PERIODS = 9


@dataclass(frozen=True)
class Part:
    """Of one line: what is still owed of it, or what a payment brought to it."""

    number: int
    fees_minor: int
    interest_minor: int
    principal_minor: int

    @property
    def total_minor(self) -> int:
        """All three together."""
        return self.fees_minor + self.interest_minor + self.principal_minor


@dataclass(frozen=True)
class Spread:
    """Where a payment went: to lines, early to later principal, or back to the payer."""

    parts: tuple[Part, ...]
    early_minor: int
    returned_minor: int


def spread(paid_minor: int, owed: Sequence[Part], later_principal_minor: int = 0) -> Spread:
    """A payment over the lines that are owed now: all fees, all interest, then principal.

    Within each kind the first line comes first. What is left repays principal
    that is due later; what nobody owes is returned. The parts, the early and
    the returned part sum to the payment.

    Raises:
        ValueError: no payment, or a negative or fractional amount.
    """
    sums = allocate(
        paid_minor,
        fees_minor=sum(line.fees_minor for line in owed),
        interest_minor=sum(line.interest_minor for line in owed),
        principal_minor=sum(line.principal_minor for line in owed),
    )
    fees = _in_turn(sums.fees_minor, (line.fees_minor for line in owed))
    interest = _in_turn(sums.interest_minor, (line.interest_minor for line in owed))
    principal = _in_turn(sums.principal_minor, (line.principal_minor for line in owed))
    parts = [
        Part(line.number, *each)
        for line, *each in zip(owed, fees, interest, principal, strict=True)
    ]
    early = min(sums.returned_minor, whole("The later principal", later_principal_minor))
    return Spread(
        parts=tuple(part for part in parts if part.total_minor),
        early_minor=early,
        returned_minor=sums.returned_minor - early,
    )


def drawn_again(
    balance_minor: int,
    apr: Decimal,
    payment_minor: int,
    *,
    first: int,
    fee_minor: int = 0,
    most_lines: int = MOST_MONTHS,
) -> tuple[ScheduledPayment, ...]:
    """What is left of a level loan once principal was repaid early.

    The payment stays; there are fewer of them, never more than `most_lines`,
    and the last takes the remainder. Lines are numbered from `first`. None
    where nothing is left.

    Raises:
        ValueError: a negative balance, an APR below 0 or above 4 (400%), or a
            payment that does not even pay the interest.
    """
    balance = whole("The balance", balance_minor)
    payment = whole("The payment", payment_minor, least=1)
    whole("The lines", most_lines, least=1, most=MOST_MONTHS)
    r = exact("The APR", apr, most=MOST_APR) / 12
    if balance and round(balance * r) >= payment:
        raise ValueError("This payment would never repay the loan.")
    lines = list[ScheduledPayment]()
    while balance:
        interest = round(balance * r)
        # A rounded payment may leave some cents, which are no month of their own.
        is_last = len(lines) == most_lines - 1
        paid = balance + interest if is_last else min(payment, balance + interest)
        balance -= paid - interest
        number = first + len(lines)
        lines.append(ScheduledPayment(number, paid, interest, paid - interest, balance, fee_minor))
    return tuple(lines)


def accrued_interest(balance_minor: int, apr: Decimal, days: int, of_days: int) -> int:
    """The interest of a part of a month: balance × r × days/of_days, in minor units.

    Raises:
        ValueError: a negative number, more days than the month has, or none in it.
    """
    month = whole("The month's days", of_days, least=1)
    part = Fraction(whole("The days", days, most=month), month)
    r = exact("The APR", apr, most=MOST_APR) / 12
    return round(whole("The balance", balance_minor) * r * part)


def flexible_payments(
    total_minor: int, floor_minor: int, *, first: int | None = None, periods: int = FLEXIBLE_PERIODS
) -> tuple[int, ...]:
    """What the coming sixty-day periods of a flexible loan bring, in minor units; Σ = total.

    Each shows the floor, the last one all the rest; `first` is what the first
    of them brings instead, as `flexible_payment` gave it or as it was paid.

    Raises:
        ValueError: a negative amount, more at first than in all, or no period.
    """
    whole("The periods", periods, least=1, most=FLEXIBLE_PERIODS)
    left = whole("The total", total_minor)
    payments = list[int]()
    if first is not None and periods > 1:
        payments.append(whole("The first payment", first, most=left))
        left -= first
    while left:
        is_last = len(payments) >= periods - 1
        payments.append(left if is_last else min(floor_minor, left))
        left -= payments[-1]
    return tuple(payments)


def flexible_schedule(
    payments_minor: Sequence[int],
    *,
    principal_minor: int,
    interest_minor: int,
    fees_minor: int = 0,
    number: int = 1,
) -> tuple[ScheduledPayment, ...]:
    """Lines of a flexible loan: fees, interest and principal in even parts of each payment.

    The charge is agreed as one sum and is not more for being slow; so each
    payment carries its part of it, rounded so that the parts sum to the whole.
    Lines are numbered from `number`.

    Raises:
        ValueError: the payments do not sum to what is due.
    """
    principal = whole("The principal", principal_minor)
    interest, fees = whole("The interest", interest_minor), whole("The fees", fees_minor)
    if sum(payments_minor) != principal + interest + fees:
        raise ValueError("The payments of a schedule sum to what is due.")
    lines = list[ScheduledPayment]()
    for place, payment in enumerate(payments_minor, start=number):
        fee, rest = _even_part(payment, fees, interest + principal)
        charge, repaid = _even_part(rest, interest, principal)
        fees, interest, principal = fees - fee, interest - charge, principal - repaid
        lines.append(ScheduledPayment(place, rest, charge, repaid, principal, fee))
    return tuple(lines)


def _even_part(amount: int, first: int, second: int) -> tuple[int, int]:
    """The amount divided as the two are to each other; neither gets more than it is owed."""
    if not amount:
        return 0, 0
    part = max(round(Fraction(first * amount, first + second)), amount - second)
    return part, amount - part


def _in_turn(amount: int, owed: Iterable[int]) -> list[int]:
    """The amount dealt out to those who are owed, the first in full before the next."""
    dealt = list[int]()
    for each in owed:
        dealt.append(min(amount, each))
        amount -= dealt[-1]
    return dealt
