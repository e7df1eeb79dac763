"""Offers: what may be offered, what stands against it, and what it becomes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from alliance.errors import DomainError
from alliance.models import Alliance, Role, Seat
from alliance.services.seats import give_seat
from lending.models import (
    Lender,
    Loan,
    LoanApplication,
    LoanOffer,
    Sharing,
)
from lending.services import applications, lenders, loans, offers
from pledges.models import PledgeDrive
from tests.factories import lending as make
from tests.lending.reading import letters, path_of
from tests.lending.services.conftest import WORKED, Offering
from tests.pledges.reading import refusal

pytestmark = pytest.mark.django_db
COVER = "The payment is too high: the pledges would not cover it 1.5 times."
THIRD = "It is more than a third of what was pledged."
CAP = "It is more than you lend to one business."
NO_LOAN = "These figures make no loan. Please look at them again."


# --- what may be offered ----------------------------------------------------------


def test_an_offer_stands_for_two_weeks_and_the_business_is_told(
    offering: Offering, shared: LoanApplication
) -> None:
    offer = offering()
    local = offer.expires_at.astimezone(shared.alliance.zone)
    made = offer.created_at.astimezone(shared.alliance.zone)

    assert (local.hour, local.minute, (local.date() - made.date()).days) == (0, 0, 15)
    assert (offer.state, offer.base_minor, offer.pledgers) == ("open", 24_000_00, 100)
    assert (str(offer.honour), str(offer.margin)) == ("0.58", "0.60")
    assert path_of(shared)[-1] == "offered"
    assert letters("offer-made") == [("ben@example.org", "offer-made")]


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        # 33% of the base at h* = .58: cover 1.03. It is no more than a third.
        ({"amount_minor": 7_920_00}, COVER),
        ({"amount_minor": 7_920_01}, f"{THIRD} {COVER}"),
        ({"amount_minor": 12_000_00}, f"{THIRD} {COVER}"),
        ({"amount_minor": 25_000_00}, f"{THIRD} {CAP} {COVER}"),
        # At a margin of .60 the dearest covered payment is 464.00.
        ({"amount_minor": 5_449_00}, ""),
        ({"amount_minor": 5_450_00}, COVER),
        ({"months": 10}, COVER),
        ({"apr": Decimal("0.30")}, COVER),
        ({"apr": Decimal("0.28")}, ""),
        ({"apr": Decimal(0)}, ""),
        ({"apr": Decimal(4), "amount_minor": 1_300_00}, ""),
        ({"apr": Decimal(4)}, COVER),
        ({"months": 1, "amount_minor": 460_00}, ""),
        ({"months": 1, "amount_minor": 465_00}, COVER),
        ({"months": 60}, ""),
        ({"upfront_fee_minor": 4_799_99}, ""),
        ({"upfront_fee_minor": 4_800_00}, NO_LOAN),
        ({"upfront_fee_minor": 9_999_99}, NO_LOAN),
        ({"upfront_fee_minor": -1}, NO_LOAN),
        ({"monthly_fee_minor": -1}, NO_LOAN),
        ({"monthly_fee_minor": 99_00}, ""),
        ({"amount_minor": 0}, NO_LOAN),
        ({"amount_minor": 99_99}, NO_LOAN),
        ({"amount_minor": -4_800_00}, NO_LOAN),
        ({"amount_minor": 4_800_00.0}, NO_LOAN),
        ({"apr": Decimal("4.01")}, NO_LOAN),
        ({"apr": Decimal("-0.01")}, NO_LOAN),
        ({"apr": Decimal("NaN")}, NO_LOAN),
        ({"apr": Decimal("0.03990001")}, NO_LOAN),
        ({"months": 0}, NO_LOAN),
        ({"months": 61}, NO_LOAN),
    ],
)
def test_what_stands_against_an_offer_is_said(
    offering: Offering, shared: LoanApplication, terms: dict[str, object], said: str
) -> None:
    assert refusal(offering, **terms)[0] == said
    assert shared.offers.count() == (0 if said else 1)


def test_at_the_default_margin_the_specifications_limit_is_the_limit(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender, lena: Seat
) -> None:
    application = make.an_approved_application(
        backed, by=ben, amount_minor=4_541_00, margin=Decimal("0.50")
    )
    applications.share(application=application, lender=oak_bank, by=ben)
    here = {"application": application, "lender": oak_bank, "by": lena}

    most = replace(WORKED, amount_minor=4_541_00)
    assert refusal(offers.make, **here, terms=replace(WORKED, amount_minor=4_542_00))[0] == COVER
    assert offers.make(**here, terms=most).truth_box.payment_minor <= 386_67


def test_the_lenders_own_cap_holds(
    offering: Offering, oak_bank: Lender, ada: Seat, shared: LoanApplication
) -> None:
    lenders.change_lender(lender=oak_bank, by=ada, cap_minor=4_000_00)
    oak_bank.refresh_from_db()
    assert refusal(offering)[0] == CAP
    lenders.change_lender(lender=oak_bank, by=ada, cap_minor=None)
    oak_bank.refresh_from_db()
    assert offering().amount_minor == 4_800_00


def test_a_rung_has_its_own_most(
    in_oak_street: Alliance, backed: PledgeDrive, offering: Offering
) -> None:
    PledgeDrive.objects.filter(pk=backed.pk).update(rung="starter")

    assert "It is more than a drive of this kind may borrow." in refusal(offering)[0]


# --- who may offer, and when --------------------------------------------------------


def test_only_whoever_speaks_for_the_lender_offers(
    offering: Offering, shared: LoanApplication, oak_bank: Lender, ada: Seat, otis: Seat, ben: Seat
) -> None:
    other = make.a_lender_seat(make.a_lender(name="Other Bank"), "Otto")
    here = {"application": shared, "lender": oak_bank, "terms": WORKED}

    for seat in (ada, otis, ben, other):
        assert refusal(offers.make, **here, by=seat)[0] == "Only Oak Savings Bank can do that."
    assert offering().made_by.person.name == "Lena"


def test_a_borrower_who_speaks_for_a_lender_offers_nothing_to_themselves(
    shared: LoanApplication, oak_bank: Lender, ben: Seat
) -> None:
    bens = make.a_lender_seat(oak_bank, "Ben")

    said = refusal(offers.make, application=shared, lender=oak_bank, terms=WORKED, by=bens)[0]
    assert said == "Somebody else has to decide about your own business."


def test_what_is_not_shared_gets_no_offer(
    approved: LoanApplication, oak_bank: Lender, lena: Seat, ben: Seat
) -> None:
    here = {"application": approved, "lender": oak_bank, "terms": WORKED, "by": lena}
    closed = "This application is not open to you any more."
    assert refusal(offers.make, **here)[0] == closed
    sharing = applications.share(application=approved, lender=oak_bank, by=ben)
    applications.unshare(sharing=sharing, by=ben)
    assert refusal(offers.make, **here)[0] == closed
    applications.share(application=approved, lender=oak_bank, by=ben)
    assert offers.make(**here).state == "open"


@pytest.mark.parametrize("state", ["draft", "submitted", "accepted", "declined", "withdrawn"])
def test_only_what_was_approved_gets_offers(
    offering: Offering, shared: LoanApplication, state: str
) -> None:
    LoanApplication.objects.filter(pk=shared.pk).update(state=state)

    assert refusal(offering)[0] == "This application is not open to you any more."


def test_one_open_offer_of_a_lender_and_one_of_each(
    offering: Offering, shared: LoanApplication, ben: Seat, lena: Seat
) -> None:
    first = offering()
    assert refusal(offering)[0] == "Your offer is open already. Take it back to make another."
    make.an_offer(shared, by=ben, lender=make.a_lender(name="Other Bank"))
    offers.take_back(offer=first, by=lena)
    assert offering(months=18).months == 18
    assert shared.offers.open().count() == 2


# --- the neighbour's -----------------------------------------------------------------


def test_nothing_of_the_neighbours_can_be_named(
    offering: Offering, shared: LoanApplication, their_loan: Loan, lena: Seat, ben: Seat,
    oak_bank: Lender,
) -> None:  # fmt: skip
    theirs = their_loan.offer
    before = (Sharing.objects.count(), LoanOffer.objects.count())
    missing = (PledgeDrive.DoesNotExist, Lender.DoesNotExist, DomainError)

    for act in (
        lambda: offers.make(application=theirs.application, lender=oak_bank, terms=WORKED, by=lena),
        lambda: offers.make(application=shared, lender=their_loan.lender, terms=WORKED, by=lena),
        lambda: offers.take_back(offer=theirs, by=lena),
        lambda: offers.decline(offer=theirs, by=ben),
        lambda: offers.expire(offer=theirs),
        lambda: loans.accept(offer=theirs, by=ben),
    ):
        with pytest.raises(missing):
            act()
    assert (Sharing.objects.count(), LoanOffer.objects.count()) == before


def test_a_seat_of_the_neighbours_speaks_for_nobody_here(
    shared: LoanApplication, oak_bank: Lender, dan: Seat
) -> None:
    said = refusal(offers.make, application=shared, lender=oak_bank, terms=WORKED, by=dan)[0]
    assert said == "Only Oak Savings Bank can do that."


def test_a_seat_that_ended_speaks_for_nobody(
    offering: Offering, oak_bank: Lender, lena: Seat, ada: Seat
) -> None:
    give_seat(person=lena.person, role=Role.LENDER, by=None)
    lenders.end_place(place=oak_bank.places.get(), by=ada)

    assert refusal(offering)[0] == "Only Oak Savings Bank can do that."
