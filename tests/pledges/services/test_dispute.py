"""The customer says that a purchase is wrong; staff decide."""

from datetime import timedelta

import pytest
import time_machine

from alliance.models import Role
from alliance.services.seats import give_seat
from pledges.models import Redemption
from pledges.services import pledges, redemptions
from tests.factories import pledges as make
from tests.pledges.reading import (
    audited,
    fates_of,
    last_mail,
    mails,
    money_of,
    refusal,
    row_counts,
)

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

OVER = ("The 72 hours to question this purchase are over. Please write to the alliance.", None)
SETTLED = ("This has been settled already.", None)


@pytest.fixture
def claim(eves_pledge, ben):
    """Eve's $18 of just now."""
    return make.a_claim(eves_pledge, by=ben)


@pytest.fixture
def questioned(claim):
    """The same, questioned."""
    return redemptions.dispute(redemption=claim, reason="I was away.")


def test_a_questioned_purchase_waits_for_staff_and_keeps_its_place(questioned, eves_pledge):
    stored = Redemption.objects.get()
    assert (stored.state, stored.disputed_at is None, stored.decided_at) == (
        "disputed",
        False,
        None,
    )
    assert fates_of(questioned)[1:] == [("disputed", "I was away.", None)]
    assert money_of(eves_pledge) == ("active", 240_00, 18_00, 0)
    assert list(Redemption.objects.disputed()) == [questioned]


def test_questioning_twice_changes_nothing(questioned, oak_street):
    before = row_counts(oak_street)
    assert redemptions.dispute(redemption=questioned, reason="Again.").state == "disputed"
    assert row_counts(oak_street) == before


def test_questioning_ends_at_72_hours(claim):
    with time_machine.travel(claim.confirm_due_at, tick=False):
        assert refusal(redemptions.dispute, redemption=claim) == OVER
    with time_machine.travel(claim.confirm_due_at - timedelta(seconds=1), tick=False):
        assert redemptions.dispute(redemption=claim).state == "disputed"


def test_what_was_confirmed_or_taken_back_is_not_questioned_any_more(eves_pledge, ben):
    confirmed = make.a_confirmed_purchase(eves_pledge, by=ben)
    taken = make.a_claim(eves_pledge, by=ben)
    redemptions.take_back(redemption=taken, reason="", by=ben)
    assert [refusal(redemptions.dispute, redemption=row) for row in (confirmed, taken)] == [
        OVER,
        OVER,
    ]


def test_staff_uphold_a_purchase(questioned, eves_pledge, cleo):
    redemptions.decide(redemption=questioned, uphold=True, reason="The receipt.", by=cleo)
    assert fates_of(questioned)[2:] == [("confirmed", "The receipt.", cleo.pk)]
    assert money_of(eves_pledge) == ("active", 240_00, 18_00, 18_00)
    assert audited("redemption.confirmed") == [
        ("redemption.confirmed", cleo.pk, questioned.pk, {"amount_minor": 18_00})
    ]


def test_staff_reject_a_purchase_and_its_room_is_free_again(questioned, eves_pledge, cleo):
    redemptions.decide(redemption=questioned, uphold=False, reason="No receipt.", by=cleo)
    assert fates_of(questioned)[2:] == [("rejected", "No receipt.", cleo.pk)]
    assert money_of(eves_pledge) == ("active", 240_00, 0, 0)
    assert audited("redemption.rejected") == [
        ("redemption.rejected", cleo.pk, questioned.pk, {"amount_minor": 18_00})
    ]


@pytest.mark.parametrize("uphold", [True, False])
def test_the_customer_reads_the_decision(questioned, cleo, uphold):
    before = len(mails())
    redemptions.decide(redemption=questioned, uphold=uphold, reason="The receipt.", by=cleo)
    assert mails()[before:] == [
        ("decided", "eve@example.com", f"redemption-decided:{questioned.pk}")
    ]
    context = last_mail().context
    assert {name: context[name] for name in ("business", "counted", "counts", "reason")} == {
        "business": "Ben's Bakery",
        "counted": "$18",
        "counts": uphold,
        "reason": "The receipt.",
    }


def test_whoever_withdrew_is_not_written_to_any_more(questioned, eves_pledge, cleo):
    pledges.cancel(pledge=eves_pledge)
    before = mails()
    redemptions.decide(redemption=questioned, uphold=True, reason="The receipt.", by=cleo)
    assert mails() == before


@pytest.mark.parametrize("uphold", [True, False])
def test_a_decision_is_taken_once(questioned, eves_pledge, cleo, oak_street, uphold):
    redemptions.decide(redemption=questioned, uphold=uphold, reason="The receipt.", by=cleo)
    before, money = row_counts(oak_street), money_of(eves_pledge)
    again = {"redemption": questioned, "reason": "Once more.", "by": cleo}
    assert refusal(redemptions.decide, uphold=not uphold, **again) == SETTLED
    assert (row_counts(oak_street), money_of(eves_pledge)) == (before, money)


@pytest.mark.parametrize("reason", ["", "   "])
def test_a_decision_needs_a_reason(questioned, cleo, reason):
    assert refusal(
        redemptions.decide, redemption=questioned, uphold=True, reason=reason, by=cleo
    ) == ("Say why; both sides read it.", "reason")


def test_what_nobody_questioned_is_not_decided(claim, cleo):
    assert refusal(
        redemptions.decide, redemption=claim, uphold=False, reason="Why not.", by=cleo
    ) == (SETTLED)


def test_nobody_decides_about_their_own_business_by_any_of_their_seats(questioned, ben):
    as_staff = give_seat(person=ben.person, role=Role.COMMUNITY, by=None)
    for seat in (ben, as_staff):
        assert refusal(
            redemptions.decide, redemption=questioned, uphold=True, reason="Mine.", by=seat
        ) == ("Somebody else has to decide about your own business.", None)
    assert Redemption.objects.get().state == "disputed"


def test_upholding_the_last_dollar_fulfils_the_pledge(eves_pledge, ben, cleo):
    claim = make.a_claim(eves_pledge, by=ben, spent_minor=240_00)
    redemptions.dispute(redemption=claim)
    redemptions.decide(redemption=claim, uphold=True, reason="The receipt.", by=cleo)
    assert money_of(eves_pledge) == ("fulfilled", 240_00, 240_00, 240_00)


def test_the_neighbours_purchase_is_not_found_from_here(neighbour, cleo):
    for act, more in (
        (redemptions.dispute, {}),
        (redemptions.decide, {"uphold": True, "reason": "Theirs.", "by": cleo}),
    ):
        with pytest.raises(Exception) as missing:
            act(redemption=neighbour.claim, **more)
        assert type(missing.value).__name__ == "DoesNotExist"
