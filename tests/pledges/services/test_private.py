"""A drive among its owner's own circle: until enough have come, or its days are over."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from pledges import tasks
from pledges.models import DriveState, Pledge, PledgeDrive
from pledges.services import drives, pledges
from tests.factories import pledges as make
from tests.pledges.reading import crowd, last_mail, mails, moves_of, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

TODAY = datetime(2026, 12, 1, 20, tzinfo=UTC)
LOS_ANGELES = ZoneInfo("America/Los_Angeles")


@pytest.fixture
def circle(bakery, ben, ada):
    """The bakery's drive among its own circle; three are enough here."""
    with time_machine.travel(TODAY, tick=False):
        drive = make.a_private_drive(business=bakery, by=ben, reviewer=ada)
        make.a_plain_policy(private_pledgers=3)
        yield drive


def now(drive: PledgeDrive) -> PledgeDrive:
    return PledgeDrive.objects.get(pk=drive.pk)


def test_a_loan_seeking_drive_starts_private_where_the_alliance_has_decided_nothing(
    bakery, ben, ada
):
    drive = drives.submit_drive(drive=make.a_draft(business=bakery, by=ben), by=ben)
    with time_machine.travel(TODAY, tick=False):
        drive = drives.approve_drive(drive=drive, by=ada)
    assert (drive.state, drive.opened_at, drive.gathering_ends_at) == ("private", None, None)
    assert drive.private_ends_at == datetime(2026, 12, 17, tzinfo=LOS_ANGELES)


@pytest.mark.parametrize(
    ("asked", "seeks_loan", "chosen", "state"),
    [
        (True, True, False, "private"),
        (True, False, False, "gathering"),
        (True, False, True, "private"),
        (False, True, False, "gathering"),
        (False, True, True, "private"),
    ],
)
def test_who_starts_private(bakery, ben, ada, asked, seeks_loan, chosen, state):
    make.a_plain_policy(has_private_phase=asked)
    fields = {"seeks_loan": seeks_loan, "starts_private": chosen}
    draft = make.a_draft(business=bakery, by=ben, **fields)
    submitted = drives.submit_drive(drive=draft, by=ben)
    assert drives.approve_drive(drive=submitted, by=ada).state == state


def test_the_owner_is_sent_the_link(circle, ben):
    assert mails() == [
        ("drive_private", "ben@example.org", f"drive_private:{circle.pk}:2:{ben.person_id}")
    ]
    assert last_mail().context == {
        "name": "Ben",
        "title": "A second oven",
        "url": "http://oak-street.commonweal.test/me/drive/a-second-oven/",
        "days": 15,
        "needed": 15,
        "private_url": f"http://oak-street.commonweal.test/pledge/private/{circle.private_secret}/",
    }


def test_it_is_public_nowhere_and_takes_pledges(circle):
    assert list(PledgeDrive.objects.public()) == list(PledgeDrive.objects.open()) == []
    assert (circle.is_open, circle.days_left) == (True, 15)
    assert circle.get_absolute_url() == f"/pledge/private/{circle.private_secret}/"
    assert make.an_active_pledge(circle).state == "active"


def test_the_last_of_the_circle_opens_it_to_all(circle):
    for n in range(2):
        make.an_active_pledge(circle, f"p{n}@example.com")
    assert now(circle).state == "private"
    with time_machine.travel(TODAY + timedelta(days=9), tick=False):
        make.an_active_pledge(circle, "third@example.com")
    drive = now(circle)
    assert (drive.state, drive.opened_at) == ("gathering", TODAY + timedelta(days=9))
    assert drive.gathering_ends_at == datetime(2027, 2, 9, tzinfo=LOS_ANGELES)
    assert moves_of(drive)[2:] == [("private", "gathering", "", None)]
    assert "drive_approved" in [template for template, _to, _key in mails()]
    assert list(PledgeDrive.objects.public()) == [drive]
    assert drive.get_absolute_url() == "/pledge/a-second-oven/"


def test_who_has_withdrawn_or_not_confirmed_opens_nothing(circle):
    make.an_active_pledge(circle, "one@example.com")
    pledges.cancel(pledge=make.an_active_pledge(circle, "gone@example.com"))
    make.an_intended_pledge(circle, "waits@example.com")
    make.an_active_pledge(circle, "two@example.com")
    assert now(circle).state == "private"


def test_before_its_last_day_is_over_it_stays(circle, oak_street):
    before = row_counts(oak_street)
    with time_machine.travel(circle.private_ends_at - timedelta(seconds=1), tick=False):
        tasks.end_due()
    assert (now(circle).state, row_counts(oak_street)) == ("private", before)


def test_too_few_in_time_and_it_ends_kindly(circle):
    pledge = make.an_active_pledge(circle)
    with time_machine.travel(circle.private_ends_at, tick=False):
        assert not now(circle).is_open
        tasks.end_due()
    drive = now(circle)
    why = (
        "The drive began among the owner’s own circle; 1 of the 3 people came who are "
        "needed to open it to all."
    )
    assert moves_of(drive)[2:] == [("private", "unqualified", why, None)]
    assert Pledge.objects.get(pk=pledge.pk).state == "released"
    assert {"released", "drive_stayed_private"} <= {template for template, _to, _key in mails()}
    assert not PledgeDrive.objects.public().exists()


def test_where_fewer_are_asked_for_by_then_it_opens(circle):
    crowd(circle, 2, confirmed_at=TODAY)
    make.a_plain_policy(private_pledgers=2)
    with time_machine.travel(circle.private_ends_at, tick=False):
        assert drives.end_private(drive=circle).state == "gathering"


@pytest.mark.parametrize("state", sorted(set(DriveState.values) - {"private"}))
def test_only_a_private_drive_ends_so(oven, state):
    make.brought_to(oven, state, private_ends_at=TODAY - timedelta(days=900))
    assert drives.end_private(drive=oven).state == state


def test_nobody_confirms_after_its_days(circle):
    pledge = make.an_intended_pledge(circle)
    with time_machine.travel(circle.private_ends_at, tick=False):
        message, _field = refusal(pledges.confirm, pledge=pledge, version=1)
    assert message.startswith("This drive takes no new pledges any more.")


def test_one_at_a_time_counts_a_private_drive_too(circle, bakery, ben):
    second = make.a_draft(business=bakery, by=ben)
    message, _field = refusal(drives.submit_drive, drive=second, by=ben)
    assert message == "Another drive of this business is under way. One at a time."
