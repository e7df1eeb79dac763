"""Beat's hour over two alliances."""

import pytest

from alliance import clock
from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from lending.models import Lender, Loan, LoanOffer
from lending.tasks import pass_days
from pledges.models import PledgeDrive
from tests.factories import lending as make
from tests.lending.conftest import PAID_OUT
from tests.lending.reading import in_the_books, letters, moments, noon

pytestmark = pytest.mark.django_db


def test_both_alliances_loans_grow_a_day_older_each_in_its_own_zone(
    oak_street: Alliance, loan: Loan, their_loan: Loan
) -> None:
    """At 6:30 in UTC on the 11th it is the 11th in New York, and still the 10th here."""
    with clock.at(noon("2026-02-11").replace(hour=6, minute=30)):
        pass_days()
    with in_alliance(oak_street):
        assert (Loan.objects.get().state, in_the_books(loan)[1]) == ("active", 15_96)
    with in_alliance(their_loan.alliance):
        assert (Loan.objects.get().state, in_the_books(their_loan)[1]) == ("in_arrears", 15_96)
    with clock.at(noon("2026-02-11")):
        pass_days()
        pass_days()
    with in_alliance(oak_street):
        assert moments(loan)[2:] == ["late"]
        assert len(letters("loan-late")) == 2
    with in_alliance(their_loan.alliance):
        assert moments(their_loan)[2:] == ["late"]


def test_offers_run_out_and_days_to_think_end(
    oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender, their_loan: Loan
) -> None:
    with in_alliance(oak_street), clock.at(PAID_OUT):
        application = make.an_approved_application(backed, by=ben)
        first = make.an_offer(application, by=ben, lender=oak_bank)
        make.an_offer(application, by=ben, lender=make.a_lender())
        loan = make.loans.accept(offer=first, by=ben)
    with clock.at(noon("2026-01-12")):
        pass_days()
    with in_alliance(oak_street):
        assert PledgeDrive.objects.get(pk=loan.drive_id).state == "qualified"
    with clock.at(loan.cooling_ends_at):
        pass_days()
    with in_alliance(oak_street):
        assert PledgeDrive.objects.get(pk=loan.drive_id).state == "financed"
        states = LoanOffer.objects.order_by("id").values_list("state", flat=True)
        assert list(states) == ["accepted", "declined"]


def test_an_offer_that_nobody_took_runs_out(
    oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender
) -> None:
    with in_alliance(oak_street), clock.at(PAID_OUT):
        offer = make.an_offer(make.an_approved_application(backed, by=ben), by=ben, lender=oak_bank)
    with clock.at(offer.expires_at):
        pass_days()
    with in_alliance(oak_street):
        assert LoanOffer.objects.get().state == "expired"
        assert LoanOffer.objects.get().application.state == "approved"
