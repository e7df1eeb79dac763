"""The simulation: the same by the same seed, and nothing comes from nowhere."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.arithmetic.behaviour import MeanHonour, Mix, SimulatedPledge
from lending.arithmetic.borrowing import Close
from lending.arithmetic.outcomes import pledges_on
from lending.arithmetic.simulation import Pays, Plan, draw_pools, simulate

SMALL = Plan(drives=8, pledges=30, honours=MeanHonour(Decimal("0.55"), unlike=True))
# What would be lent without the rule of cover: enough to fall late with.
BOLD = replace(
    SMALL, within_rules=False, days=500, advances=tuple(map(Decimal, ("0.10", "0.33", "0.60")))
)
HONOURS = st.one_of(
    st.builds(MeanHonour, st.decimals("0", "1", places=2), st.booleans()),
    st.sampled_from(["kept:0.6,partly:0.2,late:0.1,never:0.1", "never:1", "late:1"]).map(Mix.read),
)
PLANS = st.builds(
    Plan,
    drives=st.integers(1, 4),
    pledges=st.integers(1, 30),
    days=st.integers(200, 700),
    spread_days=st.integers(0, 200),
    amounts_minor=st.lists(st.integers(2, 200).map(lambda n: n * 10_00), min_size=1).map(tuple),
    months=st.sampled_from((6, 9, 12)),
    honours=HONOURS,
    kept=st.integers(0, 50),
    missed=st.integers(0, 50),
    apr=st.decimals("0", "0.20", places=4),
    margin=st.decimals("0.10", "0.60", places=2),
    within_rules=st.booleans(),
    pays=st.sampled_from(Pays),
    seed=st.integers(),
)


# --- determinism --------------------------------------------------------------------


def test_the_same_seed_gives_the_same_and_another_seed_another():
    assert simulate(BOLD) == simulate(BOLD)
    assert simulate(BOLD).months != simulate(replace(BOLD, seed=2)).months


def test_one_more_drive_changes_none_before_it():
    assert draw_pools(replace(SMALL, drives=9))[:8] == draw_pools(SMALL)


def test_the_purchases_are_the_same_under_every_rate():
    one = replace(BOLD, advances=(Decimal("0.33"),))
    assert simulate(one).advances == simulate(BOLD).advances[1:2]


# --- conservation -------------------------------------------------------------------


@settings(derandomize=True, deadline=None, max_examples=40)
@given(PLANS)
def test_nothing_comes_from_nowhere(plan):
    result = simulate(plan)
    for year in result.years:
        assert year.pledges == year.kept + year.partly + year.missed
        assert 0 <= year.honoured_minor <= year.pledged_minor
    assert sum(year.pledges for year in result.years) == plan.drives * plan.pledges
    for month in result.months:
        assert 0 <= month.honoured_minor <= month.pledged_minor
        assert 0 <= month.at_risk <= month.pledges
    for rate in result.advances:
        parts = (rate.repaid_minor, rate.outstanding_minor, rate.written_off_minor)
        assert min(parts) >= 0
        assert sum(parts) == rate.lent_minor
        for at in rate.months:
            assert at.lent == at.on_time + sum(at.late.values()) + at.repaid + at.written_off
            assert 0 <= at.outstanding_minor <= rate.lent_minor
            assert at.owed_minor >= 0
        assert rate.end.lent == len(rate.loans)
        assert rate.end.outstanding_minor == rate.outstanding_minor


@settings(derandomize=True, deadline=None, max_examples=20)
@given(PLANS)
def test_a_shop_pays_no_more_than_its_margin_of_what_was_bought(plan):
    plan = replace(plan, pays=Pays.PLEDGES, within_rules=False)
    pools = draw_pools(plan)
    bought = sum(p.honoured_minor(plan.days) for pool in pools for p in pool.pledges)
    for rate in simulate(plan).advances:
        assert rate.repaid_minor + rate.interest_minor <= plan.margin * bought


# --- day 182 of the worked case -----------------------------------------------------


def test_day_182_of_the_worked_case():
    """60 pledgers at $120, 20 at $180, 15 at $40, 5 at $0, of $240 each."""
    pool = [
        SimulatedPledge(240_00, 0, 365, ((day, bought),) if bought else ())
        for people, bought in ((60, 120_00), (20, 180_00), (15, 40_00), (5, 0))
        for day in range(1, people + 1)
    ]
    on = pledges_on(pool, 182, date(2026, 7, 2))
    ratios = [round(100 * ratio) for ratio in (on.pace, on.projected_honour)]
    assert (on.honoured_minor, ratios, on.at_risk) == (11_400_00, [95, 85], 20)
    # The control: on day 45 nobody is called slow.
    assert pledges_on(pool, 45, date(2026, 2, 15)).at_risk == 0


def test_pledges_that_have_not_begun_or_are_over_do_not_run():
    over, running, coming = (SimulatedPledge(240_00, day, 100) for day in (0, 50, 150))
    on = pledges_on([over, running, coming], 101, date(2026, 4, 12))
    assert (on.pledges, on.pledged_minor, on.pace) == (1, 240_00, 0)
    assert pledges_on([coming], 101, date(2026, 4, 12)).pace is None


# --- the rates side by side ---------------------------------------------------------


def test_a_higher_advance_is_covered_less_and_is_not_late_less_often():
    careful, middle, bold = simulate(BOLD).advances
    assert careful.cover > middle.cover > bold.cover
    for before, after in ((careful, middle), (middle, bold)):
        for less, more in zip(before.months, after.months, strict=True):
            assert fallen(less) <= fallen(more)
    # The control: the rates do differ.
    assert fallen(careful.end) < fallen(bold.end)


def fallen(at):
    """How many loans are late, or were given up."""
    return sum(at.late.values()) + at.written_off


def test_the_rule_of_cover_holds_every_rate_to_what_is_covered():
    ten, twenty, third = simulate(SMALL).advances
    assert (ten.cover, twenty.lent_minor) == (max(ten.cover, Fraction(3, 2)), third.lent_minor)
    assert twenty.cover >= Fraction(3, 2)
    # The control: without it the same advance is not covered.
    assert simulate(replace(SMALL, within_rules=False)).advances[2].cover < 1


def test_a_shop_that_always_pays_is_never_late():
    for rate in simulate(replace(BOLD, pays=Pays.ALWAYS)).advances:
        assert all(fallen(at) == 0 for at in rate.months)
        assert {loan.closed for loan in rate.loans} == {Close.REPAID}


def test_a_shop_to_which_nobody_comes_is_given_up_after_120_days():
    nobody = replace(SMALL, honours=Mix.read("never:1"), advances=(Decimal("0.10"),))
    (rate,) = simulate(nobody).advances
    late = {str(at.on): (at.late["60+"], at.written_off) for at in rate.months}
    # Due on day 30, 31 January; 120 days later is 31 May.
    assert (late["2026-04-30"], late["2026-05-31"]) == ((8, 0), (0, 8))
    assert rate.written_off_minor == rate.lent_minor > 0


def test_without_anything_to_lend_there_is_no_loan():
    (rate,) = simulate(replace(SMALL, pledges=1, advances=(Decimal("0.01"),))).advances
    assert (rate.loans, rate.lent_minor, rate.cover, rate.seen_cover) == ((), 0, None, None)
    assert {at.lent for at in rate.months} == {0}


# --- years and months ---------------------------------------------------------------


def test_pledges_are_counted_in_the_year_of_their_last_day():
    years = simulate(replace(SMALL, spread_days=300, days=500)).years
    assert [(year.year, year.pledges) for year in years] == [(2026, 30), (2027, 90), (None, 120)]


def test_months_end_as_in_the_calendar_and_the_last_day_ends_the_last():
    plan = replace(SMALL, days=45, starts_on=date(2028, 1, 20))
    ends = [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 5)]
    result = simulate(plan)
    assert [month.on for month in result.months] == ends
    assert [[at.on for at in rate.months] for rate in result.advances] == [ends] * 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"drives": 0},
        {"pledges": 0},
        {"days": 0},
        {"spread_days": 366},
        {"amounts_minor": ()},
        {"advances": (Decimal("0.34"),)},
        {"advances": (Decimal("0"),)},
        {"write_off_days": 0},
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        replace(SMALL, **wrong)
