"""Whether pledges carry a loan: PSC, h0, i0, the limit L, the rungs, and the truth box."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lending.arithmetic.amounts import (
    MOST_MINOR,
    MOST_MONTHS,
    Ratio,
    above_nothing,
    exact,
    shown,
    whole,
)
from lending.arithmetic.schedule import (
    LoanTerms,
    all_in_apr,
    level_payment,
    present_value,
    schedule,
    total_due,
)

LEAST_COVER = Fraction(3, 2)
DEFAULT_MARGIN, MOST_MARGIN = Decimal("0.50"), Decimal("0.60")
# Loans are offered in whole units of the currency.
STEP_MINOR = 100


@dataclass(frozen=True)
class Rung:
    """What a drive must show for a loan, and how much of E may be advanced (A).

    The pledgers are active ones when gathering ends, the months whole ones at
    the location before (`pledges.rules.THRESHOLDS`); amounts in minor units.
    """

    pledgers: int
    months_at_location: int
    advance: Decimal
    most_advance: Decimal
    most_loan_minor: int = MOST_MINOR


STANDARD = Rung(100, 24, advance=Decimal("0.20"), most_advance=Decimal("0.33"))
STARTER = Rung(
    25, 12, advance=Decimal("0.10"), most_advance=Decimal("0.10"), most_loan_minor=2_500_00
)


@dataclass(frozen=True)
class Backing:
    """What stands behind a loan: E in minor units, T in months, m the gross margin.

    Raises:
        ValueError: a negative base, no months or more than 60, or a margin
            that is not above 0 and at most 0.60.
    """

    base_minor: int
    months: int
    margin: Decimal = DEFAULT_MARGIN

    def __post_init__(self) -> None:
        whole("The eligible base", self.base_minor)
        whole("The months of the pledges", self.months, least=1, most=MOST_MONTHS)
        above_nothing("The margin", self.margin, most=MOST_MARGIN)

    def earned_monthly(self, honour: Ratio) -> Fraction:
        """(E/T)·h·m: what the pledged purchases leave over each month, in minor units."""
        h = exact("The honour", honour, most=Decimal(1))
        return Fraction(self.base_minor, self.months) * h * Fraction(self.margin)


def pledge_service_cover(backing: Backing, payment_minor: int, honour: Ratio) -> Fraction:
    """PSC = (E/T)·h·m / q: how often the pledges' earnings pay the level payment.

    Raises:
        ValueError: no payment, or an honour below 0 or above 1.
    """
    return backing.earned_monthly(honour) / whole("The payment", payment_minor, least=1)


def break_even_honour(backing: Backing, payment_minor: int) -> Fraction:
    """h0 = q / ((E/T)·m): the honour at which PSC is 1; above 1 where none is enough.

    Raises:
        ValueError: no payment, or nothing is pledged.
    """
    return whole("The payment", payment_minor, least=1) / _something(backing, Decimal(1))


def break_even_spending(backing: Backing, total_due_minor: int, honour: Ratio) -> Fraction:
    """i0 = total due / (E·h·m): the part of pledged purchases that must be new business.

    Raises:
        ValueError: nothing is due, pledged or honoured.
    """
    due = whole("The total due", total_due_minor, least=1)
    return due / (_something(backing, honour) * backing.months)


def most_payment(backing: Backing, honour: Ratio) -> Fraction:
    """q_max = (E/T)·h*·m/1.5: the dearest monthly payment that is covered, in minor units.

    Raises:
        ValueError: an honour below 0 or above 1.
    """
    return backing.earned_monthly(honour) / LEAST_COVER


def limit(
    backing: Backing,
    rung: Rung,
    *,
    honour: Ratio,
    apr: Decimal,
    months: int,
    advance: Decimal | None = None,
    lender_cap_minor: int = MOST_MINOR,
) -> int:
    """L = min(A·E, present value of q_max, the lender's cap), and the rung's own most.

    In minor units, downwards to a whole unit of the currency ($4,541.25 is
    $4,541), and such that its own payment, rounded to the cent, is still
    covered. 0 where nothing can be lent. A is the rung's, if none is given.

    Raises:
        ValueError: A is not above 0 or is above the rung's most, an honour
            below 0 or above 1, a negative cap, or as `present_value`.
    """
    chosen = rung.advance if advance is None else advance
    a = above_nothing("The advance", chosen, most=rung.most_advance)
    cap = min(whole("The lender's cap", lender_cap_minor), rung.most_loan_minor)
    q_max = most_payment(backing, honour)
    carried = min(a * backing.base_minor, present_value(q_max, apr, months), Fraction(cap))
    found = carried // STEP_MINOR * STEP_MINOR
    if found and level_payment(found, apr, months) > q_max:
        found -= STEP_MINOR
    return found


class Refusal(StrEnum):
    """Why no offer may be made."""

    PLEDGERS = "pledgers"
    MONTHS_AT_LOCATION = "months at the location"
    ADVANCE = "advance"
    RUNG = "rung's most"
    LENDER_CAP = "lender's cap"
    COVER = "cover"


def refusals(
    terms: LoanTerms,
    backing: Backing,
    rung: Rung,
    *,
    honour: Ratio,
    pledgers: int,
    months_at_location: int,
    lender_cap_minor: int = MOST_MINOR,
) -> tuple[Refusal, ...]:
    """All that stands against this offer; none: it may be made. PSC ≥ 1.5 at h*, above all.

    `honour` is h*; `pledgers` are the drive's active ones, `months_at_location`
    whole months.

    Raises:
        ValueError: an honour below 0 or above 1, a negative count or cap.
    """
    whole("The pledgers", pledgers)
    whole("The months at the location", months_at_location)
    whole("The lender's cap", lender_cap_minor)
    q = level_payment(terms.amount_minor, terms.apr, terms.months)
    against = {
        Refusal.PLEDGERS: pledgers < rung.pledgers,
        Refusal.MONTHS_AT_LOCATION: months_at_location < rung.months_at_location,
        Refusal.ADVANCE: terms.amount_minor > Fraction(rung.most_advance) * backing.base_minor,
        Refusal.RUNG: terms.amount_minor > rung.most_loan_minor,
        Refusal.LENDER_CAP: terms.amount_minor > lender_cap_minor,
        Refusal.COVER: pledge_service_cover(backing, q, honour) < LEAST_COVER,
    }
    return tuple(reason for reason, stands in against.items() if stands)


@dataclass(frozen=True)
class TruthBox:
    """What borrower and lender see before anyone signs. Amounts in minor units.

    `payment_minor` is q; `fees_minor` all fees, `total_due_minor` all that will
    be paid back, monthly fees included; what an upfront fee keeps back is the
    difference of `amount_minor` and `received_minor`. Cover and break-evens
    have four decimals and are for reading; `refusals` compares exactly.
    """

    amount_minor: int
    received_minor: int
    payment_minor: int
    fees_minor: int
    all_in_apr: Decimal
    total_due_minor: int
    cover: Decimal
    break_even_honour: Decimal
    break_even_spending: Decimal


def truth_box(terms: LoanTerms, backing: Backing, honour: Ratio) -> TruthBox:
    """The truth box of a level loan; `honour` is h*, for PSC and i0.

    Raises:
        ValueError: nothing is pledged, an honour not above 0 or above 1, or as `schedule`.
    """
    q = level_payment(terms.amount_minor, terms.apr, terms.months)
    due = total_due(schedule(terms))
    return TruthBox(
        amount_minor=terms.amount_minor,
        received_minor=terms.received_minor,
        payment_minor=q,
        fees_minor=terms.fees_minor,
        all_in_apr=all_in_apr(terms),
        total_due_minor=due,
        cover=shown(pledge_service_cover(backing, q, honour)),
        break_even_honour=shown(break_even_honour(backing, q)),
        break_even_spending=shown(break_even_spending(backing, due, honour)),
    )


def _something(backing: Backing, honour: Ratio) -> Fraction:
    earned = backing.earned_monthly(honour)
    if not earned:
        raise ValueError("Nothing is pledged, or nothing of it is honoured.")
    return earned
