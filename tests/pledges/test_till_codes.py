"""The till's code: six digits of a business and a minute, stored nowhere."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance.tenancy.scope import in_alliance
from pledges.till_codes import Fit, code_at, fit, seconds_left

SHOP = UUID("019a0000-0000-7000-8000-0000000000a1")
OTHER = UUID("019a0000-0000-7000-8000-0000000000a2")
NOON = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def test_six_digits_that_stay_for_a_minute(in_oak_street):
    assert len(code_at(SHOP, NOON)) == 6
    assert code_at(SHOP, NOON).isdecimal()
    assert code_at(SHOP, NOON) == code_at(SHOP, minutes(0.99))
    assert [seconds_left(minutes(part)) for part in (0, 0.5, 59 / 60, 1)] == [60, 30, 1, 60]


def test_another_minute_shop_or_alliance_has_another(in_oak_street, mill_lane):
    ours = code_at(SHOP, NOON)
    with in_alliance(mill_lane):
        theirs = code_at(SHOP, NOON)
    assert len({ours, theirs, code_at(SHOP, minutes(1)), code_at(OTHER, NOON)}) == 4


def test_the_key_of_another_installation_makes_another(in_oak_street, settings):
    ours = code_at(SHOP, NOON)
    settings.SECRET_KEY = "another"
    assert code_at(SHOP, NOON) != ours


def test_a_minute_before_or_after_is_tolerated_and_more_is_told_from_wrong(in_oak_street):
    shown = code_at(SHOP, NOON)
    found = {away: fit(SHOP, shown, minutes(away)) for away in (-5, -2, -1, 0, 1, 2, 10, 11)}
    assert found == {
        -5: Fit.WRONG,
        -2: Fit.STALE,
        -1: Fit.GOOD,
        0: Fit.GOOD,
        1: Fit.GOOD,
        2: Fit.STALE,
        10: Fit.STALE,
        11: Fit.WRONG,
    }


@pytest.mark.parametrize("typed", ["", "1", "12345", "1234567", "🍕🍕🍕🍕🍕🍕", "\u0661" * 6])
def test_what_is_no_code_is_wrong(in_oak_street, typed):
    assert fit(SHOP, typed, NOON) is Fit.WRONG


def test_of_a_million_codes_three_are_good(in_oak_street):
    good = {code_at(SHOP, minutes(away)) for away in (-1, 0, 1)}
    tried = [f"{n:06d}" for n in range(0, 1_000_000, 997)]
    assert {code for code in tried if fit(SHOP, code, NOON) is Fit.GOOD} <= good


@settings(max_examples=60, suppress_health_check=list(HealthCheck), database=None, deadline=None)
@given(seconds=st.integers(0, 4_000_000_000))
def test_whatever_the_moment_its_code_is_good_then(in_oak_street, seconds):
    moment = datetime.fromtimestamp(seconds, UTC)
    assert fit(SHOP, code_at(SHOP, moment), moment) is Fit.GOOD
    assert 1 <= seconds_left(moment) <= 60
