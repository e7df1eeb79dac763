"""The state of a claim, computed: every combination of what can be written down, on any day."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from directory.ownership import COUNTS, NOTICE, Facts, State, expires_on, state_of

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
FACTS = st.builds(
    Facts,
    verified_on=st.none() | DAYS,
    withdrawn_on=st.none() | DAYS,
    is_revoked=st.booleans(),
    is_appealed=st.booleans(),
    is_upheld=st.none() | st.booleans(),
)


@given(day=DAYS, facts=FACTS)
def test_a_badge_means_confirmed_in_time_and_standing(day, facts):
    counts = state_of(day, facts) in COUNTS
    stands = facts.withdrawn_on is None and (not facts.is_revoked or bool(facts.is_upheld))
    assert counts == (
        stands and facts.verified_on is not None and day <= expires_on(facts.verified_on)
    )


@given(verified_on=DAYS, days=st.integers(0, 2000))
def test_a_confirmed_claim_only_grows_older(verified_on, days):
    order = [State.VERIFIED, State.EXPIRING, State.EXPIRED]
    facts = Facts(verified_on=verified_on)
    earlier = state_of(verified_on + timedelta(days=days), facts)
    later = state_of(verified_on + timedelta(days=days + 1), facts)
    assert order.index(later) - order.index(earlier) in (0, 1)


@given(verified_on=DAYS)
def test_the_notice_lasts_sixty_days(verified_on):
    facts, last = Facts(verified_on=verified_on), expires_on(verified_on)
    days = [last - timedelta(days=n) for n in range(-1, 61)]
    assert [state_of(day, facts) for day in days] == [
        State.EXPIRED, *[State.EXPIRING] * NOTICE.days, State.VERIFIED,
    ]  # fmt: skip


@given(day=DAYS, facts=FACTS)
def test_an_appeal_changes_nothing_until_somebody_upholds_it(day, facts):
    without = Facts(facts.verified_on, facts.withdrawn_on, facts.is_revoked)
    if facts.is_upheld is not True:
        assert (state_of(day, facts) in COUNTS) == (state_of(day, without) in COUNTS)


@pytest.mark.parametrize(
    ("verified_on", "last"),
    [
        (date(2024, 3, 1), date(2026, 2, 28)),
        (date(2024, 2, 29), date(2026, 2, 27)),
        (date(2026, 3, 1), date(2028, 2, 29)),
        (date(2026, 1, 31), date(2028, 1, 30)),
    ],
)
def test_the_last_day_of_two_years(verified_on, last):
    assert expires_on(verified_on) == last
    assert verified_on + relativedelta(months=24) == last + timedelta(days=1)
