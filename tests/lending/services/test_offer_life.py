"""What becomes of an offer: taken back, declined, run out; and its truth box, which stays."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from alliance import clock
from alliance.models import Seat
from lending.models import (
    Lender,
    Loan,
    LoanApplication,
    LoanOffer,
    OfferState,
    Repayment,
)
from lending.services import loans, offers
from pledges.models import Pledge, PledgeDrive
from pledges.services import pledges
from tests.factories import lending as make
from tests.lending.reading import letters, path_of
from tests.lending.services.conftest import WORKED, Offering
from tests.pledges.reading import refusal

pytestmark = pytest.mark.django_db
COVER = "The payment is too high: the pledges would not cover it 1.5 times."
THIRD = "It is more than a third of what was pledged."
CAP = "It is more than you lend to one business."
NO_LOAN = "These figures make no loan. Please look at them again."


def test_the_last_offer_that_ends_puts_the_application_back(
    offering: Offering, shared: LoanApplication, ben: Seat, lena: Seat
) -> None:
    first, second = (
        offering(),
        make.an_offer(shared, by=ben, lender=make.a_lender(name="Other Bank")),
    )
    offers.take_back(offer=first, by=lena)
    assert path_of(shared)[-1] == "offered"
    offers.decline(offer=second, by=ben)
    assert path_of(shared)[-2:] == ["offered", "approved"]
    assert letters("offer-")[-2:] == [
        ("ben@example.org", "offer-withdrawn"), ("lena@example.org", "offer-declined"),
    ]  # fmt: skip


@pytest.mark.parametrize("end", ["take_back", "decline"])
def test_ending_twice_changes_nothing_and_otherwise_is_refused(
    offering: Offering, ben: Seat, lena: Seat, end: str
) -> None:
    offer = offering()
    acts = {
        "take_back": lambda: offers.take_back(offer=offer, by=lena),
        "decline": lambda: offers.decline(offer=offer, by=ben),
    }
    once, twice = acts[end](), acts[end]()
    other = next(name for name in acts if name != end)

    assert (once.state, once.ended_at) == (twice.state, twice.ended_at)
    assert refusal(acts[other])[0].startswith("This offer is ")
    assert refusal(loans.accept, offer=offer, by=ben)[0] == "This offer is not open any more."
    assert len(letters("offer-")) == 2


def test_only_the_sides_end_it(
    offering: Offering, ben: Seat, lena: Seat, ada: Seat, otis: Seat
) -> None:
    offer = offering()
    for seat in (ben, ada, otis):
        assert refusal(offers.take_back, offer=offer, by=seat)[0].startswith("Only ")
    for seat in (lena, ada, otis):
        assert refusal(offers.decline, offer=offer, by=seat)[0].startswith("Only ")
    assert LoanOffer.objects.get().state == "open"


def test_an_offer_runs_out_at_its_midnight_and_not_before(
    offering: Offering, shared: LoanApplication, ben: Seat
) -> None:
    offer = offering()
    with clock.at(offer.expires_at - timedelta(seconds=1)):
        assert offers.expire(offer=offer).state == "open"
        assert LoanOffer.objects.open().exists()
    with clock.at(offer.expires_at):
        # Nobody has swept yet, and it is over all the same.
        assert refusal(loans.accept, offer=offer, by=ben)[0] == "This offer is not open any more."
        assert offers.expire(offer=offer).state == "expired"
        assert offers.expire(offer=offer).state == "expired"
        assert offering().state == "open"
    assert path_of(shared)[-3:] == ["offered", "approved", "offered"]


def test_one_that_ran_out_and_was_not_swept_makes_room_for_another(
    offering: Offering, shared: LoanApplication
) -> None:
    first = offering()
    with clock.at(first.expires_at):
        offering()
    states = list(shared.offers.order_by("id").values_list("state", flat=True))
    assert states == [OfferState.EXPIRED, OfferState.OPEN]


# --- what was shown stays ------------------------------------------------------------


def test_the_truth_box_stays_as_it_was_shown(
    offering: Offering, backed: PledgeDrive, shared: LoanApplication, oak_bank: Lender
) -> None:
    offer = offering(upfront_fee_minor=50_00, monthly_fee_minor=9_00)
    reckoned = offers.reckon(shared, oak_bank, replace(
        WORKED, upfront_fee_minor=50_00, monthly_fee_minor=9_00,
    )).truth  # fmt: skip
    for pledge in Pledge.objects.filter(drive=backed)[:50]:
        pledges.cancel(pledge=pledge)
    offer = LoanOffer.objects.get(pk=offer.pk)

    assert offer.truth_box == reckoned
    assert (offer.base_minor, offer.pledgers) == (24_000_00, 100)
    assert (offer.truth_box.received_minor, offer.truth_box.fees_minor) == (4_750_00, 158_00)
    assert offer.truth_box.total_due_minor == 4_904_36 + 12 * 9_00
    now = offers.reckon(shared, oak_bank, WORKED).truth
    assert now.cover == Decimal("0.8515") < offer.truth_box.cover


def test_pledges_that_went_stand_against_signing_and_the_lender_hears_once_a_day(
    offering: Offering, backed: PledgeDrive, ben: Seat, shared: LoanApplication
) -> None:
    offer = offering()
    for pledge in Pledge.objects.filter(drive=backed)[:11]:
        pledges.cancel(pledge=pledge)
    # 89 × $240: 1.514 times. One more and it is 1.498.
    assert offers.against_today(offer) == []
    pledges.cancel(pledge=Pledge.objects.filter(drive=backed, state="active").first())

    assert refusal(loans.accept, offer=offer, by=ben)[0] == (
        f"Pledges have changed since this offer was made. {COVER}"
    )
    assert (Loan.objects.count(), path_of(shared)[-1]) == (0, "offered")
    assert letters("base-fell") == [("lena@example.org", "base-fell")]
    with clock.at(clock.now() + timedelta(days=1)):
        pledges.cancel(pledge=Pledge.objects.filter(drive=backed, state="active").first())
    assert len(letters("base-fell")) == 2


def test_where_no_pledge_is_left_nothing_is_reckoned_or_signed(
    offering: Offering, backed: PledgeDrive, ben: Seat, shared: LoanApplication, oak_bank: Lender
) -> None:
    offer = offering()
    Pledge.objects.filter(drive=backed).update(
        state="cancelled", ended_at=clock.now(), amount_minor=F("amount_minor")
    )
    said = "No pledge stands behind this drive any more."

    assert refusal(offers.reckon, application=shared, lender=oak_bank, terms=WORKED)[0] == said
    assert said in refusal(loans.accept, offer=offer, by=ben)[0]


def test_a_flexible_offer_tells_its_share(offering: Offering) -> None:
    """At h* = .58: 4,904.36 / (.58 × 24,000) = 35.2%; at .75 it would be 27.2%."""
    from lending.queries.truth import truth_of

    found = truth_of(offering(repayment=Repayment.FLEXIBLE))

    assert (str(found.share), found.floor_minor) == ("35.2", 272_46)
