"""What the tests of loans start from: the worked case of the specification."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from alliance import clock
from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from lending.models import Lender, Loan
from members.models import Business
from members.services.businesses import add_representative
from pledges.models import PledgeDrive
from tests.factories import lending as make
from tests.factories.pledges import a_business
from tests.remembered import remembered

# A loan paid out this day has its payments on the tenth of each month.
PAID_OUT = datetime(2026, 1, 10, 18, tzinfo=UTC)


@pytest.fixture
def otis(oak_street: Alliance, ada: Seat) -> Seat:
    """Otis is oak_street's lending officer."""
    with in_alliance(oak_street):
        return make.an_officer("Otis")


@pytest.fixture
def oak_bank(oak_street: Alliance) -> Lender:
    """A lender of oak_street."""
    with in_alliance(oak_street):
        return make.a_lender(name="Oak Savings Bank", kind="bank")


@pytest.fixture
def lena(oak_street: Alliance, oak_bank: Lender) -> Seat:
    """Lena speaks for the bank."""
    with in_alliance(oak_street):
        return make.a_lender_seat(oak_bank, "Lena")


@pytest.fixture
def backed(oak_street: Alliance, bakery: Business, ben: Seat) -> PledgeDrive:
    """The bakery's drive, qualified with 100 pledges of $240."""

    def build() -> PledgeDrive:
        with in_alliance(oak_street):
            return make.a_backed_drive(business=bakery, by=ben)

    return remembered("backed", build, alliance=oak_street)


@pytest.fixture
def loan(oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender) -> Loan:
    """The worked case, paid out on 10 January 2026: $4,800 at 3.99% over twelve months."""

    def build() -> Loan:
        with in_alliance(oak_street):
            return make.a_loan(backed, by=ben, lender=oak_bank, paid_out_at=PAID_OUT)

    return remembered("loan", build, alliance=oak_street)


@pytest.fixture
def their_loan(neighbour: SimpleNamespace) -> Loan:
    """A loan of the neighbour alliance, with everything that leads to one."""
    with in_alliance(neighbour.alliance), clock.at(PAID_OUT):
        shop = a_business(trade_name="Gail's Garage", slug="gails-garage")
        gail = add_representative(business=shop, person=make.a_person("Gail"), by=None).seat
        drive = make.a_backed_drive(business=shop, by=gail)
        return make.a_loan(drive, by=gail, paid_out_at=PAID_OUT)
