"""Pages of loans cost the same however many rows they show."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from alliance import clock
from alliance.tenancy.scope import in_alliance
from lending.models import LoanStep
from lending.services import applications
from members.services.businesses import add_representative
from pledges.models import Pledge
from tests.factories import lending as make
from tests.factories.pledges import a_business
from tests.lending.conftest import PAID_OUT
from tests.lending.views.conftest import noon
from tests.pledges.reading import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("their_loan")]

DAY = noon(2026, 3, 15)


@pytest.fixture
def ask(visit, oak_street, ada, lena):
    """How many queries a page costs; asked before, so that what is remembered is remembered."""
    people = {"lend": lena}

    def count(path: str) -> int:
        browser = visit(oak_street, people.get(path.split("/")[1], ada))
        cache.clear()
        with clock.at(DAY):
            assert browser.get(path).status_code == 200
            return queries_of(lambda: browser.get(path))

    return count


@pytest.fixture
def more(oak_street, oak_bank):
    """Three other businesses, each with a loan of the bank, and three with an application."""

    def add() -> None:
        with in_alliance(oak_street):
            approvers = (make.an_officer("Oscar"), make.an_officer("Olive"))
            for n in range(6):
                shop = a_business(trade_name=f"Shop {n}", slug=f"shop-{n}")
                owner = add_representative(
                    business=shop, person=make.a_person(f"Owner{n}"), by=None
                ).seat
                drive = make.a_backed_drive(business=shop, by=owner, title=f"Drive {n}")
                kept = {"by": owner, "approvers": approvers}
                if n < 3:
                    make.a_loan(drive, lender=oak_bank, paid_out_at=PAID_OUT, **kept)
                else:
                    application = make.an_approved_application(drive, **kept)
                    applications.share(application=application, lender=oak_bank, by=owner)

    return add


@pytest.mark.parametrize(
    "path",
    [
        "/lend/",
        "/lend/portfolio.csv",
        "/staff/",
        "/staff/loans/",
        "/staff/loans/applications/",
        "/staff/lenders/",
        "/api/v1/loans/",
        "/api/v1/lenders/",
    ],
)
def test_a_list_costs_the_same_for_many(ask, more, shared_with_the_bank, path: str) -> None:
    few = ask(path)
    more()

    assert ask(path) == few


@pytest.fixture
def shared_with_the_bank(oak_street, oak_bank, loan) -> None:
    """One loan and one application stand there already."""
    with in_alliance(oak_street):
        shop = a_business(trade_name="First", slug="first")
        owner = add_representative(business=shop, person=make.a_person("First"), by=None).seat
        drive = make.a_backed_drive(business=shop, by=owner, title="First drive")
        application = make.an_approved_application(drive, by=owner)
        applications.share(application=application, lender=oak_bank, by=owner)


@pytest.mark.parametrize("page", ["/lend/loans/{}/", "/staff/loans/{}/", "/api/v1/loans/{}/"])
def test_a_loans_page_costs_the_same_for_many_payments(
    ask, oak_street, loan, lena, page: str
) -> None:
    with in_alliance(oak_street), clock.at(noon(2026, 2, 10)):
        make.a_payment(loan, 10_00)
    few = ask(page.format(loan.pk))
    with in_alliance(oak_street):
        for n in range(8):
            with clock.at(noon(2026, 2, 10) + timedelta(days=n)):
                make.a_payment(loan, 10_00)
                LoanStep.objects.create(loan=loan, moment="late", seat=lena, at=clock.now())

    assert ask(page.format(loan.pk)) == few


@pytest.mark.parametrize("page", ["/lend/applications/{}/", "/staff/loans/applications/{}/"])
def test_an_application_costs_the_same_for_few_pledges(ask, oak_street, shared, page: str) -> None:
    many = ask(page.format(shared.pk))
    with in_alliance(oak_street):
        ids = list(Pledge.objects.filter(drive=shared.drive).values_list("pk", flat=True)[5:])
        Pledge.objects.filter(pk__in=ids).update(state="cancelled")

    assert ask(page.format(shared.pk)) == many
