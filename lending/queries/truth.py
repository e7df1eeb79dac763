"""The truth box as people read it: one place for borrower, lender and public."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lending.arithmetic.cover import TruthBox
from lending.arithmetic.repayment import flexible_plan
from lending.models import LoanOffer, Repayment


@dataclass(frozen=True)
class Truth:
    """All figures of an offer or a loan. Amounts in minor units, rates in percent.

    `box` is what the arithmetic gave; `honour`, `break_even_honour` and
    `break_even_spending` are percents of what was pledged. `share` and
    `floor_minor` are there for a flexible loan alone.
    """

    box: TruthBox
    currency: str
    lender: str
    apr: Decimal
    months: int
    upfront_fee_minor: int
    monthly_fee_minor: int
    honour: Decimal
    base_minor: int
    pledgers: int
    is_flexible: bool
    share: Decimal | None = None
    floor_minor: int | None = None

    @property
    def all_in_apr(self) -> Decimal:
        """With every fee, in percent with one decimal; without fees it is the rate itself."""
        return percent(self.box.all_in_apr) if self.has_fees else self.apr

    @property
    def break_even_honour(self) -> Decimal:
        return percent(self.box.break_even_honour)

    @property
    def break_even_spending(self) -> Decimal:
        return percent(self.box.break_even_spending)

    @property
    def cover(self) -> Decimal:
        """How often the pledges' earnings pay the monthly payment, with two decimals."""
        return self.box.cover.quantize(Decimal("0.01"))

    @property
    def has_fees(self) -> bool:
        return self.box.fees_minor > 0


def truth_of(offer: LoanOffer, box: TruthBox | None = None) -> Truth:
    """What an offer costs; `box` is for one that is only being reckoned."""
    found = box or offer.truth_box
    is_flexible = offer.repayment == Repayment.FLEXIBLE
    plan = (
        flexible_plan(found.total_due_minor, offer.base_minor, offer.honour)
        if is_flexible
        else None
    )
    return Truth(
        box=found,
        currency=offer.currency,
        lender=offer.lender.name,
        apr=percent(offer.apr, places=4),
        months=offer.months,
        upfront_fee_minor=offer.upfront_fee_minor,
        monthly_fee_minor=offer.monthly_fee_minor,
        honour=percent(offer.honour),
        base_minor=offer.base_minor,
        pledgers=offer.pledgers,
        is_flexible=is_flexible,
        share=percent(plan.share) if plan else None,
        floor_minor=plan.floor_minor if plan else None,
    )


def percent(part: Decimal | Fraction, places: int = 1) -> Decimal:
    """A part of one in percent, without zeros at the end: 0.3406 → 34.1, 0.1 → 10."""
    found = Decimal(round(part * 100 * 10**places)).scaleb(-places).normalize()
    return found if found.as_tuple().exponent < 0 else found.quantize(Decimal(1))  # type: ignore[operator]
