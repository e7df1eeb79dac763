"""The till undoes an entry: a slip of the finger, or goods returned."""

import pytest

from pledges.models import Redemption
from pledges.services import pledges, redemptions
from tests.factories import pledges as make
from tests.pledges.reading import audited, fates_of, mails, money_of, refusal, row_counts, steps_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def test_a_claim_is_rejected_and_its_room_is_free(eves_pledge, ben):
    claim = make.a_claim(eves_pledge, by=ben)
    redemptions.take_back(redemption=claim, reason="Wrong card.", by=ben)
    assert fates_of(claim)[1:] == [("rejected", "Wrong card.", ben.pk)]
    assert money_of(eves_pledge) == ("active", 240_00, 0, 0)
    assert audited("redemption.rejected") == [
        ("redemption.rejected", ben.pk, claim.pk, {"amount_minor": 18_00})
    ]


def test_a_confirmed_purchase_is_reversed_and_its_room_is_free(eves_pledge, ben):
    purchase = make.a_confirmed_purchase(eves_pledge, by=ben)
    redemptions.take_back(redemption=purchase, reason="Returned.", by=ben)
    assert fates_of(purchase)[2:] == [("reversed", "Returned.", ben.pk)]
    assert money_of(eves_pledge) == ("active", 240_00, 0, 0)
    assert audited("redemption.reversed") == [
        ("redemption.reversed", ben.pk, purchase.pk, {"amount_minor": 18_00})
    ]


def test_reversing_opens_a_fulfilled_pledge_again(eves_pledge, ben):
    purchase = make.a_confirmed_purchase(eves_pledge, by=ben, spent_minor=240_00)
    redemptions.take_back(redemption=purchase, reason="Returned.", by=ben)
    assert money_of(eves_pledge) == ("active", 240_00, 0, 0)
    assert steps_of(eves_pledge)[2:] == [
        ("fulfilled", 240_00, 240_00),
        ("reopened", 240_00, 240_00),
    ]


@pytest.mark.parametrize("start", [make.a_claim, make.a_confirmed_purchase])
def test_an_undo_works_once(eves_pledge, ben, oak_street, start):
    entry = start(eves_pledge, by=ben)
    redemptions.take_back(redemption=entry, reason="", by=ben)
    before = row_counts(oak_street)
    assert refusal(redemptions.take_back, redemption=entry, reason="", by=ben) == (
        "This has been settled already.",
        None,
    )
    assert row_counts(oak_street) == before
    assert money_of(eves_pledge) == ("active", 240_00, 0, 0)


def test_what_the_customer_questioned_is_for_the_staff(eves_pledge, ben):
    claim = make.a_claim(eves_pledge, by=ben)
    redemptions.dispute(redemption=claim)
    assert refusal(redemptions.take_back, redemption=claim, reason="", by=ben) == (
        "The customer has questioned this; the alliance decides.",
        None,
    )
    assert money_of(eves_pledge) == ("active", 240_00, 18_00, 0)


def test_only_whoever_speaks_for_the_business_undoes(eves_pledge, ben, ada, neighbour):
    claim = make.a_claim(eves_pledge, by=ben)
    for stranger in (ada, neighbour.dan):
        assert refusal(redemptions.take_back, redemption=claim, reason="", by=stranger) == (
            "This pledge is for another business.",
            None,
        )
    assert Redemption.objects.get().state == "claimed"


def test_a_withdrawn_pledge_may_still_be_corrected(eves_pledge, ben):
    purchase = make.a_confirmed_purchase(eves_pledge, by=ben)
    pledges.cancel(pledge=eves_pledge)
    redemptions.take_back(redemption=purchase, reason="Returned.", by=ben)
    assert money_of(eves_pledge) == ("cancelled", 240_00, 0, 0)


def test_nobody_is_written_to(eves_pledge, ben):
    claim = make.a_claim(eves_pledge, by=ben)
    before = mails()
    redemptions.take_back(redemption=claim, reason="", by=ben)
    assert mails() == before


def test_the_neighbours_purchase_is_not_found_from_here(neighbour, ben):
    with pytest.raises(Exception) as missing:
        redemptions.take_back(redemption=neighbour.claim, reason="", by=ben)
    assert type(missing.value).__name__ == "DoesNotExist"
