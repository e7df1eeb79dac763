"""Commitments are carried to each meeting until they end, and to none after."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from groups.carrying import is_carried, times_carried

START = datetime(2026, 1, 5, 18, tzinfo=UTC)
HELD = st.lists(st.integers(0, 50), min_size=1, max_size=12, unique=True).map(sorted)


def at(month: int) -> datetime:
    return START + timedelta(days=28 * month)


def test_made_in_january_done_after_march():
    held = [at(n) for n in range(5)]
    ended = at(2) + timedelta(days=3)
    assert [is_carried(at(0), ended, each) for each in held] == [False, True, True, False, False]
    assert [times_carried(at(0), each, held) for each in held] == [0, 1, 2, 3, 4]


@given(HELD, st.integers(0, 50), st.none() | st.integers(0, 60))
def test_it_is_at_every_meeting_between_and_at_no_other(months, made, ended):
    held = [at(month) for month in months]
    end = None if ended is None else at(ended)
    carried = [each for each in held if is_carried(at(made), end, each)]
    assert carried == [each for each in held if each > at(made) and (end is None or each <= end)]
    # Each is one time more than the one before: nothing is skipped, nothing counted twice.
    assert [times_carried(at(made), each, held) for each in carried] == list(
        range(1, len(carried) + 1)
    )
