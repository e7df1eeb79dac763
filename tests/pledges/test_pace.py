"""The database's pace is the arithmetic's pace, and costs one query."""

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lending.arithmetic import pool
from pledges.models import Pledge
from pledges.queries.pace import at_risk, drive_pace
from tests.factories import pledges as make
from tests.pledges.reading import crowd, queries_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

ZONE = ZoneInfo("America/Los_Angeles")
# Noon of the 182nd day after the pledges were confirmed, across a change of the clocks.
BEGAN = datetime(2026, 12, 1, 15, tzinfo=ZONE)
DAY_182 = datetime(2027, 6, 1, 12, tzinfo=ZONE)
TERM_ENDS = datetime(2027, 12, 2, tzinfo=ZONE)


def bought(drive, people: int, honoured_minor: int, **fields) -> list[Pledge]:
    """So many pledgers who have bought for so much each, written directly."""
    sums = {"held_minor": honoured_minor, "honoured_minor": honoured_minor}
    dates = {"confirmed_at": BEGAN, "term_ends_at": TERM_ENDS}
    return crowd(drive, people, **dates | sums | fields)


def arithmetic(pledges: list[Pledge], now: datetime) -> list[pool.PledgeProgress]:
    """The same pledges as lending reckons with them."""
    return [
        pool.PledgeProgress(
            pledge.amount_minor,
            pledge.honoured_minor,
            elapsed_days=(now.astimezone(ZONE).date() - day(pledge.confirmed_at)).days,
            term_days=(day(pledge.term_ends_at) - day(pledge.confirmed_at)).days - 1,
        )
        for pledge in pledges
    ]


def day(moment: datetime):
    return moment.astimezone(ZONE).date()


@pytest.fixture
def day_182(oven):
    """The specification's hundred pledgers, and the day on which they are looked at."""
    with time_machine.travel(DAY_182, tick=False):
        for people, honoured in ((60, 120_00), (20, 180_00), (15, 40_00), (5, 0)):
            bought(oven, people, honoured)
        yield oven


def test_the_specifications_check(day_182):
    found = drive_pace(day_182, at_risk_days=45)
    assert (round(found.pace, 2), round(found.projected_honour, 2)) == (
        Decimal("0.95"),
        Decimal("0.85"),
    )
    assert (found.redeemed_minor, found.at_risk, found.standing) == (11_400_00, 20, 100)
    assert at_risk(at_risk_days=45).count() == 20


def close(found: Decimal | None, exact: Fraction | None) -> bool:
    if found is None or exact is None:
        return found is exact
    return abs(Fraction(found) - exact) < Fraction(1, 10**9)


def test_it_is_lendings_arithmetic(day_182):
    pledges = arithmetic(list(Pledge.objects.filter(drive=day_182)), DAY_182)
    found = drive_pace(day_182, at_risk_days=45)
    assert close(found.pace, pool.pace(pledges))
    assert close(found.projected_honour, pool.projected_honour(pledges))
    assert found.at_risk == sum(map(pool.is_at_risk, pledges))


PROGRESS = st.tuples(
    st.integers(2, 200), st.integers(0, 100), st.sampled_from([182, 274, 365]), st.integers(0, 400)
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(PROGRESS, max_size=12))
def test_whatever_was_pledged_and_bought(oven, drawn):
    Pledge.objects.all().delete()
    for tens, percent, term, days in drawn:
        began = DAY_182 - timedelta(days=days)
        bought(
            oven,
            1,
            tens * 10_00 * percent // 100,
            amount_minor=tens * 10_00,
            confirmed_at=began,
            term_ends_at=datetime.combine(
                day(began) + timedelta(days=term + 1), datetime.min.time(), tzinfo=ZONE
            ),
        )
    pledges = arithmetic(list(Pledge.objects.all()), DAY_182)
    with time_machine.travel(DAY_182, tick=False):
        found = drive_pace(oven, at_risk_days=pool.AT_RISK_AFTER_DAYS)
    assert close(found.pace, pool.pace(pledges))
    assert close(found.projected_honour, pool.projected_honour(pledges))
    assert found.at_risk == sum(map(pool.is_at_risk, pledges))


@pytest.mark.parametrize(("days", "count"), [(45, 0), (46, 1)])
def test_nobody_is_at_risk_until_day_45_is_over(oven, days, count):
    bought(oven, 1, 0)
    with time_machine.travel(BEGAN + timedelta(days=days), tick=False):
        assert drive_pace(oven, at_risk_days=45).at_risk == count


def test_without_pledges_there_is_no_pace(oven):
    found = drive_pace(oven, at_risk_days=45)
    assert (found.pace, found.projected_honour, found.at_risk, found.standing) == (None, None, 0, 0)


def test_only_what_stands_in_this_drive_counts(day_182, neighbour, bakery, ben):
    before = drive_pace(day_182, at_risk_days=45)
    for state in ("intended", "lapsed", "cancelled", "released", "void"):
        bought(day_182, 1, 0, state=state)
    bought(make.a_draft(business=bakery, by=ben), 3, 0)
    assert drive_pace(day_182, at_risk_days=45) == before


def test_ten_pledges_or_two_thousand_cost_one_query(oven):
    bought(oven, 10, 0)
    few = queries_of(lambda: drive_pace(oven, at_risk_days=45))
    bought(oven, 2_000, 0)
    assert (few, queries_of(lambda: drive_pace(oven, at_risk_days=45))) == (1, 1)
