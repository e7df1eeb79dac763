"""What a pledge may be, and when its days end."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from pledges.amounts import LEAST_MINOR, MOST_MINOR, STEP_MINOR, TERMS, end_of_day, is_allowed
from pledges.models import Pledge, PledgeDrive

OAKLAND = ZoneInfo("America/Los_Angeles")
ZONES = st.sampled_from(
    [ZoneInfo(name) for name in ("America/Los_Angeles", "America/Phoenix", "America/New_York")]
    # Clocks that move by half an hour, and one that skipped a whole day.
    + [ZoneInfo(name) for name in ("Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "UTC")]
)
MOMENTS = st.datetimes(
    min_value=datetime(2024, 1, 1), max_value=datetime(2036, 1, 1), timezones=st.just(UTC)
)


@pytest.mark.parametrize(
    ("minor", "allowed"),
    [
        (20_00, True),
        (240_00, True),
        (2_000_00, True),
        (10_00, False),
        (2_010_00, False),
        (245_00, False),
        (240_01, False),
        (0, False),
        (-240_00, False),
    ],
)
def test_what_a_pledge_may_be(minor, allowed):
    assert is_allowed(minor) is allowed


def test_there_are_199_amounts():
    amounts = [minor for minor in range(0, 3_000_00, 1_00) if is_allowed(minor)]
    assert (amounts[0], amounts[-1], len(amounts)) == (LEAST_MINOR, MOST_MINOR, 199)
    assert {after - before for before, after in pairwise(amounts)} == {STEP_MINOR}


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_the_rule_is_the_sentence(minor):
    dollars, cents = divmod(minor, 100)
    assert is_allowed(minor) is (cents == 0 and dollars % 10 == 0 and 20 <= dollars <= 2_000)


@pytest.mark.parametrize("minor", [10_00, 245_00, 2_010_00, 240_01, 0])
def test_the_database_refuses_what_the_rule_refuses(eves_pledge, in_oak_street, minor):
    with pytest.raises(IntegrityError, match="pledge_amount_allowed"), transaction.atomic():
        Pledge.objects.update(amount_minor=minor)
    with pytest.raises(IntegrityError, match="drive_suggested_allowed"), transaction.atomic():
        PledgeDrive.objects.update(suggested_minor=minor)


def ends(text: str, **span: int) -> str:
    """The local day and time at which a span from an instant ends, in Oakland."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return end_of_day(moment, OAKLAND, **span).isoformat()


@pytest.mark.parametrize(
    ("moment", "span", "end"),
    [
        # 05:00 UTC is still the evening before in Oakland.
        ("2026-06-01T05:00", {}, "2026-06-01T00:00:00-07:00"),
        ("2026-06-01T20:00", {}, "2026-06-02T00:00:00-07:00"),
        # Sixty days over the autumn change: an hour longer, the same midnight.
        ("2026-09-15T20:00", {"days": 60}, "2026-11-15T00:00:00-08:00"),
        # And over the spring change: an hour shorter.
        ("2027-02-01T20:00", {"days": 60}, "2027-04-03T00:00:00-07:00"),
        # The days on which the clocks change end at midnight like any other.
        ("2026-11-01T20:00", {}, "2026-11-02T00:00:00-08:00"),
        ("2027-03-14T20:00", {}, "2027-03-15T00:00:00-07:00"),
        # A year from a leap day ends with February.
        ("2028-02-29T20:00", {"months": 12}, "2029-03-01T00:00:00-08:00"),
        ("2027-02-28T20:00", {"months": 12}, "2028-02-29T00:00:00-08:00"),
        # Six months from a 31st end with the shorter month.
        ("2026-08-31T20:00", {"months": 6}, "2027-03-01T00:00:00-08:00"),
        ("2026-12-31T20:00", {"months": 9}, "2027-10-01T00:00:00-07:00"),
    ],
)
def test_deadlines_in_oakland(moment, span, end):
    assert ends(moment, **span) == end


@given(MOMENTS, ZONES, st.integers(0, 60), st.sampled_from((0, *TERMS)))
def test_a_deadline_is_a_local_midnight_after_its_moment(moment, zone, days, months):
    end = end_of_day(moment, zone, days=days, months=months)
    assert (end.hour, end.minute, end.second, end.tzinfo) == (0, 0, 0, zone)
    assert end > moment


@given(MOMENTS, st.integers(0, 60))
def test_days_are_calendar_days_whatever_the_clocks_do(moment, days):
    first = moment.astimezone(OAKLAND).date()
    last = (end_of_day(moment, OAKLAND, days=days) - timedelta(seconds=1)).astimezone(OAKLAND)
    assert (last.date() - first).days == days


@given(MOMENTS, MOMENTS, ZONES, st.sampled_from(TERMS))
def test_whoever_pledges_later_never_ends_sooner(one, other, zone, months):
    early, late = sorted((one, other))
    assert end_of_day(early, zone, months=months) <= end_of_day(late, zone, months=months)
