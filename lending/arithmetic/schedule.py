"""What a level loan costs and when: q, its schedule, and the all-in APR."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from fractions import Fraction

from lending.arithmetic.amounts import MOST_APR, MOST_MINOR, MOST_MONTHS, exact, whole

SMALLEST_STEP = Decimal("1e-12")
APR_PLACES = Decimal("1e-6")


@dataclass(frozen=True)
class LoanTerms:
    """What is agreed: amounts in minor units, the yearly rate, level months.

    The upfront fee is kept back from what is paid out; the monthly fee comes
    on top of each payment.

    Raises:
        ValueError: no amount, less than a minor unit a month, no month or more
            than 60, an APR below 0 or above 4 (400%), a negative fee, or an
            upfront fee that leaves nothing to pay out.
    """

    amount_minor: int
    apr: Decimal
    months: int
    upfront_fee_minor: int = 0
    monthly_fee_minor: int = 0

    def __post_init__(self) -> None:
        level_payment(self.amount_minor, self.apr, self.months)
        whole("The upfront fee", self.upfront_fee_minor, most=self.amount_minor - 1)
        whole("The monthly fee", self.monthly_fee_minor)

    @property
    def received_minor(self) -> int:
        """What the borrower gets."""
        return self.amount_minor - self.upfront_fee_minor

    @property
    def fees_minor(self) -> int:
        """All fees, upfront and monthly."""
        return self.upfront_fee_minor + self.monthly_fee_minor * self.months


@dataclass(frozen=True)
class ScheduledPayment:
    """One month's payment, in minor units; its due date is for the caller to set."""

    number: int
    payment_minor: int
    interest_minor: int
    principal_minor: int
    balance_minor: int
    fee_minor: int = 0

    @property
    def due_minor(self) -> int:
        """What is due: the payment and its fee."""
        return self.payment_minor + self.fee_minor


def level_payment(amount_minor: int, apr: Decimal, months: int) -> int:
    """q = L·r / (1 − (1+r)^−n) with r = APR/12, in minor units; L/n where the APR is 0.

    Raises:
        ValueError: no amount, less than a minor unit a month, no month or more
            than 60, or an APR below 0 or above 4 (400%).
    """
    whole("The months", months, least=1, most=MOST_MONTHS)
    whole("The amount", amount_minor, least=months)
    return round(amount_minor / _annuity(apr, months))


def present_value(payment_minor: Fraction, apr: Decimal, months: int) -> Fraction:
    """What that many monthly payments are worth today, in minor units: the inverse of q.

    Raises:
        ValueError: a negative payment, no month or more than 60, or an APR
            below 0 or above 4 (400%).
    """
    whole("The months", months, least=1, most=MOST_MONTHS)
    payment = exact("A payment", payment_minor, most=Decimal(MOST_MINOR))
    return payment * _annuity(apr, months)


def schedule(terms: LoanTerms) -> tuple[ScheduledPayment, ...]:
    """One payment a month, all of them q but the last, which takes the remainder.

    The first is due a month after the money was paid out. Interest is the
    balance × r; the principal is the rest of the payment. Σ due = total due;
    the balance falls or stays, and ends at zero.

    Raises:
        ValueError: what minor units round away adds up to more than a payment,
            so that the last one would be nothing, or over twice the others: only
            tiny loans, or long ones at several hundred percent.
    """
    q = level_payment(terms.amount_minor, terms.apr, terms.months)
    r = Fraction(terms.apr) / 12
    lines, balance = list[ScheduledPayment](), terms.amount_minor
    for number in range(1, terms.months + 1):
        interest = round(balance * r)
        payment = q if number < terms.months else balance + interest
        if not 0 < payment <= min(2 * q, balance + interest):
            raise ValueError("This loan cannot be repaid in level payments of whole minor units.")
        principal = payment - interest
        balance -= principal
        fee = terms.monthly_fee_minor
        lines.append(ScheduledPayment(number, payment, interest, principal, balance, fee))
    return tuple(lines)


def total_interest(lines: Iterable[ScheduledPayment]) -> int:
    """The interest of all payments, in minor units."""
    return sum(line.interest_minor for line in lines)


def total_due(lines: Iterable[ScheduledPayment]) -> int:
    """Everything that will be paid back, monthly fees included, in minor units."""
    return sum(line.due_minor for line in lines)


def all_in_apr(terms: LoanTerms) -> Decimal:
    """The yearly rate that every fee is counted into, with six decimals; never below the APR.

    Twelve times the monthly rate at which what is due is worth what was
    received, without compounding (Regulation Z, appendix J): only so the
    reported $99 a month come to 25.0%. Where rounded payments favour the
    borrower, or the loan is a few units, the nominal rate is told.

    Raises:
        ValueError: as `schedule`.
    """
    due = [line.due_minor for line in schedule(terms)]
    # The caller's own context may be coarser, or trap what is harmless here.
    with localcontext(Context(prec=40, rounding=ROUND_HALF_EVEN)):
        yearly = 12 * _monthly_rate(terms.received_minor, due)
        return max(terms.apr, yearly.quantize(APR_PLACES))


def _annuity(apr: Decimal, months: int) -> Fraction:
    """(1 − (1+r)^−n) / r: what a payment of 1 a month is worth today."""
    r = exact("The APR", apr, most=MOST_APR) / 12
    return (1 - (1 + r) ** -months) / r if r else Fraction(months)


def _monthly_rate(received_minor: int, payments_minor: Sequence[int]) -> Decimal:
    """Where the worth of the payments, which falls as the rate rises, meets what was received."""
    low, high = Decimal(0), Decimal(1)
    while _worth(payments_minor, high) > received_minor:
        low, high = high, 2 * high
    while high - low > SMALLEST_STEP:
        middle = (low + high) / 2
        if _worth(payments_minor, middle) > received_minor:
            low = middle
        else:
            high = middle
    return high


def _worth(payments_minor: Sequence[int], rate: Decimal) -> Decimal:
    worth = Decimal(0)
    for payment in reversed(payments_minor):
        worth = (worth + payment) / (1 + rate)
    return worth
