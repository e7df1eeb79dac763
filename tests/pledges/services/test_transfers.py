"""Passing what is left of a pledge on to a friend."""

from datetime import timedelta

import pytest
import time_machine

from alliance.errors import TooManyMessages
from alliance.models import Consent
from alliance.services import consent
from pledges import queries
from pledges.models import Display, Pledge, PledgeTransfer
from pledges.services import drives, pledges, transfers
from pledges.services.transfers import Share, share_of
from pledges.tasks import remind_at_risk
from tests.factories import pledges as make
from tests.pledges.reading import last_mail, mails, money_of, refusal, row_counts, steps_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

FRIEND = "finn@example.com"
GONE = ("This pledge does not stand any more.", None)


def offered(pledge: Pledge, email: str = FRIEND) -> PledgeTransfer:
    return transfers.offer(pledge=pledge, name="Finn", email=email)


def taken(transfer: PledgeTransfer) -> Pledge:
    return transfers.accept(
        transfer=transfer, name="Finn Okafor", display=Display.FIRST, wording="I mean to buy."
    )


def refused(transfer: PledgeTransfer) -> tuple[str, str | None]:
    words = {"name": "Finn", "display": Display.FULL, "wording": "I mean to buy."}
    return refusal(transfers.accept, transfer=transfer, **words)


@pytest.mark.parametrize(
    ("amount", "held", "share"),
    [
        (240_00, 0, Share(0, 240_00)),
        (240_00, 1, Share(20_00, 220_00)),
        (240_00, 20_00, Share(20_00, 220_00)),
        (240_00, 20_01, Share(30_00, 210_00)),
        (240_00, 220_00, Share(220_00, 20_00)),
        (240_00, 220_01, Share(240_00, 0)),
        (240_00, 240_00, Share(240_00, 0)),
        (20_00, 5_00, Share(20_00, 0)),
    ],
)
@pytest.mark.usefixtures("oak_street")
def test_what_stays_and_what_goes(amount, held, share):
    assert share_of(Pledge(amount_minor=amount, held_minor=held)) == share


def test_the_friend_is_written_to_without_a_word_that_somebody_typed(eves_pledge):
    transfer = offered(eves_pledge)
    assert mails()[-1] == ("passed_to_you", FRIEND, f"pledge-pass-on:{transfer.pk}")
    message = last_mail()
    assert not message.is_confirmed
    assert {name: said for name, said in message.context.items() if name != "url"} == {
        "business": "Ben's Bakery",
        "title": "A second oven",
        "amount": "$240",
        "months": 12,
    }


def test_all_of_it_goes_where_nothing_was_counted(oven, eves_pledge):
    before = queries.drive_figures(oven)
    theirs = taken(offered(eves_pledge))
    assert money_of(eves_pledge) == ("cancelled", 240_00, 0, 0)
    assert steps_of(eves_pledge)[-1] == ("passed_on", 240_00, 240_00)
    assert money_of(theirs) == ("active", 240_00, 0, 0)
    assert steps_of(theirs) == [("made", 0, 240_00), ("confirmed", 240_00, 240_00)]
    assert (theirs.name, theirs.display, theirs.email) == ("Finn Okafor", "first", FRIEND)
    eves_pledge.refresh_from_db()
    assert theirs.term_ends_at == eves_pledge.term_ends_at
    assert queries.drive_figures(oven) == before
    assert [template for template, _to, _key in mails()][-2:] == ["passed_on", "card"]


def test_what_was_counted_stays_with_the_giver(oven, eves_pledge, ben):
    make.a_confirmed_purchase(eves_pledge, by=ben, spent_minor=43_00)
    theirs = taken(offered(eves_pledge))
    assert money_of(eves_pledge) == ("active", 50_00, 43_00, 43_00)
    assert steps_of(eves_pledge)[-1] == ("passed_on", 240_00, 50_00)
    assert money_of(theirs) == ("active", 190_00, 0, 0)
    assert queries.drive_figures(oven).pledged_minor == 240_00


def test_a_giver_who_kept_exactly_what_was_honoured_is_done(eves_pledge, ben):
    make.a_confirmed_purchase(eves_pledge, by=ben, spent_minor=40_00)
    taken(offered(eves_pledge))
    assert money_of(eves_pledge) == ("fulfilled", 40_00, 40_00, 40_00)


def test_a_friend_who_has_pledged_has_more_now(oven, eves_pledge):
    own = make.an_active_pledge(oven, FRIEND, amount_minor=100_00)
    assert taken(offered(eves_pledge)) == own
    assert money_of(own) == ("active", 340_00, 0, 0)
    assert steps_of(own)[-1] == ("raised", 100_00, 340_00)


def test_a_friend_who_was_done_is_asked_again(oven, eves_pledge, ben):
    own = make.an_active_pledge(oven, FRIEND, amount_minor=20_00)
    make.a_confirmed_purchase(own, by=ben, spent_minor=20_00)
    taken(offered(eves_pledge))
    assert money_of(own) == ("active", 260_00, 20_00, 20_00)


def test_a_promise_that_waited_becomes_what_is_passed_on(oven, eves_pledge):
    own = make.an_intended_pledge(oven, FRIEND, amount_minor=500_00)
    assert taken(offered(eves_pledge)) == own
    assert money_of(own) == ("active", 240_00, 0, 0)
    assert refusal(pledges.confirm, pledge=own, version=1) == ("", None)
    assert money_of(own)[1] == 240_00


def test_together_never_above_two_thousand(oven, eves_pledge, oak_street):
    make.an_active_pledge(oven, FRIEND, amount_minor=1_900_00)
    transfer = offered(eves_pledge)
    before = row_counts(oak_street)
    message, _field = refused(transfer)
    assert message.endswith("together that would be more than $2,000.")
    assert (money_of(eves_pledge)[0], row_counts(oak_street)) == ("active", before)


def test_pressing_twice_gives_the_same(eves_pledge, oak_street):
    transfer = offered(eves_pledge)
    theirs = taken(transfer)
    before = row_counts(oak_street)
    assert (taken(transfer), row_counts(oak_street)) == (theirs, before)


def test_it_can_be_passed_on_again(eves_pledge):
    theirs = taken(offered(eves_pledge))
    third = taken(offered(theirs, "gil@example.com"))
    assert money_of(third) == ("active", 240_00, 0, 0)


def test_and_back_to_whom_it_came_from(eves_pledge):
    theirs = taken(offered(eves_pledge))
    again = taken(offered(theirs, "eve@example.com"))
    assert (again.pk != eves_pledge.pk, money_of(again)[:2]) == (True, ("active", 240_00))


@pytest.mark.parametrize(
    ("email", "said"),
    [
        ("EVE+2@example.com", "That is your own address. Enter your friend’s."),
        ("ben@example.org", "Owners and staff cannot pledge at their own business."),
    ],
)
def test_to_whom_it_cannot_be_offered(eves_pledge, oak_street, email, said):
    before = row_counts(oak_street)
    refused = refusal(transfers.offer, pledge=eves_pledge, name="Finn", email=email)
    assert (refused, row_counts(oak_street)) == ((said, "email"), before)


def test_one_offer_at_a_time(eves_pledge):
    first = offered(eves_pledge)
    assert refusal(transfers.offer, pledge=eves_pledge, name="G", email="g@example.com") == (
        "You have offered it to somebody. Take that back first.",
        None,
    )
    assert (transfers.take_back(pledge=eves_pledge), transfers.take_back(pledge=eves_pledge)) == (
        True,
        False,
    )
    assert refused(first) == ("This offer is over. Thank you for looking.", None)
    assert offered(eves_pledge, "g@example.com").state == "offered"


def test_after_fourteen_days_it_is_over(eves_pledge):
    transfer = offered(eves_pledge)
    with time_machine.travel(transfer.expires_at - timedelta(seconds=1)):
        remind_at_risk()
        assert PledgeTransfer.objects.get().state == "offered"
    with time_machine.travel(transfer.expires_at):
        assert refused(transfer)[0].startswith("This offer is over.")
        remind_at_risk()
        assert PledgeTransfer.objects.get().state == "expired"
        assert offered(eves_pledge).state == "offered"


def test_what_no_longer_stands_is_not_taken(oven, eves_pledge, ada):
    transfer = offered(eves_pledge)
    drives.end_drive(drive=oven, reason="The oven came.", by=ada)
    assert refused(transfer) == GONE


def test_what_was_used_up_meanwhile_is_not_taken(eves_pledge, ben):
    transfer = offered(eves_pledge)
    make.a_claim(eves_pledge, by=ben, spent_minor=230_00)
    assert refused(transfer) == (
        "Less than $20 is left, too little for a pledge of its own.",
        None,
    )


def test_a_friend_who_joined_the_business_since_does_not_take_it(eves_pledge, bakery):
    transfer = offered(eves_pledge)
    bakery.email = FRIEND
    bakery.save(update_fields=["email"])
    assert refused(transfer)[1] == "email"


def test_a_strangers_inbox_is_not_flooded(oven):
    givers = [make.an_active_pledge(oven, f"p{n}@example.com") for n in range(4)]
    for giver in givers[:3]:
        offered(giver)
    with pytest.raises(TooManyMessages):
        offered(givers[3])


def test_consent_goes_with_it(eves_pledge):
    theirs = taken(offered(eves_pledge))
    found = {
        pledge.email: consent.has(email=pledge.email, purpose="pledges", subject_id=pledge.pk)
        for pledge in (eves_pledge, theirs)
    }
    assert found == {"eve@example.com": False, FRIEND: True}
    assert Consent.objects.get(email=FRIEND).wording == "I mean to buy."


def test_a_friend_may_be_the_last_of_the_circle(oven, eves_pledge, ben):
    make.a_plain_policy(private_pledgers=2)
    drive = make.brought_to(oven, "private")
    make.a_claim(eves_pledge, by=ben, spent_minor=20_00)
    taken(offered(eves_pledge))
    drive.refresh_from_db()
    assert drive.state == "gathering"


def test_the_neighbours_offer_is_not_found_from_here(neighbour, eves_pledge):
    with pytest.raises(Pledge.DoesNotExist):
        offered(neighbour.pledge)
