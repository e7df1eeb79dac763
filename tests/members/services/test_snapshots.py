"""The night's snapshot: once a day by each alliance's own clock, the same as what is computed."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance import clock
from alliance.tenancy.scope import in_alliance
from members.models import StatusSnapshot
from members.queries.reports import states
from members.services import memberships, snapshots
from members.status import status_on
from members.tasks.reports import snapshot_statuses
from tests.factories import members as make
from tests.members.histories import DAYS, histories
from tests.members.queries.test_standing import possible, write
from tests.members.reading import on
from tests.pledges.reading import queries_of

pytestmark = pytest.mark.usefixtures("neighbour")


def kept(alliance, day: date) -> list[tuple[str, str]]:
    """The rows of a day: business, status."""
    with in_alliance(alliance):
        rows = StatusSnapshot.objects.filter(day=day).order_by("membership__business__trade_name")
        return list(rows.values_list("membership__business__trade_name", "status"))


@pytest.fixture
def both(oak_street, mill_lane, bakery, neighbour):
    """A member in each of the two alliances since 1 March 2026."""
    for alliance, business in ((oak_street, bakery), (mill_lane, neighbour.business)):
        with in_alliance(alliance):
            make.a_paid_term(make.a_membership(business=business), "2026-03-01")
    return oak_street, mill_lane


def test_each_alliance_by_its_own_midnight(both):
    """Six in the morning in London: 1 May in New York, still 30 April in Oakland."""
    oak_street, mill_lane = both
    with time_machine.travel(datetime(2026, 5, 1, 6, 0, tzinfo=UTC), tick=False):
        snapshot_statuses()
    april = [date(2026, 4, 29), date(2026, 4, 30)]
    assert [kept(oak_street, day) for day in april] == [[("Ben's Bakery", "new")], []]
    assert [kept(mill_lane, day) for day in april] == [[], [("Dan's Dairy", "new")]]
    with time_machine.travel(datetime(2026, 5, 1, 7, 0, tzinfo=UTC), tick=False):
        snapshot_statuses()
    assert kept(oak_street, april[1]) == [("Ben's Bakery", "new")]


def test_every_hour_of_a_day_adds_it_once_and_changes_nothing(both):
    oak_street, _mill_lane = both
    start = datetime(2026, 5, 2, 7, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False):
        snapshot_statuses()
    day = date(2026, 5, 1)
    with in_alliance(oak_street):
        before = list(StatusSnapshot.objects.filter(day=day).values())
        late = make.a_membership(joined_on=date(2026, 4, 1))
        make.a_term(late, starts_on=date(2026, 4, 1))
    for hours in range(1, 24):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            snapshot_statuses()
    with in_alliance(oak_street):
        assert list(StatusSnapshot.objects.filter(day=day).values()) == before


def test_an_alliance_without_members_keeps_nothing(oak_street):
    assert snapshots.take_last_night(oak_street) == 0


def test_it_keeps_the_tier_of_the_term_that_ran(in_oak_street, ada):
    corner, square = make.a_tier(), make.a_tier()
    with on("2026-03-01"):
        member = make.a_membership(tier=corner)
    make.a_paid_term(member, "2026-03-01")
    with on("2026-04-01"):
        memberships.change_tier(membership=member, tier=square, by=ada)
    assert snapshots.take(date(2026, 5, 1)) == 1
    row = StatusSnapshot.objects.get()
    assert (row.tier_id, row.status, row.alliance_id) == (corner.pk, "new", in_oak_street.pk)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(histories().map(possible), min_size=1, max_size=6), DAYS)
def test_a_day_with_a_snapshot_says_what_is_computed(in_oak_street, found, day):
    with transaction.atomic():
        made = write(found)
        snapshots.take(day)
        state = states.state_on(day)
        statuses = Counter(StatusSnapshot.objects.values_list("status", flat=True))
        assert state.by_status == statuses
        assert (state.kept, state.different) == (statuses.total(), 0)
        assert dict(StatusSnapshot.objects.values_list("membership", "status")) == {
            membership.pk: status
            for membership, history in zip(made, found, strict=True)
            if (status := status_on(day, history)) != "pending" or history.joined_on <= day
        }
        transaction.set_rollback(True)


def test_three_queries_however_many_members(in_oak_street):
    day = clock.now().date()
    make.a_member()
    few = queries_of(lambda: snapshots.take(day))
    for _n in range(9):
        make.a_member()
    many = queries_of(lambda: snapshots.take(day + timedelta(days=1)))
    assert (few, many, StatusSnapshot.objects.count()) == (3, 3, 11)
