"""What loans do when a pledge or a drive changes; the neighbour's are untouched."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from lending.models import Lender, Loan, LoanApplication, LoanOffer
from pledges.models import Pledge, PledgeDrive
from pledges.services import drives, pledges
from tests.factories import lending as make
from tests.lending.reading import letters, moments

pytestmark = pytest.mark.django_db


def one_of(drive: PledgeDrive) -> Pledge:
    return Pledge.objects.filter(drive=drive, state="active").order_by("id").first()


@pytest.mark.parametrize("how", ["cancel", "lower", "void"])
def test_a_pledge_that_falls_is_told_to_the_lender_of_a_running_loan(
    in_oak_street: Alliance, loan: Loan, ada: Seat, how: str
) -> None:
    pledge = one_of(loan.drive)
    match how:
        case "cancel":
            pledges.cancel(pledge=pledge)
        case "lower":
            pledges.change_amount(pledge=pledge, amount_minor=230_00)
        case "void":
            pledges.void(pledge=pledge, reason="Made up.", by=ada)

    assert letters("loan-base-fell") == [("lena@example.org", "loan-base-fell")]
    assert moments(loan)[2:] == ["base_fell"]


def test_once_a_day_however_many_fall(in_oak_street: Alliance, loan: Loan) -> None:
    for days in (0, 0, 0, 1, 1):
        with clock.at(clock.now() + timedelta(days=days)):
            pledges.cancel(pledge=one_of(loan.drive))

    assert len(letters("loan-base-fell")) == 2
    assert moments(loan)[2:] == ["base_fell", "base_fell"]


def test_a_pledge_that_rises_is_not_told(in_oak_street: Alliance, loan: Loan) -> None:
    pledges.change_amount(pledge=one_of(loan.drive), amount_minor=250_00)

    assert (letters("loan-base-fell"), moments(loan)[2:]) == ([], [])


def test_a_closed_loan_is_nobodys_worry(in_oak_street: Alliance, loan: Loan) -> None:
    make.a_payment(loan, 6_000_00)
    pledges.cancel(pledge=one_of(loan.drive))

    assert letters("loan-base-fell") == []


def test_lenders_with_an_open_offer_are_told_and_those_whose_ended_are_not(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender
) -> None:
    application = make.an_approved_application(backed, by=ben)
    make.an_offer(application, by=ben, lender=oak_bank)
    fern = make.a_lender(name="Fern Fund")
    other = make.an_offer(application, by=ben, lender=fern)
    make.a_lender_seat(fern, "Fay")
    make.offers.decline(offer=other, by=ben)
    pledges.cancel(pledge=one_of(backed))

    assert letters("base-fell") == [("lena@example.org", "base-fell")]


def test_a_drive_that_ends_tells_the_lender_of_a_running_loan_which_goes_on(
    in_oak_street: Alliance, loan: Loan, ada: Seat
) -> None:
    drives.end_drive(drive=loan.drive, reason="Moved away.", by=ada)

    assert Loan.objects.get().state == "active"
    assert letters("loan-base-fell") == [("lena@example.org", "loan-base-fell")]


def test_a_drive_that_ends_takes_back_what_was_offered_and_tells(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, ada: Seat, oak_bank: Lender
) -> None:
    application = make.an_approved_application(backed, by=ben)
    make.an_offer(application, by=ben, lender=oak_bank)
    drives.end_drive(drive=backed, reason="Moved away.", by=ada)

    assert LoanApplication.objects.get().state == "withdrawn"
    assert LoanOffer.objects.get().state == "declined"
    assert letters("offer-declined") == [("lena@example.org", "offer-declined")]


@pytest.mark.parametrize("is_financed", [False, True])
def test_a_drive_that_ends_calls_an_accepted_loan_off(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, ada: Seat, is_financed: bool
) -> None:
    loan = make.an_accepted_loan(backed, by=ben)
    if is_financed:
        with clock.at(loan.cooling_ends_at):
            make.loans.finish_cooling(loan=loan)
    backed.refresh_from_db()
    drives.end_drive(drive=backed, reason="Moved away.", by=ada)

    assert Loan.objects.get().state == "called_off"
    assert LoanApplication.objects.get().state == "withdrawn"
    assert PledgeDrive.objects.get(pk=backed.pk).state == "ended_early"


def test_the_neighbours_are_untouched(
    oak_street: Alliance, loan: Loan, their_loan: Loan, ada: Seat
) -> None:
    with in_alliance(oak_street):
        pledges.cancel(pledge=one_of(loan.drive))
        drives.end_drive(drive=loan.drive, reason="Moved away.", by=ada)
    with in_alliance(their_loan.alliance):
        assert Loan.objects.get().state == "active"
        assert LoanApplication.objects.get().state == "accepted"
        assert (letters("loan-base-fell"), moments(their_loan)[2:]) == ([], [])
