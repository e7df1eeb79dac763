"""Raising and lowering a pledge, from its card or from a mailed link."""

from datetime import timedelta

import pytest

from pledges.models import Pledge
from pledges.services import pledges, redemptions
from tests.factories import pledges as make
from tests.pledges.reading import mails, money_of, refusal, row_counts, steps_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

APART = {"apart": timedelta(0)}


def test_raising_keeps_the_history(eves_pledge):
    pledge = pledges.change_amount(pledge=eves_pledge, amount_minor=300_00)
    assert (pledge.amount_minor, pledge.version) == (300_00, 3)
    assert steps_of(pledge)[2:] == [("raised", 240_00, 300_00)]


def test_lowering_keeps_the_history(eves_pledge):
    pledge = pledges.change_amount(pledge=eves_pledge, amount_minor=20_00)
    assert (pledge.amount_minor, pledge.version) == (20_00, 3)
    assert steps_of(pledge)[2:] == [("lowered", 240_00, 20_00)]


def test_a_change_sends_no_message(eves_pledge):
    before = mails()
    pledges.change_amount(pledge=eves_pledge, amount_minor=300_00)
    assert mails() == before


def test_the_same_amount_changes_nothing(eves_pledge, oak_street):
    before = row_counts(oak_street)
    assert pledges.change_amount(pledge=eves_pledge, amount_minor=240_00).version == 2
    assert row_counts(oak_street) == before


def test_a_mailed_link_is_good_once(eves_pledge):
    pledges.change_amount(pledge=eves_pledge, amount_minor=300_00, version=2)
    assert refusal(pledges.change_amount, pledge=eves_pledge, amount_minor=300_00, version=2) == (
        "This link has been used, or a newer one replaced it.",
        None,
    )
    assert steps_of(eves_pledge)[2:] == [("raised", 240_00, 300_00)]


def test_a_mailed_link_is_stale_once_the_card_changed_the_pledge(eves_pledge):
    pledges.change_amount(pledge=eves_pledge, amount_minor=100_00)
    assert not refusal(pledges.change_amount, pledge=eves_pledge, amount_minor=300_00)[0]
    assert refusal(pledges.change_amount, pledge=eves_pledge, amount_minor=20_00, version=2)[0]
    assert money_of(eves_pledge) == ("active", 300_00, 0, 0)


def test_an_amount_that_no_pledge_may_have(eves_pledge):
    for amount in (10_00, 245_00, 2_010_00, 0):
        assert refusal(pledges.change_amount, pledge=eves_pledge, amount_minor=amount) == (
            "A pledge is between $20 and $2,000, in steps of $10.",
            "amount",
        )
    assert money_of(eves_pledge) == ("active", 240_00, 0, 0)


def test_not_below_what_was_counted(eves_pledge, ben):
    make.a_claim(eves_pledge, by=ben, spent_minor=45_50)
    assert refusal(pledges.change_amount, pledge=eves_pledge, amount_minor=40_00) == (
        "$45.50 has been counted already; the pledge cannot be less.",
        "amount",
    )
    assert money_of(eves_pledge) == ("active", 240_00, 45_50, 0)
    assert pledges.change_amount(pledge=eves_pledge, amount_minor=50_00).remaining_minor == 4_50


def test_lowering_to_exactly_what_was_honoured_fulfils_it(eves_pledge, ben):
    make.a_confirmed_purchase(eves_pledge, by=ben, spent_minor=40_00)
    pledges.change_amount(pledge=eves_pledge, amount_minor=40_00)
    assert money_of(eves_pledge) == ("fulfilled", 40_00, 40_00, 40_00)
    assert steps_of(eves_pledge)[2:] == [
        ("lowered", 240_00, 40_00),
        ("fulfilled", 40_00, 40_00),
    ]


def test_lowering_to_what_is_held_but_not_yet_confirmed_fulfils_nothing(eves_pledge, ben):
    make.a_claim(eves_pledge, by=ben, spent_minor=40_00)
    pledges.change_amount(pledge=eves_pledge, amount_minor=40_00)
    assert money_of(eves_pledge) == ("active", 40_00, 40_00, 0)


def test_raising_a_fulfilled_pledge_opens_it_again(eves_pledge, ben):
    make.a_confirmed_purchase(eves_pledge, by=ben, spent_minor=240_00)
    assert money_of(eves_pledge) == ("fulfilled", 240_00, 240_00, 240_00)
    pledges.change_amount(pledge=eves_pledge, amount_minor=300_00)
    assert money_of(eves_pledge) == ("active", 300_00, 240_00, 240_00)
    assert steps_of(eves_pledge)[-2:] == [
        ("raised", 240_00, 300_00),
        ("reopened", 300_00, 300_00),
    ]
    assert make.a_claim(eves_pledge, by=ben, spent_minor=99_00, **APART).amount_minor == 60_00


def test_an_unconfirmed_promise_is_not_changed_by_a_card_that_nobody_has(oven):
    intended = make.an_intended_pledge(oven)
    assert refusal(pledges.change_amount, pledge=intended, amount_minor=300_00) == (
        "This pledge does not stand any more.",
        None,
    )


@pytest.mark.parametrize("end", ["cancelled", "released", "void"])
def test_a_pledge_that_ended_is_not_changed(eves_pledge, oven, ada, end):
    {
        "cancelled": lambda: pledges.cancel(pledge=eves_pledge),
        "released": lambda: pledges.release_all(drive=oven, reason="Over.", by=ada),
        "void": lambda: pledges.void(pledge=eves_pledge, reason="Fraud.", by=ada),
    }[end]()
    assert refusal(pledges.change_amount, pledge=eves_pledge, amount_minor=300_00) == (
        "This pledge does not stand any more.",
        None,
    )
    assert money_of(eves_pledge) == (end, 240_00, 0, 0)


def test_a_taken_back_purchase_makes_room_to_lower(eves_pledge, ben):
    claim = make.a_claim(eves_pledge, by=ben, spent_minor=45_50)
    redemptions.take_back(redemption=claim, reason="", by=ben)
    assert pledges.change_amount(pledge=eves_pledge, amount_minor=20_00).amount_minor == 20_00


def test_the_neighbours_pledge_is_not_found_from_here(neighbour):
    with pytest.raises(Pledge.DoesNotExist):
        pledges.change_amount(pledge=neighbour.pledge, amount_minor=300_00)
