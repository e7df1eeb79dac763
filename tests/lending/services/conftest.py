"""Applications and offers on the worked case, step by step."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from alliance.models import Alliance, Seat
from lending.models import Lender, LoanApplication, LoanOffer
from lending.services import applications, offers
from lending.services.offers import Terms
from pledges.models import PledgeDrive
from tests.factories import lending as make

WORKED = make.WORKED
Offering = Callable[..., LoanOffer]


@pytest.fixture
def olive(in_oak_street: Alliance) -> Seat:
    """Olive is a lending officer too."""
    return make.an_officer("Olive")


@pytest.fixture
def submitted(in_oak_street: Alliance, backed: PledgeDrive, ben: Seat) -> LoanApplication:
    """The worked case, handed in."""
    return make.an_application(backed, by=ben)


@pytest.fixture
def approved(in_oak_street: Alliance, backed: PledgeDrive, ben: Seat) -> LoanApplication:
    """The worked case, approved by two people."""
    return make.an_approved_application(backed, by=ben)


@pytest.fixture
def shared(approved: LoanApplication, oak_bank: Lender, ben: Seat) -> LoanApplication:
    """The same, which Oak Savings Bank may see."""
    applications.share(application=approved, lender=oak_bank, by=ben)
    return approved


@pytest.fixture
def offering(shared: LoanApplication, oak_bank: Lender, lena: Seat) -> Offering:
    """Lena makes an offer of the worked terms, or of others."""

    def make_it(terms: Terms = WORKED, **changed: object) -> LoanOffer:
        terms = replace(terms, **changed)  # type: ignore[arg-type]
        return offers.make(application=shared, lender=oak_bank, terms=terms, by=lena)

    return make_it
