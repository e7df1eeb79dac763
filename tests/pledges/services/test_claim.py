"""A purchase at the till is counted, as far as the pledge goes."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from alliance.models import Person
from members.services.businesses import add_representative
from pledges.models import DriveState, Pledge, Redemption, WayIn
from pledges.services import drives, pledges, redemptions
from tests.factories import pledges as make
from tests.pledges.reading import (
    fates_of,
    last_mail,
    mails,
    money_of,
    refusal,
    row_counts,
)

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

NOON = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
NO_WAIT = timedelta(0)
ENDED = ("This pledge does not stand any more.", None)
FULL = ("This pledge has been honoured in full. Thank the customer!", None)
TOO_SOON = ("A purchase was counted for this pledge within the last ten minutes.", None)
STRANGER = ("This pledge is for another business.", None)


def claim(pledge, by, spent=18_00, **fields):
    """What a refused claim says."""
    return refusal(
        redemptions.claim,
        pledge=pledge,
        purchase_minor=spent,
        way_in=WayIn.CODE,
        by=by,
        **fields,
    )


def test_a_purchase_is_counted_and_may_be_questioned_for_72_hours(eves_pledge, ben):
    with time_machine.travel(NOON, tick=False):
        made = make.a_claim(eves_pledge, by=ben, spent_minor=18_50)
    assert Redemption.objects.values(
        "pledge",
        "drive",
        "purchase_minor",
        "amount_minor",
        "currency",
        "way_in",
        "entered_by",
        "state",
        "claimed_at",
        "confirm_due_at",
        "disputed_at",
        "decided_at",
    ).get() == {
        "pledge": eves_pledge.pk,
        "drive": eves_pledge.drive_id,
        "purchase_minor": 18_50,
        "amount_minor": 18_50,
        "currency": "USD",
        "way_in": "code",
        "entered_by": ben.pk,
        "state": "claimed",
        "claimed_at": NOON,
        "confirm_due_at": NOON + timedelta(hours=72),
        "disputed_at": None,
        "decided_at": None,
    }
    assert fates_of(made) == [("claimed", "", ben.pk)]
    assert money_of(eves_pledge) == ("active", 240_00, 18_50, 0)


def test_the_customer_is_told_once_with_what_is_left(eves_pledge, ben):
    before = len(mails())
    made = make.a_claim(eves_pledge, by=ben, spent_minor=18_50)
    assert mails()[before:] == [("counted", "eve@example.com", f"redemption-claimed:{made.pk}")]
    assert last_mail().context == {
        "business": "Ben's Bakery",
        "title": "A second oven",
        "amount": "$240",
        "months": 12,
        "counted": "$18.50",
        "left": "$221.50",
        "url": f"http://oak-street.commonweal.test/pledge/card/{eves_pledge.card_secret}/",
    }


def test_the_last_purchase_counts_only_as_far_as_the_pledge_goes(eves_pledge, ben):
    make.a_claim(eves_pledge, by=ben, spent_minor=230_00)
    made = make.a_claim(eves_pledge, by=ben, spent_minor=25_00, apart=NO_WAIT)
    assert (made.purchase_minor, made.amount_minor) == (25_00, 10_00)
    assert last_mail().context["left"] == "$0"
    assert money_of(eves_pledge) == ("active", 240_00, 240_00, 0)


def test_nothing_is_counted_beyond_a_full_pledge(eves_pledge, ben, oak_street):
    make.a_claim(eves_pledge, by=ben, spent_minor=240_00)
    before = row_counts(oak_street)
    assert claim(eves_pledge, ben, apart=NO_WAIT) == FULL
    assert row_counts(oak_street) == before


def test_nothing_is_counted_beyond_a_fulfilled_pledge(eves_pledge, ben):
    make.a_confirmed_purchase(eves_pledge, by=ben, spent_minor=240_00)
    assert claim(eves_pledge, ben) == FULL


def test_what_one_spends_beyond_never_lifts_another_pledge(oven, eves_pledge, ben):
    other = make.an_active_pledge(oven, "kind@example.com")
    make.a_claim(eves_pledge, by=ben, spent_minor=900_00)
    assert money_of(eves_pledge) == ("active", 240_00, 240_00, 0)
    assert money_of(other) == ("active", 240_00, 0, 0)


def test_amounts_of_a_purchase(eves_pledge, ben, oak_street):
    before = row_counts(oak_street)
    for spent in (0, -1, -18_50, 10_000_01):
        assert claim(eves_pledge, ben, spent) == ("Enter what was spent, up to $10,000.", "amount")
    assert row_counts(oak_street) == before
    for spent in (1, 18_50, 10_000_00):
        assert claim(eves_pledge, ben, spent, apart=NO_WAIT) == ("", None)


def test_one_purchase_in_ten_minutes_to_the_second(eves_pledge, ben):
    with time_machine.travel(NOON, tick=False):
        make.a_claim(eves_pledge, by=ben)
    with time_machine.travel(NOON + timedelta(minutes=9, seconds=59), tick=False):
        assert claim(eves_pledge, ben) == TOO_SOON
    with time_machine.travel(NOON + timedelta(minutes=10), tick=False):
        assert claim(eves_pledge, ben) == ("", None)
    assert money_of(eves_pledge) == ("active", 240_00, 36_00, 0)


def test_another_customer_does_not_wait(oven, eves_pledge, ben):
    other = make.an_active_pledge(oven, "kind@example.com")
    make.a_claim(eves_pledge, by=ben)
    assert claim(other, ben) == ("", None)


def test_an_entry_that_was_taken_back_may_be_entered_again_at_once(eves_pledge, ben):
    slip = make.a_claim(eves_pledge, by=ben, spent_minor=180_00)
    redemptions.take_back(redemption=slip, reason="", by=ben)
    assert claim(eves_pledge, ben) == ("", None)
    assert money_of(eves_pledge) == ("active", 240_00, 18_00, 0)


def test_only_whoever_speaks_for_the_business_counts(eves_pledge, ada, cleo):
    assert claim(eves_pledge, ada) == STRANGER
    assert claim(eves_pledge, cleo) == STRANGER
    assert money_of(eves_pledge) == ("active", 240_00, 0, 0)


def test_another_member_business_of_the_alliance_does_not_count(eves_pledge):
    nora = Person.objects.create_user(email="nora@example.org", password="x", name="Nora")
    other = make.a_business(trade_name="The Book Nook")
    assert claim(eves_pledge, add_representative(business=other, person=nora, by=None).seat) == (
        STRANGER
    )


@pytest.mark.parametrize("ended", ["representative", "seat"])
def test_whoever_left_the_business_does_not_count(eves_pledge, ben, ended):
    if ended == "seat":
        type(ben).objects.filter(pk=ben.pk).update(ended_at=timezone.now())
    else:
        ben.represents.update(ended_at=timezone.now())
    assert claim(eves_pledge, ben) == STRANGER


def test_a_promise_that_nobody_confirmed_is_not_counted_on(oven, ben):
    assert claim(make.an_intended_pledge(oven), ben) == ENDED


@pytest.mark.parametrize("end", ["cancelled", "released", "void"])
def test_a_pledge_that_ended_is_not_counted_on(oven, eves_pledge, ada, ben, end):
    {
        "cancelled": lambda: pledges.cancel(pledge=eves_pledge),
        "released": lambda: pledges.release_all(drive=oven, reason="Over.", by=ada),
        "void": lambda: pledges.void(pledge=eves_pledge, reason="Fraud.", by=ada),
    }[end]()
    assert claim(eves_pledge, ben) == ENDED
    assert money_of(eves_pledge) == (end, 240_00, 0, 0)


def test_drives_whose_pledges_are_taken_at_the_till(oven, eves_pledge, ben):
    taken = set()
    for state in DriveState.values:
        make.brought_to(oven, state)
        if claim(eves_pledge, ben, apart=NO_WAIT) != ENDED:
            taken.add(state)
    assert taken == {"private", "gathering", "qualified", "financed", "serving"}


def test_after_an_early_end_nothing_is_counted(oven, eves_pledge, ada, ben):
    drives.end_drive(drive=oven, reason="The oven came.", by=ada)
    assert claim(eves_pledge, ben) == ENDED


def test_history_may_be_loaded_with_its_own_moment(eves_pledge, ben):
    long_ago = timezone.now() - timedelta(days=40)
    made = make.a_claim(eves_pledge, by=ben, at=long_ago, apart=NO_WAIT)
    assert (made.claimed_at, made.confirm_due_at) == (long_ago, long_ago + timedelta(hours=72))


def test_the_neighbours_pledge_is_not_found_from_here(neighbour, ben):
    with pytest.raises(Pledge.DoesNotExist):
        make.a_claim(neighbour.pledge, by=ben)


def test_the_neighbours_seat_counts_nothing_here(neighbour, eves_pledge):
    assert claim(eves_pledge, neighbour.dan) == STRANGER
