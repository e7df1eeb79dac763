"""Withdrawing by the customer, and taking fraud out of the figures by staff."""

from datetime import UTC, datetime

import pytest
import time_machine

from alliance.services import consent
from pledges import queries
from pledges.models import Pledge
from pledges.services import pledges, redemptions
from tests.factories import pledges as make
from tests.pledges.reading import (
    audited,
    mails,
    money_of,
    refusal,
    row_counts,
    steps_of,
)

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def test_withdrawing_needs_no_reason_and_costs_nothing(eves_pledge):
    at = datetime(2026, 12, 1, 20, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        pledge = pledges.cancel(pledge=eves_pledge)
    assert (pledge.state, pledge.ended_at, pledge.version) == ("cancelled", at, 3)
    assert steps_of(pledge)[2:] == [("cancelled", 240_00, 240_00)]


def test_withdrawing_ends_the_consent_to_be_written_to_about_this_pledge(eves_pledge, oven):
    about = {"email": "eve@example.com", "purpose": "pledges"}
    consent.give(**about, wording="Of another pledge.", subject_id=oven.pk)
    pledges.cancel(pledge=eves_pledge)
    assert not consent.has(**about, subject_id=eves_pledge.pk)
    assert consent.has(**about, subject_id=oven.pk)


def test_withdrawing_twice_changes_nothing(eves_pledge, oak_street):
    pledges.cancel(pledge=eves_pledge)
    before, mailed = row_counts(oak_street), mails()
    assert pledges.cancel(pledge=eves_pledge).version == 3
    assert (row_counts(oak_street), mails()) == (before, mailed)


def test_a_withdrawn_pledge_leaves_the_figures_of_what_stands(oven, eves_pledge, ben):
    make.a_confirmed_purchase(eves_pledge, by=ben, spent_minor=40_00)
    pledges.cancel(pledge=eves_pledge)
    assert queries.drive_figures(oven) == queries.DriveFigures(
        pledgers=1,
        standing=0,
        dropped_pledgers=1,
        pledged_minor=240_00,
        honoured_minor=40_00,
        open_minor=0,
        dropped_minor=200_00,
    )


def test_what_was_claimed_before_withdrawing_still_counts_when_nobody_questions_it(
    eves_pledge, ben
):
    claim = make.a_claim(eves_pledge, by=ben, spent_minor=40_00)
    pledges.cancel(pledge=eves_pledge)
    with time_machine.travel(claim.confirm_due_at):
        assert redemptions.confirm_silent(redemption=claim) is True
    assert money_of(eves_pledge) == ("cancelled", 240_00, 40_00, 40_00)


def test_a_pledge_honoured_in_full_has_nothing_to_withdraw(eves_pledge, ben):
    make.a_confirmed_purchase(eves_pledge, by=ben, spent_minor=240_00)
    assert refusal(pledges.cancel, pledge=eves_pledge) == (
        "This pledge is honoured in full; that is no longer possible.",
        None,
    )
    assert Pledge.objects.get().ended_at is None


def test_staff_take_fraud_out_of_every_figure(oven, eves_pledge, ada, ben):
    make.a_confirmed_purchase(eves_pledge, by=ben, spent_minor=40_00)
    kept = make.an_active_pledge(oven, "kind@example.com", amount_minor=100_00)
    mailed = mails()
    pledge = pledges.void(pledge=eves_pledge, reason="A made-up person.", by=ada)
    assert pledge.state == "void"
    assert steps_of(pledge)[2:] == [("voided", 240_00, 240_00)]
    assert list(pledge.steps.values_list("reason", "seat"))[-1] == ("A made-up person.", ada.pk)
    assert audited("pledge.voided") == [
        ("pledge.voided", ada.pk, pledge.pk, {"reason": "A made-up person."})
    ]
    assert queries.drive_figures(oven) == queries.DriveFigures(1, 1, 0, 100_00, 0, 100_00, 0)
    assert queries.honoured_by_month(oven) == []
    assert queries.newest_pledgers(oven) == [kept]
    assert mails() == mailed


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_fraud_needs_a_reason(eves_pledge, ada, reason):
    assert refusal(pledges.void, pledge=eves_pledge, reason=reason, by=ada) == (
        "Say why; the audit log keeps it.",
        "reason",
    )
    assert money_of(eves_pledge) == ("active", 240_00, 0, 0)


def test_void_is_the_end(eves_pledge, ada):
    pledges.void(pledge=eves_pledge, reason="A made-up person.", by=ada)
    assert refusal(pledges.void, pledge=eves_pledge, reason="Again.", by=ada) == (
        "This pledge is void; that is no longer possible.",
        None,
    )
    assert len(audited("pledge.voided")) == 1


def test_the_neighbours_pledge_is_not_found_from_here(neighbour, ada):
    with pytest.raises(Pledge.DoesNotExist):
        pledges.cancel(pledge=neighbour.pledge)
    with pytest.raises(Pledge.DoesNotExist):
        pledges.void(pledge=neighbour.pledge, reason="Not ours.", by=ada)
