"""The pool of pledges: what counts of it (E), what is kept (H, h*), and whether in time (pace)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lending.arithmetic.amounts import whole
from lending.arithmetic.percentile import beta_percentile

# No single pledge counts for more than this part of all.
LARGEST_PART = Fraction(5, 100)
# What is believed of pledges that nobody has seen kept: seven of ten.
KEPT_BEFORE, MISSED_BEFORE = 7, 3
CONSERVATIVE = 0.20
MOST_PLEDGES = 900_000
AT_RISK_AFTER_DAYS, AT_RISK_BELOW = 45, Fraction(1, 2)


def eligible_base(amounts_minor: Iterable[int]) -> int:
    """E = Σ min(P_i, 5% × ΣP), in minor units, downwards to a whole one.

    The amounts are those of active pledges by distinct, unrelated people; who
    they are is for the caller to know. Fewer than twenty never count in full.
    0 where there are none.

    Raises:
        ValueError: an amount is not a whole number above zero.
    """
    amounts = [whole("A pledge", amount, least=1) for amount in amounts_minor]
    largest = LARGEST_PART * sum(amounts)
    return int(sum((min(Fraction(amount), largest) for amount in amounts), Fraction(0)))


@dataclass(frozen=True)
class PledgeProgress:
    """One active pledge and what was bought on it, in minor units; days since it began.

    Raises:
        ValueError: a number is negative or fractional, the pledge or its term
            zero, or more was reversed than confirmed.
    """

    amount_minor: int
    confirmed_minor: int = 0
    reversed_minor: int = 0
    elapsed_days: int = 0
    term_days: int = 365

    def __post_init__(self) -> None:
        whole("A pledge", self.amount_minor, least=1)
        whole("What was confirmed", self.confirmed_minor)
        whole("What was reversed", self.reversed_minor, most=self.confirmed_minor)
        whole("A pledge's days", self.elapsed_days, most=36_500)
        whole("A pledge's term in days", self.term_days, least=1, most=36_500)

    @property
    def honoured_minor(self) -> int:
        """min(confirmed − reversed, P_i): more never lifts another's pledge."""
        return min(self.confirmed_minor - self.reversed_minor, self.amount_minor)

    @property
    def elapsed(self) -> Fraction:
        """The part of the term that is over, 1 at most."""
        return min(Fraction(self.elapsed_days, self.term_days), Fraction(1))

    @property
    def expected(self) -> Fraction:
        """What an even pace would have brought by now, in minor units: P_i × elapsed_i/term_i."""
        return self.amount_minor * self.elapsed


def pool_honour(pledges: Iterable[PledgeProgress]) -> Fraction | None:
    """H = Σ min(confirmed − reversed, P_i) / ΣP_i, from 0 to 1; None without a pledge."""
    pool = list(pledges)
    return _part(sum(p.honoured_minor for p in pool), sum(p.amount_minor for p in pool))


def pace(pledges: Iterable[PledgeProgress]) -> Fraction | None:
    """Σ redeemed / Σ(P_i × elapsed_i/term_i): 1 is even; None before the first day is over."""
    pool = list(pledges)
    return _part(sum(p.honoured_minor for p in pool), sum(p.expected for p in pool))


def projected_honour(pledges: Iterable[PledgeProgress]) -> Fraction | None:
    """H at the end of the terms, if each pledger goes on as until now; from 0 to 1.

    A pledge of which no day is over says nothing yet and is left out; None
    where that is all of them.
    """
    begun = [pledge for pledge in pledges if pledge.elapsed]
    each = (min(p.honoured_minor / p.elapsed, Fraction(p.amount_minor)) for p in begun)
    return _part(sum(each), sum(p.amount_minor for p in begun))


def is_at_risk(pledge: PledgeProgress) -> bool:
    """Whether this pledger is below half of an even pace, after day 45."""
    is_slow = pledge.honoured_minor < AT_RISK_BELOW * pledge.expected
    return is_slow and pledge.elapsed_days > AT_RISK_AFTER_DAYS


def mean_honour(kept: int, missed: int) -> Fraction:
    """The mean of Beta(7 + kept, 3 + missed): 7/10 with no history.

    Raises:
        ValueError: a count is negative, fractional or above 900,000.
    """
    a, b = _counted(kept, missed)
    return Fraction(a, a + b)


def conservative_honour(kept: int, missed: int) -> Decimal:
    """h*, the 20th percentile of Beta(7 + kept, 3 + missed), in whole percents.

    Counted are past pledges, kept or missed: the alliance's own, else the
    network's; which of them is for the caller to say. With no history the
    percentile is 0.58232, and the specification reckons with 0.58 (1.70, $386.67,
    $4,541): so it is rounded here, to the nearer percent, and nowhere else.

    Raises:
        ValueError: a count is negative, fractional or above 900,000.
    """
    return Decimal(round(100 * beta_percentile(CONSERVATIVE, *_counted(kept, missed)))).scaleb(-2)


def _counted(kept: int, missed: int) -> tuple[int, int]:
    return (
        KEPT_BEFORE + whole("Kept pledges", kept, most=MOST_PLEDGES),
        MISSED_BEFORE + whole("Missed pledges", missed, most=MOST_PLEDGES),
    )


def _part(some: Fraction | int, of: Fraction | int) -> Fraction | None:
    return Fraction(some) / of if of else None
