"""Odd purchases are counted and shown to staff: once a drive and reason, until somebody looked."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from alliance.models import Role
from alliance.services.seats import give_seat
from members.services.businesses import add_representative
from pledges.models import Pledge, Redemption, VelocityFlag
from pledges.services import redemptions, velocity
from tests.factories import pledges as make
from tests.pledges.reading import audited, crowd, refusal

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

NOON = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
NO_WAIT = timedelta(0)


@pytest.fixture(autouse=True)
def _noon(in_oak_street, eves_pledge):
    """Noon, a week after everybody pledged."""
    with time_machine.travel(NOON, tick=False):
        Pledge.objects.update(confirmed_at=NOON - timedelta(days=7))
        yield


def reasons() -> list[str]:
    """The open flags' reasons."""
    return sorted(VelocityFlag.objects.open().values_list("reason", flat=True))


def buy(pledge, by, spent=1_00, *, minutes=0):
    """A purchase so many minutes after noon."""
    with time_machine.travel(NOON + timedelta(minutes=minutes), tick=False):
        pledge = Pledge.objects.get(pk=pledge.pk)
        return make.a_claim(pledge, by=by, spent_minor=spent, apart=NO_WAIT)


def test_a_usual_day_is_not_odd(oven, eves_pledge, ben):
    for n, pledge in enumerate(crowd(oven, 20, confirmed_at=NOON - timedelta(days=7))):
        buy(pledge, ben, 5_00 + n, minutes=n)
    assert (reasons(), Redemption.objects.count()) == ([], 20)


def test_more_than_twenty_by_one_seat_within_an_hour(oven, ben):
    pledges = crowd(oven, 22, confirmed_at=NOON - timedelta(days=7))
    for n, pledge in enumerate(pledges[:20]):
        buy(pledge, ben, 5_00 + n, minutes=n)
    buy(pledges[20], ben, 50_00, minutes=61)
    assert reasons() == []
    buy(pledges[21], ben, 51_00, minutes=19.5)
    assert reasons() == ["busy_seat"]


def test_the_fourth_of_one_pledge_in_a_day(eves_pledge, ben):
    for n in range(3):
        buy(eves_pledge, ben, 5_00 + n, minutes=n)
    assert reasons() == []
    last = buy(eves_pledge, ben, 9_00, minutes=24 * 60 - 1)
    flag = VelocityFlag.objects.get()
    assert (flag.reason, flag.redemption, flag.drive, flag.raised_at) == (
        "busy_pledge",
        last,
        eves_pledge.drive,
        last.claimed_at,
    )


def test_five_times_the_same_amount_in_a_row(oven, ben):
    pledges = crowd(oven, 9, confirmed_at=NOON - timedelta(days=7))
    for n, spent in enumerate([5_00, 5_00, 5_00, 5_00, 6_00, 5_00, 5_00, 5_00, 5_00]):
        buy(pledges[n], ben, spent, minutes=n)
    assert reasons() == []
    buy(crowd(oven, 1, confirmed_at=NOON - timedelta(days=7))[0], ben, 5_00, minutes=10)
    assert reasons() == ["same_amount"]


def test_six_pledges_spent_whole_on_their_first_day(oven, ben):
    fresh = crowd(oven, 6, confirmed_at=NOON - timedelta(hours=2))
    for n, pledge in enumerate(fresh):
        assert reasons() == []
        buy(pledge, ben, 240_00 + n, minutes=n)
    assert reasons() == ["whole_at_once"]


def test_a_customer_at_a_fourth_shop_in_a_day(ada, ben, eves_pledge, monkeypatch):
    monkeypatch.setattr("alliance.services.outbox.PER_HOUR", 100)
    monkeypatch.setattr("alliance.services.outbox.PER_DAY", 100)
    shops = []
    for n in range(4):
        shop = make.a_business()
        seat = add_representative(business=shop, person=ben.person, by=None).seat
        drive = make.an_open_drive(business=shop, by=seat, reviewer=ada, title=f"Shop {n}")
        shops.append(make.an_active_pledge(drive, f"eve+{n}@example.com"))
    for n, pledge in enumerate(shops):
        assert reasons() == []
        make.a_customers_claim(pledge, spent_minor=3_00 + n)
    assert reasons() == ["many_shops"]


def test_what_was_taken_back_does_not_count(eves_pledge, ben):
    for n in range(5):
        slip = buy(eves_pledge, ben, 5_00 + n, minutes=n)
        redemptions.take_back(redemption=slip, reason="", by=ben)
    assert reasons() == []


def test_one_open_flag_a_drive_and_reason(eves_pledge, ben, cleo):
    for n in range(6):
        buy(eves_pledge, ben, 5_00 + n, minutes=n)
    assert reasons() == ["busy_pledge"]
    flag = VelocityFlag.objects.get()
    velocity.clear(flag=flag, note=" A party. ", by=cleo)
    assert reasons() == []
    buy(eves_pledge, ben, 20_00, minutes=7)
    assert (reasons(), VelocityFlag.objects.count()) == (["busy_pledge"], 2)


def test_the_index_is_what_says_once(eves_pledge, ben):
    made = make.a_claim(eves_pledge, by=ben)
    fields = {"drive": made.drive, "redemption": made, "reason": "same_amount"}
    VelocityFlag.objects.create(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        VelocityFlag.objects.create(**fields)


def test_clearing_takes_a_note_and_somebody_else(eves_pledge, ben, cleo):
    made = make.a_claim(eves_pledge, by=ben)
    flag = VelocityFlag.objects.create(drive=made.drive, redemption=made, reason="same_amount")
    both = give_seat(person=ben.person, role=Role.COMMUNITY, by=None)
    assert refusal(velocity.clear, flag=flag, note=" ", by=cleo) == ("Say what you found.", "note")
    assert refusal(velocity.clear, flag=flag, note="Fine.", by=both) == (
        "Somebody else has to decide about your own business.",
        None,
    )
    cleared = velocity.clear(flag=flag, note="Coffee costs $3.", by=cleo)
    assert (cleared.cleared_by, cleared.note, cleared.cleared_at) == (
        cleo,
        "Coffee costs $3.",
        NOON,
    )
    assert refusal(velocity.clear, flag=flag, note="Again.", by=cleo) == (
        "Somebody has looked at this already.",
        None,
    )
    assert audited("velocity_flag.cleared") == [
        ("velocity_flag.cleared", cleo.pk, flag.pk, {"reason": "same_amount"})
    ]
