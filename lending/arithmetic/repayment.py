"""How a loan is paid back: what a payment goes to, how late it is, and flexible shares (s)."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from lending.arithmetic.amounts import Ratio, above_nothing, whole

# A flexible loan: at least an eighteenth in each sixty days, all of it after eighteen months.
FLOOR_PART, FLOOR_DAYS, MATURITY_MONTHS = Fraction(1, 18), 60, 18


@dataclass(frozen=True)
class Allocation:
    """What a payment went to, in minor units; `returned_minor` goes back to the payer."""

    fees_minor: int
    interest_minor: int
    principal_minor: int
    returned_minor: int


def allocate(
    paid_minor: int, *, fees_minor: int, interest_minor: int, principal_minor: int
) -> Allocation:
    """A payment, first to the fees, then to the interest, then to the principal that is owed.

    The parts sum to the payment; what nobody owes is returned.

    Raises:
        ValueError: no payment, or a negative or fractional amount.
    """
    paid = whole("A payment", paid_minor, least=1)
    fees = min(paid, whole("The fees", fees_minor))
    interest = min(paid - fees, whole("The interest", interest_minor))
    principal = min(paid - fees - interest, whole("The principal", principal_minor))
    return Allocation(fees, interest, principal, paid - fees - interest - principal)


class Arrears(StrEnum):
    """How late a payment is, in days."""

    UNDER_30 = "1-29"
    UNDER_60 = "30-59"
    FROM_60 = "60+"


def arrears(days_late: int) -> Arrears | None:
    """The bucket of a payment that was due so many days ago; None on the day itself.

    Raises:
        ValueError: a negative or fractional number of days.
    """
    days = whole("The days", days_late)
    if days >= 60:
        return Arrears.FROM_60
    if days >= 30:
        return Arrears.UNDER_60
    return Arrears.UNDER_30 if days else None


@dataclass(frozen=True)
class FlexiblePlan:
    """A loan repaid by a share of confirmed redemptions; amounts in minor units.

    `share` is s, exact; above 1 where all pledged purchases would not repay the
    loan. `floor_minor` is the least in `FLOOR_DAYS` days, and all is due
    `MATURITY_MONTHS` months after the money was paid out. Slow is not fined.
    """

    total_due_minor: int
    share: Fraction
    floor_minor: int


def flexible_plan(total_due_minor: int, base_minor: int, honour: Ratio) -> FlexiblePlan:
    """s = total due / (h·E), with a floor of total/18, rounded to a minor unit.

    Raises:
        ValueError: nothing is due or pledged, or an honour not above 0 or above 1.
    """
    due = whole("The total due", total_due_minor, least=1)
    base = whole("The eligible base", base_minor, least=1)
    h = above_nothing("The honour", honour, most=Decimal(1))
    return FlexiblePlan(due, due / (h * base), round(due * FLOOR_PART))


def flexible_payment(plan: FlexiblePlan, confirmed_minor: int, outstanding_minor: int) -> int:
    """What is due for sixty days: the share of what was confirmed in them, or the floor if more.

    In minor units, never more than what is still owed.

    Raises:
        ValueError: a negative or fractional amount.
    """
    share = round(plan.share * whole("What was confirmed", confirmed_minor))
    return min(max(share, plan.floor_minor), whole("What is owed", outstanding_minor))
