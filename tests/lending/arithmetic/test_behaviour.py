"""How simulated pledgers buy: within their pledge, within its term, as the mix says."""

from collections import Counter
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.arithmetic.behaviour import (
    MeanHonour,
    Mix,
    SimulatedPledge,
    bought_by_day,
    draw_pledge,
)
from lending.arithmetic.pool import PledgeProgress
from tests.lending.arithmetic.drawing import PLEDGES, steadily

HABITS = st.sampled_from(["kept:1", "partly:1", "late:1", "never:1", "kept:0.5,never:0.5"])
HONOURS = st.one_of(
    HABITS.map(Mix.read), st.decimals("0", "1", places=2).map(MeanHonour)
)  # fmt: skip


def drawn(honours, count=400, *, term_days=365):
    random = Random("as always")
    return [
        draw_pledge(random, honours, amount_minor=240_00, first_day=10, term_days=term_days)
        for _pledge in range(count)
    ]


@steadily
@given(st.integers(), HONOURS, PLEDGES, st.integers(0, 400), st.integers(1, 365))
def test_nobody_buys_more_than_was_pledged_nor_outside_the_term(
    seed, honours, amount, first_day, term_days
):
    pledge = draw_pledge(
        Random(seed), honours, amount_minor=amount, first_day=first_day, term_days=term_days
    )
    days = [day for day, _minor in pledge.purchases]
    assert days == sorted(days)
    assert all(first_day < day <= pledge.last_day for day in days)
    assert all(minor > 0 for _day, minor in pledge.purchases)
    assert 0 <= pledge.honoured_minor(pledge.last_day) <= amount


def test_each_habit_does_as_it_is_called():
    ends = {
        habit: Counter(
            (pledge.honoured_minor(375) * 10 // 240_00, pledge.honoured_minor(10 + 182) > 0)
            for pledge in drawn(Mix.read(f"{habit}:1"))
        )
        for habit in ("kept", "late", "never")
    }
    assert set(ends["kept"]) == {(10, True)}
    assert set(ends["late"]) == {(10, False)}
    assert set(ends["never"]) == {(0, False)}
    partly = [pledge.honoured_minor(375) for pledge in drawn(Mix.read("partly:1"))]
    assert 48_00 <= min(partly) < 60_00 < 180_00 < max(partly) <= 192_00


def test_a_mix_is_drawn_in_its_parts():
    pledges = drawn(Mix.read("kept:0.6,partly:0.2,late:0.1,never:0.1"), 4000)
    nothing = sum(not pledge.purchases for pledge in pledges)
    whole = sum(pledge.honoured_minor(375) == 240_00 for pledge in pledges)
    assert (round(nothing / 4000, 1), round(whole / 4000, 1)) == (0.1, 0.7)


@pytest.mark.parametrize("mean", ["0", "0.3", "0.7", "1"])
def test_a_mean_is_about_what_all_of_them_come_to(mean):
    bought = sum(pledge.honoured_minor(375) for pledge in drawn(MeanHonour(Decimal(mean)), 2000))
    assert abs(bought / (2000 * 240_00) - float(mean)) < 0.02


def test_drives_are_alike_unless_it_is_said():
    def means(honours):
        return {honours.of_drive(Random(seed)).mean for seed in range(40)}

    seven = Decimal("0.70")
    unlike = means(MeanHonour(seven, unlike=True))
    assert means(MeanHonour(seven)) == {seven}
    assert len(unlike) > 15
    assert abs(sum(unlike) / len(unlike) - seven) < Decimal("0.1")


@pytest.mark.parametrize(
    "text",
    ["", "kept", "kept:x", "kept:0.5", "kept:0.5,kept:0.5", "sometimes:1", "kept:-1,never:2"],
)
def test_a_mix_that_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError):
        Mix.read(text)


@pytest.mark.parametrize(
    "purchases",
    [((0, 240_01),), ((0, 120_00), (1, 120_01)), ((-1, 1),), ((366, 1),), ((1, 0),), ((1, -5),)],
)
def test_a_pledge_that_could_not_be_is_refused(purchases):
    with pytest.raises(ValueError):
        SimulatedPledge(240_00, 0, 365, purchases)


def test_a_pledge_on_a_day_is_what_was_bought_until_then():
    pledge = SimulatedPledge(240_00, 10, 365, ((30, 20_00), (50, 40_00)))
    assert [pledge.progress(day) for day in (10, 30, 49, 50)] == [
        PledgeProgress(240_00, bought, elapsed_days=elapsed, term_days=365)
        for bought, elapsed in ((0, 0), (20_00, 20), (20_00, 39), (60_00, 40))
    ]


def test_purchases_by_day_are_all_of_them_and_none_after_the_end():
    early = SimulatedPledge(240_00, 0, 365, ((1, 20_00), (3, 40_00)))
    late = SimulatedPledge(240_00, 0, 365, ((3, 5_00), (9, 7_00)))
    assert bought_by_day([early, late], 5) == [0, 20_00, 0, 45_00, 0, 0]
