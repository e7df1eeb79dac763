"""Reading time: what is offered fits into the time that somebody has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groups.reading_time import fitting, left_of, minutes_of

MINUTES = st.lists(st.integers(1, 120), max_size=30)


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (1, 1), (200, 1), (201, 2), (4000, 20)])
def test_two_hundred_words_a_minute(words, minutes):
    assert minutes_of(words) == minutes


def test_twenty_of_thirty_minutes():
    assert fitting([12, 15, 8, 11], 30) == [True, True, False, False]
    assert fitting([12, 25, 8], 30) == [True, False, True]


@given(MINUTES, st.integers(0, 600))
def test_never_more_than_there_is_and_nothing_left_out_that_fits(minutes, left):
    taken = fitting(minutes, left)
    spent = sum(each for each, is_in in zip(minutes, taken, strict=True) if is_in)
    assert spent <= left
    assert all(is_in or each > left - spent for each, is_in in zip(minutes, taken, strict=True))


@given(MINUTES)
def test_without_a_budget_everything(minutes):
    assert all(fitting(minutes, None))


@given(st.integers(0, 600), st.integers(0, 2000))
def test_what_is_left_is_never_below_nothing(budget, spent):
    left = left_of(budget, spent)
    assert left is not None
    assert 0 <= left <= budget
    assert left == max(0, budget - spent)
    assert left_of(None, spent) is None
