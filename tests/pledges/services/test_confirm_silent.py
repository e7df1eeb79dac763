"""Nobody questions a purchase for 72 hours: it counts for good."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from pledges.models import Redemption
from pledges.services import pledges, redemptions
from tests.factories import pledges as make
from tests.pledges.reading import fates_of, mails, money_of, row_counts, steps_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

NOON = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
DUE = NOON + timedelta(hours=72)


@pytest.fixture
def claim(eves_pledge, ben):
    """Eve's $18 of noon."""
    with time_machine.travel(NOON, tick=False):
        return make.a_claim(eves_pledge, by=ben)


def test_a_second_before_it_stays_open_to_question(claim, eves_pledge):
    with time_machine.travel(DUE - timedelta(seconds=1), tick=False):
        assert redemptions.confirm_silent(redemption=claim) is False
    assert money_of(eves_pledge) == ("active", 240_00, 18_00, 0)


def test_at_72_hours_it_counts(claim, eves_pledge):
    with time_machine.travel(DUE, tick=False):
        assert redemptions.confirm_silent(redemption=claim) is True
    stored = Redemption.objects.get()
    assert (stored.state, stored.decided_at) == ("confirmed", DUE)
    assert fates_of(claim)[1:] == [("confirmed", "", None)]
    assert money_of(eves_pledge) == ("active", 240_00, 18_00, 18_00)


def test_at_any_instant_either_it_may_be_questioned_or_silence_confirms_it(claim):
    for seconds in (-1, 0, 1):
        with time_machine.travel(DUE + timedelta(seconds=seconds), tick=False):
            assert claim.may_be_disputed is (claim.confirm_due_at > datetime.now(UTC))


def test_twice_counts_once(claim, eves_pledge, oak_street):
    with time_machine.travel(DUE, tick=False):
        redemptions.confirm_silent(redemption=claim)
        before = row_counts(oak_street)
        assert redemptions.confirm_silent(redemption=claim) is False
    assert row_counts(oak_street) == before
    assert money_of(eves_pledge) == ("active", 240_00, 18_00, 18_00)


def test_nobody_is_written_to(claim):
    before = mails()
    with time_machine.travel(DUE):
        redemptions.confirm_silent(redemption=claim)
    assert mails() == before


def test_the_whole_amount_fulfils_the_pledge(eves_pledge, ben):
    claim = make.a_claim(eves_pledge, by=ben, spent_minor=300_00)
    with time_machine.travel(claim.confirm_due_at):
        redemptions.confirm_silent(redemption=claim)
    assert money_of(eves_pledge) == ("fulfilled", 240_00, 240_00, 240_00)
    assert steps_of(eves_pledge)[2:] == [("fulfilled", 240_00, 240_00)]


def test_what_was_questioned_or_taken_back_is_not_confirmed_by_silence(eves_pledge, ben):
    questioned = make.a_claim(eves_pledge, by=ben)
    redemptions.dispute(redemption=questioned)
    taken = make.a_claim(eves_pledge, by=ben, apart=timedelta(0))
    redemptions.take_back(redemption=taken, reason="", by=ben)
    with time_machine.travel(questioned.confirm_due_at + timedelta(days=9)):
        assert [redemptions.confirm_silent(redemption=row) for row in (questioned, taken)] == [
            False,
            False,
        ]
    assert money_of(eves_pledge) == ("active", 240_00, 18_00, 0)


@pytest.mark.parametrize("end", ["cancelled", "void"])
def test_a_pledge_that_ended_meanwhile_keeps_its_state(claim, eves_pledge, ada, end):
    if end == "cancelled":
        pledges.cancel(pledge=eves_pledge)
    else:
        pledges.void(pledge=eves_pledge, reason="Fraud.", by=ada)
    with time_machine.travel(DUE):
        redemptions.confirm_silent(redemption=claim)
    assert money_of(eves_pledge) == (end, 240_00, 18_00, 18_00)


def test_the_neighbours_purchase_is_not_found_from_here(neighbour):
    with time_machine.travel(neighbour.claim.confirm_due_at), pytest.raises(Exception) as missing:
        redemptions.confirm_silent(redemption=neighbour.claim)
    assert type(missing.value).__name__ == "DoesNotExist"
