"""What the calendar does to a drive: gathering ends, honouring ends."""

from datetime import timedelta

import pytest
import time_machine

from pledges.models import Pledge, PledgeDrive
from pledges.services import drives, pledges
from tests.factories import pledges as make
from tests.pledges.reading import crowd, moves_of, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


@pytest.fixture
def after_gathering(oven):
    """The instant at which the last gathering day ends."""
    with time_machine.travel(oven.gathering_ends_at, tick=False):
        yield


def test_before_its_time_a_drive_stays_as_it_is(oven, oak_street):
    before = row_counts(oak_street)
    with time_machine.travel(oven.gathering_ends_at - timedelta(seconds=1), tick=False):
        assert drives.end_gathering(drive=oven).state == "gathering"
    assert row_counts(oak_street) == before


@pytest.mark.parametrize(
    ("rung", "pledgers", "state"),
    [
        ("standard", 99, "unqualified"),
        ("standard", 100, "qualified"),
        ("starter", 24, "unqualified"),
        ("starter", 25, "qualified"),
    ],
)
@pytest.mark.usefixtures("after_gathering")
def test_as_many_as_its_rung_asks(oven, rung, pledgers, state):
    PledgeDrive.objects.update(rung=rung)
    crowd(oven, pledgers, confirmed_at=oven.opened_at)
    drive = drives.end_gathering(drive=oven)
    assert drive.state == state
    needed = 100 if rung == "standard" else 25
    why = f"The drive ended with {pledgers} pledges; it needed {needed}."
    assert moves_of(drive)[2:] == [
        ("gathering", state, why if state == "unqualified" else "", None)
    ]


def test_only_pledges_that_stand_count(oven, ada, ben):
    PledgeDrive.objects.update(rung="starter")
    crowd(oven, 22, confirmed_at=oven.opened_at)
    kept = make.an_active_pledge(oven, "kept@example.com")
    make.a_confirmed_purchase(kept, by=ben, spent_minor=240_00)
    pledges.cancel(pledge=make.an_active_pledge(oven, "gone@example.com"))
    pledges.void(pledge=make.an_active_pledge(oven, "fake@example.com"), reason="Fake.", by=ada)
    make.an_intended_pledge(oven, "waiting@example.com")
    with time_machine.travel(oven.gathering_ends_at):
        drive = drives.end_gathering(drive=oven)
    assert moves_of(drive)[-1] == (
        "gathering",
        "unqualified",
        "The drive ended with 23 pledges; it needed 25.",
        None,
    )


@pytest.mark.usefixtures("after_gathering")
def test_an_unqualified_drive_releases_its_pledges(oven):
    crowd(oven, 3, confirmed_at=oven.opened_at)
    drives.end_gathering(drive=oven)
    assert set(Pledge.objects.values_list("state", flat=True)) == {"released"}


@pytest.mark.usefixtures("after_gathering")
def test_a_drive_without_a_loan_is_honoured_whoever_came(oven):
    PledgeDrive.objects.update(seeks_loan=False)
    crowd(oven, 1, confirmed_at=oven.opened_at)
    assert drives.end_gathering(drive=oven).state == "serving"
    assert set(Pledge.objects.values_list("state", flat=True)) == {"active"}


@pytest.mark.usefixtures("after_gathering")
def test_ending_twice_changes_nothing(oven, oak_street):
    crowd(oven, 100, confirmed_at=oven.opened_at)
    drives.end_gathering(drive=oven)
    before = row_counts(oak_street)
    assert drives.end_gathering(drive=oven).state == "qualified"
    assert row_counts(oak_street) == before


@pytest.fixture
def serving(oven):
    """The oven's drive while it is honoured."""
    PledgeDrive.objects.update(state="serving")
    return PledgeDrive.objects.get()


def test_a_drive_is_complete_once_no_pledge_stands_open(serving, oven, ben):
    PledgeDrive.objects.update(state="gathering")
    full = make.an_active_pledge(oven, "full@example.com")
    make.a_confirmed_purchase(full, by=ben, spent_minor=240_00)
    still = make.an_active_pledge(oven, "still@example.com")
    PledgeDrive.objects.update(state="serving")
    assert drives.complete_drive(drive=serving).state == "serving"
    pledges.cancel(pledge=still)
    drive = drives.complete_drive(drive=serving)
    assert moves_of(drive)[-1] == ("serving", "completed", "", None)


def test_a_promise_that_nobody_confirmed_does_not_keep_a_drive_open(oven):
    make.an_intended_pledge(oven, "forgot@example.com")
    PledgeDrive.objects.update(state="serving")
    assert drives.complete_drive(drive=oven).state == "completed"


@pytest.mark.parametrize("state", ["gathering", "qualified", "completed"])
def test_only_a_drive_that_is_honoured_is_completed(oven, state):
    PledgeDrive.objects.update(state=state)
    assert drives.complete_drive(drive=oven).state == state
