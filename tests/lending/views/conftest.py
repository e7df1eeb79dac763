"""Who stands at the lender's desk: Lena of the bank, Sol of another lender, both with data."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from lending.models import Lender, Loan, LoanApplication
from lending.services import applications
from members.models import Business
from members.services.businesses import add_representative
from pledges.models import PledgeDrive
from tests.factories import lending as make
from tests.factories.pledges import a_business


@pytest.fixture
def shared(
    oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender
) -> LoanApplication:
    """Ben's approved application for $4,800, which the bank may see."""
    with in_alliance(oak_street):
        application = make.an_approved_application(backed, by=ben)
        applications.share(application=application, lender=oak_bank, by=ben)
        return application


@pytest.fixture
def hill_fund(oak_street: Alliance) -> Lender:
    """Another lender of oak_street."""
    with in_alliance(oak_street):
        return make.a_lender(name="Hill Revolving Fund", kind="revolving_fund")


@pytest.fixture
def sol(oak_street: Alliance, hill_fund: Lender) -> Seat:
    """Sol speaks for the fund, and for nobody else."""
    with in_alliance(oak_street):
        return make.a_lender_seat(hill_fund, "Sol")


@pytest.fixture
def florist(oak_street: Alliance) -> tuple[Business, Seat]:
    """Another member business, and Flo who owns it."""
    with in_alliance(oak_street):
        shop = a_business(trade_name="Flo's Flowers", slug="flos-flowers")
        return shop, add_representative(business=shop, person=make.a_person("Flo"), by=None).seat


@pytest.fixture
def fund_application(
    oak_street: Alliance, florist: tuple[Business, Seat], hill_fund: Lender
) -> LoanApplication:
    """Flo's application, which the fund may see and the bank may not."""
    shop, flo = florist
    with in_alliance(oak_street):
        drive = make.a_backed_drive(business=shop, by=flo, title="A cold room")
        application = make.an_approved_application(drive, by=flo)
        applications.share(application=application, lender=hill_fund, by=flo)
        return application


@pytest.fixture
def at_the_bank(visit: Callable[..., Client], oak_street: Alliance, lena: Seat) -> Client:
    """Lena's browser."""
    return visit(oak_street, lena)


@pytest.fixture
def at_the_desk(visit: Callable[..., Client], oak_street: Alliance, ada: Seat) -> Client:
    """Ada's browser."""
    return visit(oak_street, ada)


def noon(year: int, month: int, day: int) -> datetime:
    """Noon of a day in oak_street."""
    return datetime(year, month, day, 20, tzinfo=UTC)


def fresh(loan: Loan) -> Loan:
    """The loan as its row is now."""
    return Loan.objects.select_related("offer__application", "lender", "drive__business").get(
        pk=loan.pk
    )
