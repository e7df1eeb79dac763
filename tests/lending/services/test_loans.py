"""A loan until it is paid out: signed, thought over, called off, paid out."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alliance import clock
from alliance.models import Alliance, Role, Seat
from alliance.services.seats import give_seat
from lending.models import Lender, Loan, LoanApplication, LoanOffer
from lending.services import applications, lenders, loans, payouts
from pledges.models import PledgeDrive
from tests.factories import lending as make
from tests.lending.reading import in_the_books, letters, moments, noon, path_of
from tests.pledges.reading import refusal

pytestmark = pytest.mark.django_db
# oak_street's clocks.
HERE = ZoneInfo("America/Los_Angeles")
SIGNED = datetime(2026, 1, 5, 18, tzinfo=UTC)


@pytest.fixture
def accepted(in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender) -> Loan:
    """The worked case, signed on 5 January 2026."""
    with clock.at(SIGNED):
        return make.an_accepted_loan(backed, by=ben, lender=oak_bank)


def state_of(loan: Loan) -> str:
    return Loan.objects.get(pk=loan.pk).state


def drive_of(loan: Loan) -> str:
    return PledgeDrive.objects.get(pk=loan.drive_id).state


# --- signing ------------------------------------------------------------------


def test_a_signed_offer_is_a_loan_and_the_lender_is_told(
    accepted: Loan, lena: Seat, in_oak_street: Alliance
) -> None:
    application = accepted.offer.application

    assert (accepted.reference, accepted.state, accepted.balance_minor) == ("L-0001", "accepted", 0)
    assert path_of(application)[-1] == "accepted"
    assert LoanOffer.objects.get().state == "accepted"
    assert drive_of(accepted) == "qualified"
    assert moments(accepted) == ["accepted"]
    assert in_the_books(accepted) == (0, 0, 0, 0)
    # Whoever speaks for the lender is told, by the seat that had made the offer.
    assert letters("loan-accepted") == [("lena@example.org", "loan-accepted")]


def test_only_the_business_signs_and_no_person_of_a_lender(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, ada: Seat, otis: Seat, oak_bank: Lender
) -> None:
    application = make.an_approved_application(backed, by=ben)
    offer = make.an_offer(application, by=ben, lender=oak_bank)
    lena = oak_bank.places.get().seat
    only = (f"Only {backed.business} can do that.", None)

    for seat in (ada, otis, lena):
        assert refusal(loans.accept, offer=offer, by=seat) == only
    bens = make.a_lender_seat(make.a_lender(name="Fern Fund"), "Ben")
    assert refusal(loans.accept, offer=offer, by=ben)[0] == (
        "You speak for a lender; somebody else has to sign for the business."
    )
    lenders.end_place(place=bens.lends_for.get(), by=ada)
    assert loans.accept(offer=offer, by=ben).state == "accepted"


def test_one_offer_is_signed_once_and_no_other_beside_it(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender
) -> None:
    application = make.an_approved_application(backed, by=ben)
    first = make.an_offer(application, by=ben, lender=oak_bank)
    second = make.an_offer(application, by=ben, lender=make.a_lender())
    loans.accept(offer=first, by=ben)

    for offer in (first, second):
        assert refusal(loans.accept, offer=offer, by=ben)[0] != ""
    assert Loan.objects.count() == 1


def test_while_a_loan_is_agreed_on_no_other_is_applied_for(
    accepted: Loan, backed: PledgeDrive, ben: Seat
) -> None:
    assert refusal(make.a_draft_application, drive=backed, by=ben)[0] != ""


# --- thinking again -------------------------------------------------------------


@pytest.mark.parametrize(
    ("signed", "midnight"),
    [
        # Winter: eight hours behind. Signed late in the evening it is the same local day.
        (datetime(2026, 1, 5, 18, tzinfo=HERE), datetime(2026, 1, 9, 8, tzinfo=UTC)),
        (datetime(2026, 1, 5, 23, 59, tzinfo=HERE), datetime(2026, 1, 9, 8, tzinfo=UTC)),
        (datetime(2026, 1, 6, 0, 0, tzinfo=HERE), datetime(2026, 1, 10, 8, tzinfo=UTC)),
        # 8 March has 23 hours, 1 November 25.
        (datetime(2026, 3, 6, 12, tzinfo=HERE), datetime(2026, 3, 10, 7, tzinfo=UTC)),
        (datetime(2026, 10, 30, 12, tzinfo=HERE), datetime(2026, 11, 3, 8, tzinfo=UTC)),
    ],
)
def test_three_days_end_at_the_local_midnight(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender,
    signed: datetime, midnight: datetime,
) -> None:  # fmt: skip
    assert in_oak_street.zone == HERE
    with clock.at(signed):
        loan = make.an_accepted_loan(backed, by=ben, lender=oak_bank)
    assert loan.cooling_ends_at == midnight
    with clock.at(midnight):
        assert refusal(loans.change_mind, loan=loan, by=ben)[0] == (
            "The days to change your mind are over. Please talk to the lender."
        )
    with clock.at(midnight - timedelta(seconds=1)):
        assert refusal(payouts.pay_out, loan=loan, on=loans.today(), by=lena_of(loan))[0] == (
            "The borrower may still change their mind. Please wait until then."
        )
        assert loans.change_mind(loan=loan, by=ben).state == "called_off"


def lena_of(loan: Loan) -> Seat:
    return loan.lender.places.get().seat


def test_who_steps_back_leaves_everything_as_before_the_offer(
    accepted: Loan, ben: Seat, lena: Seat
) -> None:
    with clock.at(SIGNED + timedelta(days=1)):
        for _press in range(2):
            assert loans.change_mind(loan=accepted, by=ben).state == "called_off"
    application = LoanApplication.objects.get()

    assert path_of(application)[-2:] == ["accepted", "approved"]
    assert (LoanOffer.objects.get().state, drive_of(accepted)) == ("declined", "qualified")
    assert moments(accepted) == ["accepted", "called_off"]
    assert letters("loan-called-off") == [
        ("ben@example.org", "loan-called-off"), ("lena@example.org", "loan-called-off"),
    ]  # fmt: skip
    with clock.at(SIGNED + timedelta(days=2)):
        again = make.an_offer(application, by=ben, lender=accepted.lender)
        assert loans.accept(offer=again, by=ben).reference == "L-0002"


def test_other_open_offers_stand_again_when_one_is_called_off(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender
) -> None:
    application = make.an_approved_application(backed, by=ben)
    first = make.an_offer(application, by=ben, lender=oak_bank)
    second = make.an_offer(application, by=ben, lender=make.a_lender())
    loan = loans.accept(offer=first, by=ben)
    loans.change_mind(loan=loan, by=ben)

    assert path_of(application)[-1] == "offered"
    assert loans.accept(offer=second, by=ben).state == "accepted"


def test_only_the_business_thinks_again_and_only_the_lender_calls_off(
    accepted: Loan, ben: Seat, ada: Seat, otis: Seat, lena: Seat
) -> None:
    with clock.at(SIGNED):
        for seat in (ada, otis, lena):
            assert refusal(loans.change_mind, loan=accepted, by=seat)[0].startswith("Only ")
        for seat in (ben, ada, otis):
            assert refusal(loans.call_off, loan=accepted, by=seat, reason="x")[0] == (
                "Only Oak Savings Bank can do that."
            )
    assert state_of(accepted) == "accepted"


def test_the_lender_calls_off_with_a_reason_even_after_the_days_and_the_drive_goes_back(
    accepted: Loan, lena: Seat, ben: Seat
) -> None:
    assert refusal(loans.call_off, loan=accepted, by=lena, reason=" ") == (
        "Say why; the business reads it.", "reason",
    )  # fmt: skip
    with clock.at(noon("2026-01-12")):
        loans.finish_cooling(loan=accepted)
        assert drive_of(accepted) == "financed"
        loans.call_off(loan=accepted, by=lena, reason="Our licence was not renewed.")
    assert (state_of(accepted), drive_of(accepted)) == ("called_off", "qualified")
    assert LoanOffer.objects.get().state == "withdrawn"
    assert accepted.steps.latest("id").reason == "Our licence was not renewed."
    assert refusal(loans.call_off, loan=accepted, by=lena, reason="x")[0] == (
        "This loan is called off now."
    )


def test_after_the_days_the_drive_is_financed_once_and_other_offers_end(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender
) -> None:
    with clock.at(SIGNED):
        application = make.an_approved_application(backed, by=ben)
        first = make.an_offer(application, by=ben, lender=oak_bank)
        fern = make.a_lender(name="Fern Fund")
        second = make.an_offer(application, by=ben, lender=fern)
        make.a_lender_seat(fern, "Fay")
        loan = loans.accept(offer=first, by=ben)
        loans.finish_cooling(loan=loan)
        assert drive_of(loan) == "qualified"
    for _hour in range(2):
        with clock.at(loan.cooling_ends_at):
            loans.finish_cooling(loan=loan)
    second.refresh_from_db()

    assert (drive_of(loan), second.state) == ("financed", "declined")
    assert ("fay@example.org", "offer-declined") in letters("offer-declined")
    assert backed.steps.filter(to_state="financed").count() == 1


# --- the neighbour's ---------------------------------------------------------------


def test_nothing_of_the_neighbours_can_be_named(
    in_oak_street: Alliance, their_loan: Loan, ben: Seat, lena: Seat
) -> None:
    missing = (LoanApplication.DoesNotExist, PledgeDrive.DoesNotExist, Loan.DoesNotExist)
    for act in (
        lambda: loans.accept(offer=their_loan.offer, by=ben),
        lambda: loans.change_mind(loan=their_loan, by=ben),
        lambda: loans.call_off(loan=their_loan, by=lena, reason="x"),
        lambda: loans.finish_cooling(loan=their_loan),
        lambda: payouts.pay_out(loan=their_loan, on=date(2026, 1, 10), by=lena),
    ):
        with pytest.raises(missing):
            act()


def test_their_number_one_does_not_take_ours(
    in_oak_street: Alliance, their_loan: Loan, loan: Loan
) -> None:
    assert (their_loan.reference, loan.reference) == ("L-0001", "L-0001")
    assert loans._next_number() == 2


def test_an_officer_who_is_the_borrower_does_not_sign_by_that_seat(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender
) -> None:
    application = make.an_approved_application(backed, by=ben)
    offer = make.an_offer(application, by=ben, lender=oak_bank)
    officer = give_seat(person=ben.person, role=Role.LENDING_OFFICER, by=None)

    assert refusal(loans.accept, offer=offer, by=officer)[0].startswith("Only ")
    assert applications.LoanApplication.objects.get().state == "offered"
