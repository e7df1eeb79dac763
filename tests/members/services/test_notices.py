"""Which letters about a term's end are due, to the hour of the alliance's clock."""

from datetime import UTC, date, datetime

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from members.models import RenewalNotice
from members.services import memberships, notices
from tests.factories import members as make
from tests.members.reading import on, waiting

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

D = date.fromisoformat


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# --- when -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends_on", "offset", "moment"),
    [
        ("2026-01-20", 0, "2026-01-20T17:00"),
        ("2026-07-20", 0, "2026-07-20T16:00"),
        # Summer time begins on 8 March 2026 and ends on 1 November.
        ("2026-03-08", 0, "2026-03-08T16:00"),
        ("2026-03-08", -7, "2026-03-01T17:00"),
        ("2026-11-01", 0, "2026-11-01T17:00"),
        ("2026-11-01", -7, "2026-10-25T16:00"),
        ("2028-02-29", 0, "2028-02-29T17:00"),
        ("2028-03-30", -30, "2028-02-29T17:00"),
    ],
)
def test_nine_in_the_morning_where_the_alliance_is(ends_on, offset, moment):
    assert notices.due_moment(D(ends_on), offset) == utc(moment)


def test_a_term_across_summer_time_has_five_letters_at_nine(membership):
    """From 10 October to 9 April: the clocks go back, and forward again."""
    half = make.a_tier(term_months=6)
    membership = memberships.change_tier(membership=membership, tier=half, by=None)
    make.a_paid_term(membership, "2026-10-10")
    rows = RenewalNotice.objects.filter(membership=membership).order_by("due_at")
    assert [(n.offset_days, n.due_at) for n in rows] == [
        (-30, utc("2027-03-10T17:00")),
        (-7, utc("2027-04-02T16:00")),
        (0, utc("2027-04-09T16:00")),
        (7, utc("2027-04-16T16:00")),
        (21, utc("2027-04-30T16:00")),
    ]


# --- which ----------------------------------------------------------------------------

END = "2027-03-09"
ALL = [(END, -30), (END, -7), (END, 0), (END, 7), (END, 21)]


@pytest.fixture
def member(membership):
    """The bakery, paid until 9 March 2027."""
    make.a_paid_term(membership, "2026-03-10")
    return membership


def test_a_term_that_is_paid_for_has_its_five_letters(member):
    assert waiting(member) == ALL


def test_days_that_have_gone_by_are_left_out(member):
    RenewalNotice.objects.all().delete()
    with on("2027-03-02", hour=9):
        notices.plan(membership=member, ends_on=D(END))
    assert waiting(member) == ALL[2:]
    with clock.at(utc("2027-03-02T16:59:59")):
        notices.plan(membership=member, ends_on=D(END))
    assert waiting(member) == ALL[1:]


def test_planned_twice_there_is_one_of_each(member):
    with on("2026-04-01"):
        notices.plan(membership=member, ends_on=D(END))
    assert (waiting(member), RenewalNotice.objects.count()) == (ALL, 5)


def test_stopped_and_planned_again_they_wait_again_but_for_those_that_went_out(member):
    with on("2027-02-08"):
        RenewalNotice.objects.filter(offset_days=-30).update(sent_at=clock.now())
        assert notices.stop(membership=member) == 4
        assert waiting(member) == []
        notices.plan(membership=member, ends_on=D(END))
    assert waiting(member) == ALL[1:]


def test_of_one_end_only(member):
    make.a_paid_term(member, "2027-01-10")
    later = [("2028-03-09", days) for _end, days in ALL]
    assert waiting(member) == later
    with on("2027-02-01"):
        assert notices.stop(membership=member, ends_on=D(END)) == 0
        assert notices.stop(membership=member, ends_on=D("2028-03-09")) == 5
    assert waiting(member) == []


def test_of_three_terms_in_a_row_only_the_last_end_is_written_about(membership):
    make.a_paid_term(membership, "2026-03-10", terms=3)
    assert {end for end, _days in waiting(membership)} == {"2029-03-09"}


def test_a_term_of_a_month_is_not_announced_before_it_begins(membership):
    month = make.a_tier(term_months=1)
    membership = memberships.change_tier(membership=membership, tier=month, by=None)
    make.a_paid_term(membership, "2026-04-10")
    assert waiting(membership) == [("2026-05-09", days) for days in (-7, 0, 7, 21)]


def test_a_hold_leaves_them_and_its_release_plans_what_it_stopped(member):
    with on("2027-01-01"):
        memberships.hold(membership=member, reason="A rest.", by=None)
        # As the sweep does with a letter that is due to who is suspended.
        RenewalNotice.objects.filter(offset_days=-30).update(stopped_at=clock.now())
        memberships.release(membership=member, by=None)
    assert waiting(member) == ALL


def test_released_after_an_end_nothing_is_written(member):
    with on("2027-01-01"):
        memberships.hold(membership=member, reason="A rest.", by=None)
        memberships.cancel(membership=member, by=None)
        memberships.release(membership=member, by=None)
    assert waiting(member) == []


def test_the_neighbours_letters_stay(member, neighbour):
    with in_alliance(neighbour.alliance):
        before = waiting(neighbour.membership)
    notices.stop(membership=member)
    notices.stop(membership=neighbour.membership)
    with in_alliance(neighbour.alliance):
        assert waiting(neighbour.membership) == before != []
