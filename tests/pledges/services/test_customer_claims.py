"""What the customer enters: by the till's code or with a receipt; the business confirms it."""

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from PIL import Image

from alliance import clock
from alliance.models import StoredFile
from pledges.models import Redemption
from pledges.services import customer_claims, pledges, purchases, receipts, redemptions
from pledges.services.points_of_sale import receive
from tests.directory.pictures import a_photo
from tests.factories import pledges as make
from tests.pledges.reading import fates_of, last_mail, mails, money_of, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

NOON = datetime(2026, 12, 1, 20, 0, tzinfo=UTC)
SETTLED = ("This has been settled already.", None)


def typed(pledge, code, spent=18_00):
    """What a refused entry says."""
    return refusal(customer_claims.claim_at_till, pledge=pledge, code=code, purchase_minor=spent)


def test_by_the_tills_code(eves_pledge, bakery):
    with time_machine.travel(NOON, tick=False):
        made = make.a_customers_claim(eves_pledge, spent_minor=18_50)
    stored = Redemption.objects.get()
    assert (stored.way_in, stored.entered_by, stored.point_of_sale, stored.event_id) == (
        "till_code",
        None,
        None,
        "",
    )
    assert (stored.claimed_at, stored.confirm_due_at) == (NOON, NOON + timedelta(hours=72))
    assert (stored.is_customers, stored.may_be_disputed) == (True, False)
    assert fates_of(made) == [("claimed", "", None)]
    assert money_of(eves_pledge) == ("active", 240_00, 18_50, 0)


def test_the_code_of_now_a_minute_ago_and_of_another_till(eves_pledge, bakery, oak_street):
    before = row_counts(oak_street)
    other = make.a_business(trade_name="The Book Nook")
    with time_machine.travel(NOON, tick=False):
        stale = make.code_of(bakery, NOON - timedelta(minutes=2))
        assert typed(eves_pledge, stale) == (
            "That code is no longer good. Type the one that the till shows now.",
            "code",
        )
        wrong = ("That is not the code of this till.", "code")
        assert typed(eves_pledge, make.code_of(other, NOON)) == wrong
        assert typed(eves_pledge, "000000") == wrong
        assert row_counts(oak_street)["Redemption"] == before["Redemption"]
        recent = make.code_of(bakery, NOON - timedelta(minutes=1))
        assert typed(eves_pledge, recent) == ("", None)


def test_only_on_a_pledge_that_stands(eves_pledge, bakery):
    pledges.cancel(pledge=eves_pledge)
    ended = ("This pledge does not stand any more.", None)
    assert typed(eves_pledge, make.code_of(bakery)) == ended


def test_ten_minutes_hold_between_the_two_sides(eves_pledge, bakery, ben):
    make.a_claim(eves_pledge, by=ben)
    assert typed(eves_pledge, make.code_of(bakery)) == (
        "A purchase was counted for this pledge within the last ten minutes.",
        None,
    )


def test_the_businesss_own_people_are_left_out(eves_pledge, bakery, ben):
    type(eves_pledge).objects.filter(pk=eves_pledge.pk).update(email=ben.person.email)
    assert typed(eves_pledge, make.code_of(bakery)) == (
        "Owners and staff cannot count purchases at their own business.",
        None,
    )


def test_silence_confirms_what_a_customer_entered(eves_pledge):
    made = make.a_customers_claim(eves_pledge)
    with time_machine.travel(made.confirm_due_at):
        assert redemptions.confirm_silent(redemption=made)
    assert money_of(eves_pledge) == ("active", 240_00, 18_00, 18_00)


def test_whoever_entered_it_neither_confirms_nor_questions_it(eves_pledge):
    made = make.a_customers_claim(eves_pledge)
    assert refusal(customer_claims.confirm_by_customer, redemption=made) == (
        "You entered this purchase yourself; the business confirms it.",
        None,
    )
    assert refusal(redemptions.dispute, redemption=made) == (
        "You entered this purchase yourself; take it back instead.",
        None,
    )
    assert fates_of(made) == [("claimed", "", None)]


def test_taking_an_own_entry_back(eves_pledge, ben):
    made = make.a_customers_claim(eves_pledge)
    customer_claims.withdraw_claim(redemption=made)
    assert fates_of(made)[1:] == [("rejected", "The customer took it back.", None)]
    assert money_of(eves_pledge) == ("active", 240_00, 0, 0)
    assert refusal(customer_claims.withdraw_claim, redemption=made) == SETTLED
    theirs = make.a_claim(eves_pledge, by=ben)
    assert refusal(customer_claims.withdraw_claim, redemption=theirs) == (
        "The business entered this purchase. Say what is wrong instead.",
        None,
    )


def test_yes_that_was_me(eves_pledge, ben):
    made = make.a_claim(eves_pledge, by=ben)
    customer_claims.confirm_by_customer(redemption=made)
    assert fates_of(made)[1:] == [("confirmed", "", None)]
    assert money_of(eves_pledge) == ("active", 240_00, 18_00, 18_00)
    before = Redemption.objects.values().get()
    customer_claims.confirm_by_customer(redemption=made)
    assert Redemption.objects.values().get() == before


def test_yes_to_a_whole_pledge_fulfils_it(eves_pledge, ben):
    made = make.a_claim(eves_pledge, by=ben, spent_minor=240_00)
    customer_claims.confirm_by_customer(redemption=made)
    assert money_of(eves_pledge) == ("fulfilled", 240_00, 240_00, 240_00)


def test_a_question_after_the_yes_is_answered_with_a_sentence(eves_pledge, ben):
    made = make.a_claim(eves_pledge, by=ben)
    customer_claims.confirm_by_customer(redemption=made)
    assert refusal(redemptions.dispute, redemption=made) == (
        "This purchase has been confirmed. Please write to the alliance: "
        "it can still be taken back.",
        None,
    )
    assert len(fates_of(made)) == 2


def test_no_yes_to_what_is_in_question_or_rejected(eves_pledge, ben):
    made = make.a_claim(eves_pledge, by=ben)
    redemptions.dispute(redemption=made)
    assert refusal(customer_claims.confirm_by_customer, redemption=made) == (
        "This is in question; the alliance decides.",
        None,
    )


# --- receipts -------------------------------------------------------------------


def by_receipt(pledge, photo=None, spent=18_00):
    return customer_claims.claim_by_receipt(
        pledge=pledge, purchase_minor=spent, photo=photo or a_photo()
    )


def test_a_receipt_is_written_anew_without_its_position(eves_pledge):
    exif = Image.Exif()
    exif[0x010E] = "at Eve's kitchen"
    file = BytesIO()
    Image.new("RGB", (300, 600), "white").save(file, "JPEG", exif=exif)
    assert b"kitchen" in file.getvalue()
    made = by_receipt(eves_pledge, file.getvalue())
    kept = made.photo
    assert (made.way_in, kept.content_type, kept.name) == ("receipt", "image/webp", "receipt.webp")
    assert b"kitchen" not in bytes(kept.content)
    assert Image.open(BytesIO(bytes(kept.content))).size == (300, 600)


def test_the_businesss_people_are_told_of_a_receipt(eves_pledge, ben):
    made = by_receipt(eves_pledge)
    key = f"redemption-to-confirm:{made.pk}:{ben.person.pk}"
    assert mails()[-1] == ("to_confirm", ben.person.email, key)
    assert last_mail().context["customer"] == "Eve Castellano"


@pytest.mark.parametrize("photo", [b"", b"<svg onload=alert(1)>", b"GIF89a" + b"\0" * 40])
def test_what_is_no_photograph_is_refused_and_nothing_stored(eves_pledge, oak_street, photo):
    before = row_counts(oak_street)
    _words, field = refusal(
        customer_claims.claim_by_receipt, pledge=eves_pledge, purchase_minor=1, photo=photo
    )
    assert field == "photo"
    assert row_counts(oak_street) == before


def test_a_refused_purchase_stores_no_photo(eves_pledge, ben, oak_street):
    make.a_claim(eves_pledge, by=ben)
    before = row_counts(oak_street)
    assert refusal(by_receipt, pledge=eves_pledge)[0].startswith("A purchase was counted")
    assert row_counts(oak_street) == before


def test_photos_are_forgotten_ninety_days_after_the_decision(eves_pledge, oak_street):
    made = by_receipt(eves_pledge)
    with time_machine.travel(made.confirm_due_at, tick=False):
        redemptions.confirm_silent(redemption=made)
    with time_machine.travel(made.confirm_due_at + timedelta(days=90, seconds=-1), tick=False):
        assert receipts.forget_photos(oak_street) == 0
    with time_machine.travel(made.confirm_due_at + timedelta(days=90), tick=False):
        assert receipts.forget_photos(oak_street) == 1
        assert receipts.forget_photos(oak_street) == 0
    made.refresh_from_db()
    assert (made.photo_id, made.state, StoredFile.objects.count()) == (None, "confirmed", 0)


def test_an_undecided_receipt_is_kept(eves_pledge, oak_street):
    by_receipt(eves_pledge)
    with time_machine.travel(clock.now() + timedelta(days=400)):
        assert receipts.forget_photos(oak_street) == 0


# --- entries that come late -----------------------------------------------------


def late(pledge, by, made_at, **fields):
    return make.a_claim(pledge, by=by, made_at=made_at, **fields)


@pytest.fixture
def noon(eves_pledge):
    """A pledge of five days ago, and now noon."""
    with time_machine.travel(NOON, tick=False):
        type(eves_pledge).objects.update(confirmed_at=NOON - timedelta(days=5))
        yield NOON


def test_an_entry_counts_when_it_was_made_and_may_be_questioned_from_now(eves_pledge, ben, noon):
    made = late(eves_pledge, ben, noon - timedelta(hours=30))
    assert (made.claimed_at, made.confirm_due_at) == (
        noon - timedelta(hours=30),
        noon + timedelta(hours=72),
    )


def test_how_old_and_how_far_ahead_an_entry_may_be(eves_pledge, ben, noon):
    def said(**away):
        moment = noon + timedelta(**away)
        return refusal(late, pledge=eves_pledge, by=ben, made_at=moment, apart=timedelta(0))[0]

    assert said(hours=-72) == ""
    assert said(hours=-72, seconds=-1).startswith("This purchase is more than 72 hours old")
    assert said(minutes=5) == ""
    assert said(minutes=17) == (
        "The clock of this device is ahead of ours: 17 minutes. "
        "Set it right and enter the purchase again."
    )
    assert Redemption.objects.filter(claimed_at__gt=noon).count() == 0


def test_not_before_the_pledge(eves_pledge, ben, noon):
    type(eves_pledge).objects.update(confirmed_at=noon - timedelta(hours=1))
    words, _field = refusal(late, pledge=eves_pledge, by=ben, made_at=noon - timedelta(hours=2))
    assert words == "This purchase was made before the pledge."


def test_ten_minutes_are_told_from_when_it_was_bought(eves_pledge, ben, noon):
    late(eves_pledge, ben, noon - timedelta(minutes=30))
    near = [
        bool(refusal(late, pledge=eves_pledge, by=ben, made_at=noon - timedelta(minutes=m))[0])
        for m in (39, 21, 40, 20)
    ]
    assert near == [True, True, False, False]


# --- a till by itself -----------------------------------------------------------


def test_a_customer_may_confirm_and_question_what_a_till_told(eves_pledge, bakery, ben):
    till, _secret = make.a_point_of_sale(business=bakery, by=ben)
    made = receive(point_of_sale=till, message=make.a_message(eves_pledge))
    assert (made.is_customers, made.may_be_disputed) == (False, True)
    assert customer_claims.confirm_by_customer(redemption=made).state == "confirmed"


def test_the_bounds_are_those_of_the_guide():
    assert (
        timedelta(hours=72),
        timedelta(minutes=5),
        timedelta(days=90),
    ) == (purchases.LATEST, purchases.AHEAD, receipts.KEPT)
