"""The record of pledges kept: by year, by drive, and the counts that a lender reckons with."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alliance import clock
from alliance.tenancy.scope import in_alliance
from pledges.honour import PastCounts, Running, Tally, network_past_counts, past_counts, record
from pledges.models import Pledge, PledgeDrive
from pledges.services import drives, pledges
from tests.factories import pledges as make
from tests.pledges.reading import crowd, ended, queries_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

LA = ZoneInfo("America/Los_Angeles")
MAY = datetime(2025, 5, 1, 9, tzinfo=LA)


def years() -> dict[int, Tally]:
    return record().years


# --- what became of pledges ---------------------------------------------------------


def test_without_an_ended_pledge_there_is_no_year_and_no_zero(oven, eves_pledge):
    found = record()
    assert (found.years, found.total, found.total.honour) == ({}, Tally(), None)
    assert found.running == Running(pledges=1, pledged_minor=240_00)


def test_kept_in_part_not_kept_withdrawn_and_released_stand_apart(oven):
    ended(oven, "fulfilled", 240_00, at=MAY, people=5)
    ended(oven, "lapsed", 60_00, at=MAY, people=2)
    ended(oven, "lapsed", 0, at=MAY)
    ended(oven, "cancelled", 40_00, at=MAY)
    ended(oven, "released", 20_00, at=MAY, people=3)
    ended(oven, "void", 240_00, at=MAY)
    assert years() == {
        2025: Tally(
            kept=5,
            partly=2,
            unkept=1,
            withdrawn=1,
            released=3,
            pledged_minor=9 * 240_00,
            honoured_minor=5 * 240_00 + 2 * 60_00 + 40_00,
        )
    }
    assert past_counts() == PastCounts(kept=5, missed=4)


def test_a_year_in_between_without_a_pledge_stands_there_with_nothing(oven):
    ended(oven, "fulfilled", 240_00, at=MAY.replace(year=2023))
    ended(oven, "lapsed", 0, at=MAY)
    found = years()
    assert (list(found), found[2024], found[2024].honour) == ([2023, 2024, 2025], Tally(), None)


def test_a_term_that_ends_at_the_last_midnight_of_a_year_belongs_to_that_year(oven):
    """31 December ends when 1 January begins in Los Angeles, at eight in UTC."""
    ended(oven, "fulfilled", 240_00, at=datetime(2025, 1, 1, 8, tzinfo=UTC))
    ended(oven, "fulfilled", 240_00, at=datetime(2025, 1, 2, 8, tzinfo=UTC))
    assert {year: tally.kept for year, tally in years().items()} == {2024: 1, 2025: 1}


def test_a_pledge_honoured_early_counts_once_its_term_is_over(oven, ben, eves_pledge):
    make.a_confirmed_purchase(eves_pledge, by=ben, spent_minor=240_00)
    full = Running(1, in_full=1, pledged_minor=240_00, honoured_minor=240_00)
    assert (record().running, past_counts()) == (full, PastCounts(0, 0))
    eves_pledge.refresh_from_db()
    with clock.at(eves_pledge.term_ends_at):
        assert (record().running, past_counts()) == (Running(), PastCounts(1, 0))


def test_a_term_that_is_over_counts_before_anybody_has_swept_it(oven, eves_pledge):
    with clock.at(eves_pledge.term_ends_at - timedelta(seconds=1)):
        assert past_counts() == PastCounts(0, 0)
    with clock.at(eves_pledge.term_ends_at):
        unswept = record().total, past_counts()
        pledges.lapse(pledge=eves_pledge)
        assert unswept == (record().total, past_counts())
    assert unswept[1] == PastCounts(0, 1)


def test_who_withdraws_is_missed_once_the_term_would_be_over(oven, eves_pledge):
    make.an_intended_pledge(oven, "waits@example.com")
    pledges.cancel(pledge=eves_pledge)
    assert (record().running, past_counts()) == (Running(withdrawn=1), PastCounts(0, 0))
    with clock.at(eves_pledge.term_ends_at):
        assert (record().total.withdrawn, past_counts()) == (1, PastCounts(0, 1))


def test_whoever_an_ended_drive_released_is_missed_by_nobody(oven, eves_pledge, ada):
    drives.end_drive(drive=oven, reason="The landlord sold.", by=ada)
    assert (record().running, record().released) == (Running(released=1), 1)
    with clock.at(eves_pledge.term_ends_at):
        found = record()
        assert (found.total, found.total.honour, found.released) == (Tally(released=1), None, 1)
        assert past_counts() == PastCounts(0, 0)


# --- who is counted -----------------------------------------------------------------


def test_each_drive_has_its_own_part_and_together_they_are_all(oven, ben):
    ended(oven, "fulfilled", 240_00, at=MAY, people=2)
    other = _another(oven, ben)
    ended(other, "lapsed", 0, at=MAY.replace(year=2024))
    found = record()
    assert {one.drive.slug: (one.ended.kept, one.ended.unkept) for one in found.drives} == {
        "a-second-oven": (2, 0),
        other.slug: (0, 1),
    }
    assert (found.total.kept, found.total.unkept) == (2, 1)


def test_a_drive_that_nobody_may_read_is_counted_nowhere(oven, ben):
    hidden = _another(oven, ben)
    ended(hidden, "fulfilled", 240_00, at=MAY)
    assert past_counts() == PastCounts(1, 0)
    PledgeDrive.objects.filter(pk=hidden.pk).update(state="draft")
    assert (record().drives, past_counts()) == ([], PastCounts(0, 0))


def test_the_network_counts_every_alliance_and_remembers_it_for_a_day(oven, neighbour):
    ended(oven, "fulfilled", 240_00, at=MAY, people=3)
    with in_alliance(neighbour.alliance):
        ended(neighbour.drive, "lapsed", 0, at=MAY, people=2)
    assert (past_counts(), network_past_counts()) == (PastCounts(3, 0), PastCounts(3, 2))
    ended(oven, "fulfilled", 240_00, at=MAY)
    assert network_past_counts() == PastCounts(3, 2)
    cache.clear()
    assert network_past_counts() == PastCounts(4, 2)


def test_the_costs_are_flat(oven):
    ended(oven, "fulfilled", 240_00, at=MAY)
    few = queries_of(record), queries_of(past_counts)
    ended(oven, "lapsed", 60_00, at=MAY.replace(year=2024), people=200)
    assert (queries_of(record), queries_of(past_counts)) == few == (2, 1)


def _another(oven: PledgeDrive, ben: object) -> PledgeDrive:
    """A second public drive of the bakery."""
    draft = make.a_draft(business=oven.business, by=ben, title="A kiln")
    fields = {"opened_at": oven.opened_at, "gathering_ends_at": oven.gathering_ends_at}
    PledgeDrive.objects.filter(pk=draft.pk).update(state="gathering", **fields)
    draft.refresh_from_db()
    return draft


# --- in general ---------------------------------------------------------------------

STATES = ("intended", "active", "fulfilled", "lapsed", "cancelled", "released", "void")
HISTORY = st.lists(
    st.tuples(st.sampled_from(STATES), st.integers(0, 24), st.integers(-900, 400)), max_size=10
)


@settings(
    derandomize=True,
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(HISTORY)
def test_every_confirmed_pledge_is_counted_once_and_never_above_itself(oven, history):
    Pledge.objects.filter(drive=oven).delete()
    now = clock.now()
    for state, tens, days in history:
        honoured = 240_00 if state == "fulfilled" else tens * 10_00 % 240_00
        # What has lapsed is over.
        end = now + timedelta(days=-abs(days) if state == "lapsed" else days)
        confirmed = None if state == "intended" else end - timedelta(days=365)
        money = {"honoured_minor": honoured, "held_minor": honoured}
        fields = {"term_ends_at": end, "ended_at": now if state == "cancelled" else None}
        crowd(oven, 1, confirmed_at=confirmed, state=state, **money, **fields)
    found = record()
    total, counts = found.total, past_counts()
    counted = [state for state, _tens, _days in history if state not in ("intended", "void")]
    runs = found.running
    assert total.pledges + runs.pledges + runs.withdrawn + found.released == len(counted)
    assert (counts.kept, counts.missed) == (total.kept, total.missed)
    assert 0 <= total.honoured_minor <= total.pledged_minor
    assert total.honour is None or 0 <= total.honour <= 1
