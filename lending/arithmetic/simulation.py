"""A year of drives, pledges and loans, played by a seed: what would become of them.

Every drive borrows against its pledges by the arithmetic of this package, once
for each advance rate, and its pledgers buy as `behaviour` draws them: the same
purchases under every rate, so that the rates can be set side by side. It tells
what follows from a behaviour that was assumed, not how people behave.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import groupby
from random import Random

from lending.arithmetic.amounts import above_nothing, whole
from lending.arithmetic.behaviour import (
    Honours,
    MeanHonour,
    SimulatedPledge,
    bought_by_day,
    draw_pledge,
)
from lending.arithmetic.borrowing import DAYS_A_YEAR, MONTHS_A_YEAR, Borrowing
from lending.arithmetic.cover import DEFAULT_MARGIN, STANDARD, STEP_MINOR, Backing, limit
from lending.arithmetic.outcomes import (
    AdvanceResult,
    PledgesOn,
    Standing,
    YearOfHonour,
    pledges_on,
    year_of,
)
from lending.arithmetic.pool import conservative_honour, eligible_base
from lending.arithmetic.schedule import LoanTerms, level_payment

MOST_DRIVES, MOST_PLEDGES, MOST_DAYS = 10_000, 10_000, 3_650
SUGGESTED_MINOR = 240_00
# What is believed of pledges before anything is known.
EVEN = MeanHonour(Decimal("0.70"))


class Pays(StrEnum):
    """From what a shop pays its loan back."""

    PLEDGES = "from pledges"
    ALWAYS = "always"


@dataclass(frozen=True)
class Plan:
    """What is played. Day 0 is `starts_on`; `days` are played after it.

    Drives begin, and are lent to, evenly over the first `spread_days`. A pledge
    is one of `amounts_minor`, drawn; its term and the loan's run `months`.
    A shop that pays from pledges has `margin` of what was honoured so far; a
    payment that is `write_off_days` late closes the loan. `within_rules`: a loan
    is the limit L at that advance, cover included; otherwise it is A·E, what
    would be lent without the rule. `kept` and `missed` are past pledges, for h*.

    Raises:
        ValueError: a number is out of its range.
    """

    drives: int = 100
    pledges: int = 100
    days: int = DAYS_A_YEAR
    spread_days: int = 0
    amounts_minor: tuple[int, ...] = (SUGGESTED_MINOR,)
    months: int = MONTHS_A_YEAR
    honours: Honours = EVEN
    kept: int = 0
    missed: int = 0
    apr: Decimal = Decimal("0.0399")
    margin: Decimal = DEFAULT_MARGIN
    advances: tuple[Decimal, ...] = (Decimal("0.10"), Decimal("0.20"), Decimal("0.33"))
    within_rules: bool = True
    pays: Pays = Pays.PLEDGES
    write_off_days: int = 120
    seed: int = 1
    starts_on: date = date(2026, 1, 1)

    def __post_init__(self) -> None:
        whole("The drives", self.drives, least=1, most=MOST_DRIVES)
        whole("The pledges of a drive", self.pledges, least=1, most=MOST_PLEDGES)
        whole("The days", self.days, least=1, most=MOST_DAYS)
        whole("The days over which drives begin", self.spread_days, most=self.days)
        whole("The days until a loan is written off", self.write_off_days, least=1, most=MOST_DAYS)
        if not self.amounts_minor:
            raise ValueError("Say at least one amount.")
        most = STANDARD.most_advance if self.within_rules else Decimal(1)
        for advance in self.advances:
            above_nothing("The advance", advance, most=most)

    @property
    def term_days(self) -> int:
        """How long a pledge runs."""
        return round(DAYS_A_YEAR * self.months / MONTHS_A_YEAR)

    @cached_property
    def honour(self) -> Decimal:
        """h*, by what was kept and missed before."""
        return conservative_honour(self.kept, self.missed)

    def on(self, day: int) -> date:
        """The calendar's day."""
        return self.starts_on + timedelta(days=day)


@dataclass(frozen=True)
class Pool:
    """A drive's pledges; all of them begin on `first_day`."""

    first_day: int
    pledges: tuple[SimulatedPledge, ...]

    @cached_property
    def base_minor(self) -> int:
        """E, in minor units."""
        return eligible_base(pledge.amount_minor for pledge in self.pledges)


@dataclass(frozen=True)
class SimulationResult:
    """All that was played; `months` and each rate's months end on the last day."""

    plan: Plan
    years: tuple[YearOfHonour, ...]
    months: tuple[PledgesOn, ...]
    advances: tuple[AdvanceResult, ...]


def simulate(plan: Plan) -> SimulationResult:
    """Plays the plan; the same plan gives the same result.

    Raises:
        ValueError: an APR, a margin or an amount that the arithmetic refuses.
    """
    pools = draw_pools(plan)
    pledges = [pledge for pool in pools for pledge in pool.pledges]
    ends = _month_ends(plan)
    return SimulationResult(
        plan=plan,
        years=honour_by_year(pledges, plan),
        months=tuple(pledges_on(pledges, day, plan.on(day)) for day in ends),
        advances=tuple(_lent(pools, plan, advance, ends) for advance in plan.advances),
    )


def draw_pools(plan: Plan) -> tuple[Pool, ...]:
    """The drives; each draws from a seed of its own, so that one more changes none before it."""
    pools = []
    for number in range(plan.drives):
        random = Random(f"{plan.seed}/{number}")
        honours = plan.honours.of_drive(random)
        first = number * plan.spread_days // plan.drives
        pledges = tuple(
            draw_pledge(
                random,
                honours,
                amount_minor=random.choice(plan.amounts_minor),
                first_day=first,
                term_days=plan.term_days,
            )
            for _pledge in range(plan.pledges)
        )
        pools.append(Pool(first, pledges))
    return tuple(pools)


def honour_by_year(pledges: Iterable[SimulatedPledge], plan: Plan) -> tuple[YearOfHonour, ...]:
    """The record of pledges kept by the year of their last day; those that still run come last."""
    known = [
        (plan.on(pledge.last_day - 1).year if pledge.last_day <= plan.days else None, pledge)
        for pledge in pledges
    ]
    known.sort(key=lambda row: (row[0] is None, row[0] or 0))
    return tuple(
        year_of(year, (pledge for _at, pledge in rows), plan.days)
        for year, rows in groupby(known, key=lambda row: row[0])
    )


def loan_of(pool: Pool, plan: Plan, advance: Decimal) -> Borrowing | None:
    """The loan that a drive takes at this advance; None where nothing can be lent."""
    backing = Backing(pool.base_minor, plan.months, plan.margin)
    if plan.within_rules:
        amount = limit(
            backing,
            STANDARD,
            honour=plan.honour,
            apr=plan.apr,
            months=plan.months,
            advance=advance,
        )
    else:
        amount = int(Fraction(advance) * backing.base_minor) // STEP_MINOR * STEP_MINOR
    return Borrowing(LoanTerms(amount, plan.apr, plan.months), pool.first_day) if amount else None


def _month_ends(plan: Plan) -> list[int]:
    """The days that end a month of the calendar, and the last one that is played."""
    days = range(plan.days + 1)
    return [day for day in days if plan.on(day + 1).day == 1 or day == plan.days]


def _lent(
    pools: Sequence[Pool], plan: Plan, advance: Decimal, ends: Sequence[int]
) -> AdvanceResult:
    standing = {day: Standing() for day in ends}
    loans = list[Borrowing]()
    earned, payments, honoured = Fraction(0), 0, 0
    for pool in pools:
        loan = loan_of(pool, plan, advance)
        if loan is None:
            continue
        bought = bought_by_day(pool.pledges, plan.days)
        _play(loan, bought, plan, standing)
        loans.append(loan)
        payments += level_payment(loan.terms.amount_minor, plan.apr, plan.months)
        earned += Backing(pool.base_minor, plan.months, plan.margin).earned_monthly(plan.honour)
        honoured += sum(bought)
    due = sum(loan.total_due_minor for loan in loans)
    return AdvanceResult(
        advance=advance,
        lent_minor=sum(loan.terms.amount_minor for loan in loans),
        repaid_minor=sum(loan.repaid_minor for loan in loans),
        interest_minor=sum(loan.interest_minor for loan in loans),
        outstanding_minor=sum(loan.outstanding_minor for loan in loans),
        written_off_minor=sum(loan.written_off_minor for loan in loans),
        cover=earned / payments if payments else None,
        seen_cover=Fraction(plan.margin) * honoured / due if due else None,
        months=tuple(counted.on(plan.on(day)) for day, counted in standing.items()),
        loans=tuple(loans),
    )


def _play(
    loan: Borrowing, bought: Sequence[int], plan: Plan, standing: dict[int, Standing]
) -> None:
    """Day by day: what was bought is there, what is due is paid as far as that goes."""
    margin, honoured = Fraction(plan.margin), 0
    for day in range(loan.first_day, plan.days + 1):
        honoured += bought[day]
        owed = loan.owed_minor(day)
        if owed:
            has = owed if plan.pays is Pays.ALWAYS else int(margin * honoured) - loan.paid_minor
            if has > 0:
                loan.pay(min(owed, has), day)
            if loan.days_late(day) >= plan.write_off_days:
                loan.write_off()
        if day in standing:
            standing[day].add(loan, day)
