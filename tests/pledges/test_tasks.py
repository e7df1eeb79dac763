"""What beat does: finds what is due in every alliance, and does it once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from alliance.models import StoredFile
from alliance.tenancy.scope import NoAlliance, current_alliance, in_alliance
from pledges.models import Pledge, PledgeDrive, Redemption
from pledges.services import customer_claims, pledges
from pledges.tasks import confirm_silent, end_due, forget_receipts
from tests.directory.pictures import a_photo
from tests.factories import pledges as make
from tests.pledges.reading import crowd, mails, row_counts

NOON = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
HOURS_72 = NOON + timedelta(hours=72)


def states(model, *alliances):
    """The states of every row of a model, by alliance."""
    found = []
    for alliance in alliances:
        with in_alliance(alliance):
            found.append(sorted(model.objects.values_list("state", flat=True)))
    return found


@pytest.fixture
def both(neighbour, oak_street, oven, eves_pledge, ben):
    """A purchase of noon in each of the two alliances, and one of an hour later in ours."""
    with in_alliance(neighbour.alliance):
        Redemption.objects.update(claimed_at=NOON, confirm_due_at=HOURS_72)
    with in_alliance(oak_street), time_machine.travel(NOON, tick=False):
        make.a_claim(eves_pledge, by=ben)
        later = make.an_active_pledge(oven, "kind@example.com")
        make.a_claim(later, by=ben, at=NOON + timedelta(hours=1))
    return oak_street, neighbour.alliance


def test_a_second_before_72_hours_nothing_is_confirmed(both):
    with time_machine.travel(HOURS_72 - timedelta(seconds=1), tick=False):
        confirm_silent()
    assert states(Redemption, *both) == [["claimed", "claimed"], ["claimed"]]


def test_at_72_hours_what_is_due_is_confirmed_in_every_alliance_and_nothing_else(both):
    with time_machine.travel(HOURS_72, tick=False):
        confirm_silent()
    assert states(Redemption, *both) == [["claimed", "confirmed"], ["confirmed"]]


def test_confirming_twice_ends_in_the_same_state(both):
    with time_machine.travel(HOURS_72, tick=False):
        confirm_silent()
        before = [row_counts(alliance) for alliance in both]
        confirm_silent()
    assert [row_counts(alliance) for alliance in both] == before
    with in_alliance(both[0]):
        assert sorted(Pledge.objects.values_list("held_minor", "honoured_minor")) == [
            (18_00, 0),
            (18_00, 18_00),
        ]


def test_what_was_questioned_waits_for_people(both):
    with in_alliance(both[0]):
        Redemption.objects.update(state="disputed")
    with time_machine.travel(HOURS_72 + timedelta(days=30)):
        confirm_silent()
    assert states(Redemption, *both) == [["disputed", "disputed"], ["confirmed"]]


def test_more_than_a_batch_is_done_in_the_next_minutes(both, monkeypatch):
    monkeypatch.setattr("pledges.tasks.BATCH", 1)
    with time_machine.travel(HOURS_72 + timedelta(hours=2), tick=False):
        confirm_silent()
        assert states(Redemption, *both) == [["claimed", "confirmed"], ["confirmed"]]
        confirm_silent()
    assert states(Redemption, *both) == [["confirmed", "confirmed"], ["confirmed"]]


@pytest.mark.parametrize("task", [confirm_silent, end_due])
def test_a_task_brings_its_own_scope_and_leaves_none(both, task):
    with pytest.raises(NoAlliance):
        current_alliance()
    with time_machine.travel(HOURS_72):
        task()
    with pytest.raises(NoAlliance):
        current_alliance()


def test_old_receipts_are_forgotten_in_every_alliance(neighbour, oak_street, eves_pledge):
    others = {}
    for alliance, pledge in ((oak_street, eves_pledge), (neighbour.alliance, neighbour.pledge)):
        with in_alliance(alliance):
            # Pictures of groups are kept.
            others[alliance] = StoredFile.objects.count()
            Redemption.objects.all().update(state="rejected")
            made = customer_claims.claim_by_receipt(
                pledge=pledge, purchase_minor=100, photo=a_photo()
            )
            Redemption.objects.filter(pk=made.pk).update(state="confirmed", decided_at=NOON)
    counts = []
    for days in (89, 90):
        with time_machine.travel(NOON + timedelta(days=days), tick=False):
            forget_receipts()
        for alliance in (oak_street, neighbour.alliance):
            with in_alliance(alliance):
                kept = Redemption.objects.filter(photo__isnull=False).count()
                counts.append((kept, StoredFile.objects.count() - others[alliance]))
    assert counts == [(1, 1), (1, 1), (0, 0), (0, 0)]


# --- the ends of drives and terms -----------------------------------------------


@pytest.fixture
def two_drives(neighbour, oak_street, oven, eves_pledge):
    """A gathering drive in each alliance, with a pledge each; the neighbour's ends first."""
    # Mill Lane's midnight is three hours before Oak Street's.
    neighbour.drive.gathering_ends_at = oven.gathering_ends_at - timedelta(hours=3)
    with in_alliance(neighbour.alliance):
        neighbour.drive.save(update_fields=["gathering_ends_at"])
    return oak_street, neighbour.alliance


def test_gathering_ends_in_every_alliance_when_its_last_day_ends(two_drives, oven, neighbour):
    with time_machine.travel(neighbour.drive.gathering_ends_at, tick=False):
        end_due()
    assert states(PledgeDrive, *two_drives) == [["gathering"], ["unqualified"]]
    with time_machine.travel(oven.gathering_ends_at, tick=False):
        end_due()
    assert states(PledgeDrive, *two_drives) == [["unqualified"], ["unqualified"]]
    assert states(Pledge, *two_drives) == [["released"], ["released"]]


def test_ending_twice_ends_in_the_same_state_and_writes_once(two_drives, oven):
    with time_machine.travel(oven.gathering_ends_at, tick=False):
        end_due()
        before = [row_counts(alliance) for alliance in two_drives]
        end_due()
    assert [row_counts(alliance) for alliance in two_drives] == before
    with in_alliance(two_drives[0]):
        assert [template for template, _to, _key in mails()].count("released") == 1


@pytest.fixture
def served(oak_street, oven):
    """The oven's drive, qualified and being honoured: two pledges, a month apart."""
    with in_alliance(oak_street):
        first, second = crowd(oven, 2, confirmed_at=oven.opened_at)
        second.term_ends_at += timedelta(days=30)
        second.save(update_fields=["term_ends_at"])
        PledgeDrive.objects.update(state="serving")
    return first, second


def test_each_pledge_lapses_at_the_end_of_its_own_term(neighbour, oak_street, served):
    first, second = served
    with time_machine.travel(first.term_ends_at - timedelta(seconds=1), tick=False):
        end_due()
    assert states(Pledge, oak_street) == [["active", "active"]]
    with time_machine.travel(first.term_ends_at, tick=False):
        end_due()
    assert states(Pledge, oak_street) == [["active", "lapsed"]]
    assert states(PledgeDrive, oak_street) == [["serving"]]
    with time_machine.travel(second.term_ends_at, tick=False):
        end_due()
    assert states(Pledge, oak_street) == [["lapsed", "lapsed"]]
    assert states(PledgeDrive, oak_street) == [["completed"]]


def test_a_drive_whose_pledges_were_all_honoured_or_withdrawn_is_completed_too(
    neighbour, oak_street, served
):
    first, second = served
    with in_alliance(oak_street):
        Pledge.objects.filter(pk=first.pk).update(
            state="fulfilled", held_minor=240_00, honoured_minor=240_00
        )
        pledges.cancel(pledge=second)
    end_due()
    assert states(PledgeDrive, oak_street) == [["completed"]]


def test_lapsing_twice_ends_in_the_same_state(neighbour, oak_street, served):
    with time_machine.travel(served[1].term_ends_at, tick=False):
        end_due()
        before = row_counts(oak_street)
        end_due()
    assert row_counts(oak_street) == before


def test_where_nothing_is_due_nothing_is_written(neighbour, oak_street, served):
    alliances = (oak_street, neighbour.alliance)
    before = [row_counts(alliance) for alliance in alliances]
    confirm_silent()
    end_due()
    assert [row_counts(alliance) for alliance in alliances] == before
