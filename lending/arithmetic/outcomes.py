"""What a simulation comes to: the record of pledges kept, and how loans stand month by month."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from lending.arithmetic.behaviour import SimulatedPledge
from lending.arithmetic.borrowing import Borrowing, Close
from lending.arithmetic.pool import (
    PledgeProgress,
    is_at_risk,
    pace,
    pool_honour,
    projected_honour,
)
from lending.arithmetic.repayment import Arrears

ON_TIME = "on time"


@dataclass(frozen=True)
class PledgesOn:
    """The running pledges on one day; amounts in minor units, ratios None where unknown."""

    on: date
    pledges: int
    pledged_minor: int
    honoured_minor: int
    honour: Fraction | None
    pace: Fraction | None
    projected_honour: Fraction | None
    at_risk: int


@dataclass(frozen=True)
class YearOfHonour:
    """Pledges by the year in which their term ended; None: their term is not over.

    pledges = kept + partly + missed: bought in full, a part of it, nothing.
    """

    year: int | None
    pledges: int
    kept: int
    partly: int
    missed: int
    pledged_minor: int
    honoured_minor: int

    @property
    def honour(self) -> Fraction:
        """H of these pledges."""
        return Fraction(self.honoured_minor, self.pledged_minor)


@dataclass(frozen=True)
class LoansOn:
    """All loans of one advance rate on one day, by how they stand; the counts add up to `lent`."""

    on: date
    lent: int
    on_time: int
    late: dict[Arrears, int]
    repaid: int
    written_off: int
    outstanding_minor: int
    owed_minor: int


@dataclass(frozen=True)
class AdvanceResult:
    """What became of the loans at one advance rate; `loans` are in the drives' order.

    `cover` is PSC at h* over all loans, `seen_cover` what the margin of all that
    was honoured makes of all that is to be paid back; None without a loan.
    Always lent = repaid + outstanding + written off.
    """

    advance: Decimal
    lent_minor: int
    repaid_minor: int
    interest_minor: int
    outstanding_minor: int
    written_off_minor: int
    cover: Fraction | None
    seen_cover: Fraction | None
    months: tuple[LoansOn, ...]
    loans: tuple[Borrowing, ...]

    @property
    def end(self) -> LoansOn:
        """How the loans stand on the last day."""
        return self.months[-1]


def pledges_on(pledges: Iterable[SimulatedPledge], day: int, on: date) -> PledgesOn:
    """Pledges that have begun and whose term was not over before this day."""
    running = Counter(
        pledge.progress(day) for pledge in pledges if pledge.first_day <= day <= pledge.last_day
    )
    # So many equal pledges weigh as much as one of their sum, which is quicker to reckon with.
    pool = [
        PledgeProgress(
            one.amount_minor * count,
            one.confirmed_minor * count,
            elapsed_days=one.elapsed_days,
            term_days=one.term_days,
        )
        for one, count in running.items()
    ]
    return PledgesOn(
        on=on,
        pledges=running.total(),
        pledged_minor=sum(one.amount_minor for one in pool),
        honoured_minor=sum(one.honoured_minor for one in pool),
        honour=pool_honour(pool),
        pace=pace(pool),
        projected_honour=projected_honour(pool),
        at_risk=sum(count for one, count in running.items() if is_at_risk(one)),
    )


def year_of(year: int | None, pledges: Iterable[SimulatedPledge], day: int) -> YearOfHonour:
    """The record of these pledges as it stands on a day."""
    bought = [(pledge.amount_minor, pledge.honoured_minor(day)) for pledge in pledges]
    return YearOfHonour(
        year=year,
        pledges=len(bought),
        kept=sum(honoured == amount for amount, honoured in bought),
        partly=sum(0 < honoured < amount for amount, honoured in bought),
        missed=sum(not honoured for _amount, honoured in bought),
        pledged_minor=sum(amount for amount, _honoured in bought),
        honoured_minor=sum(honoured for _amount, honoured in bought),
    )


class Standing:
    """Counts how loans stand on one day."""

    def __init__(self) -> None:
        self._counts = Counter[str]()
        self._outstanding_minor = self._owed_minor = 0

    def add(self, loan: Borrowing, day: int) -> None:
        """One more loan."""
        self._counts[loan.closed or loan.bucket(day) or ON_TIME] += 1
        self._outstanding_minor += loan.outstanding_minor
        self._owed_minor += loan.owed_minor(day)

    def on(self, on: date) -> LoansOn:
        """All that were added."""
        return LoansOn(
            on=on,
            lent=self._counts.total(),
            on_time=self._counts[ON_TIME],
            late={bucket: self._counts[bucket] for bucket in Arrears},
            repaid=self._counts[Close.REPAID],
            written_off=self._counts[Close.WRITTEN_OFF],
            outstanding_minor=self._outstanding_minor,
            owed_minor=self._owed_minor,
        )
