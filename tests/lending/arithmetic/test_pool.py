"""The pool: what counts of it, what is kept, and whether in time."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.arithmetic.pool import (
    PledgeProgress,
    conservative_honour,
    eligible_base,
    is_at_risk,
    mean_honour,
    pace,
    pool_honour,
    projected_honour,
)
from tests.lending.arithmetic import exact
from tests.lending.arithmetic.drawing import PLEDGES, PROGRESS, steadily

# --- E ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amounts", "base"),
    [
        ([], 0),
        # One alone is a twentieth of itself.
        ([240_00], 12_00),
        ([240_00] * 19, 19 * 228_00),
        ([240_00] * 20, 20 * 240_00),
        # 5% of $11,600 is $580: the friend with $2,000 counts for that.
        ([2_000_00] + [240_00] * 40, 580_00 + 40 * 240_00),
        # 5% of 1.01 is a twentieth of a cent too much.
        ([1_01], 5),
    ],
)
def test_no_pledge_counts_for_more_than_a_twentieth(amounts, base):
    assert eligible_base(amounts) == base


@steadily
@given(st.lists(PLEDGES, max_size=60), PLEDGES)
def test_another_pledge_never_lowers_the_base_nor_counts_for_more_than_itself(amounts, one):
    more = eligible_base([*amounts, one])
    assert eligible_base(amounts) <= more <= sum(amounts) + one


@pytest.mark.parametrize("amount", [0, -1, 240.0, Decimal(240), True, 10**12 + 1])
def test_a_pledge_is_a_whole_amount(amount):
    with pytest.raises(ValueError, match="A pledge is a whole number"):
        eligible_base([240_00, amount])


# --- H ------------------------------------------------------------------------------


def test_what_is_spent_beyond_one_s_pledge_never_lifts_another_s():
    generous, absent = PledgeProgress(240_00, 900_00), PledgeProgress(240_00)
    assert pool_honour([generous, absent]) == Fraction(1, 2)


def test_what_was_reversed_does_not_count():
    assert pool_honour([PledgeProgress(240_00, 200_00, 80_00)]) == Fraction(1, 2)


def test_nothing_is_not_zero():
    begins_today = PledgeProgress(240_00, 10_00)
    assert (pool_honour([]), pace([]), projected_honour([])) == (None, None, None)
    assert (pace([begins_today]), projected_honour([begins_today])) == (None, None)


@steadily
@given(st.lists(PROGRESS, min_size=1, max_size=20))
def test_honour_is_never_above_one_and_its_projection_never_below_it(pledges):
    now, then = pool_honour(pledges), projected_honour(pledges)
    assert 0 <= now <= 1
    begun = [pledge for pledge in pledges if pledge.elapsed_days]
    assert then is None if not begun else pool_honour(begun) <= then <= 1


@steadily
@given(st.lists(PROGRESS, min_size=1, max_size=20))
def test_a_term_that_is_over_is_as_it_is(pledges):
    over = [
        PledgeProgress(p.amount_minor, p.confirmed_minor, p.reversed_minor, 400) for p in pledges
    ]
    assert pool_honour(over) == pace(over) == projected_honour(over)


@pytest.mark.parametrize(
    "wrong",
    [
        (0,),
        (-240_00,),
        (240_00, -1),
        (240_00, 10.5),
        (240_00, 100, 101),
        (240_00, 100, 0, -1),
        (240_00, 100, 0, 1, 0),
    ],
)
def test_progress_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        PledgeProgress(*wrong)


# --- who is at risk -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("bought", "day", "at_risk"),
    [
        (0, 45, False),
        (0, 46, True),
        # Half of an even pace on day 73 of 365 is $24.
        (23_99, 73, True),
        (24_00, 73, False),
        (240_00, 365, False),
        # Long after the term the whole is expected, and no more.
        (120_00, 800, False),
        (119_99, 800, True),
    ],
)
def test_below_half_of_the_pace_after_day_45(bought, day, at_risk):
    assert is_at_risk(PledgeProgress(240_00, bought, elapsed_days=day)) is at_risk


# --- h* -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "missed", "mean", "careful"),
    [
        (0, 0, "7/10", "0.58"),
        (0, 10, "7/20", "0.26"),
        (10, 0, "17/20", "0.79"),
        (85, 15, "92/110", "0.81"),
        (900_000, 0, "900007/900010", "1.00"),
        (0, 900_000, "7/900010", "0.00"),
    ],
)
def test_the_alliances_own_past_counts(kept, missed, mean, careful):
    assert mean_honour(kept, missed) == Fraction(mean)
    assert conservative_honour(kept, missed) == Decimal(careful)


@steadily
@given(st.integers(0, 40), st.integers(0, 40))
def test_h_star_is_the_percent_nearest_to_the_twentieth_percentile(kept, missed):
    h, half = Fraction(conservative_honour(kept, missed)), Fraction(1, 200)
    below, above = (exact.incomplete_beta(7 + kept, 3 + missed, h + d) for d in (-half, half))
    assert below <= Fraction(20, 100) <= above


@steadily
@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 50))
def test_h_star_rises_with_what_is_kept_and_falls_with_what_is_missed(kept, missed, more):
    h = conservative_honour(kept, missed)
    assert 0 <= h <= 1
    assert conservative_honour(kept, missed + more) <= h <= conservative_honour(kept + more, missed)


@pytest.mark.parametrize("wrong", [(-1, 0), (0, -1), (0.5, 0), (0, 900_001)])
def test_counts_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError):
        conservative_honour(*wrong)
    with pytest.raises(ValueError):
        mean_honour(*wrong)
