"""Loans at the alliance's desk: the list by state, one loan, payments recorded."""

from uuid import uuid4

import pytest

from alliance import clock
from alliance.models import Role
from alliance.tenancy.scope import in_alliance
from lending.models import LoanPayment
from lending.services import arrears
from members.services.businesses import add_representative
from tests.factories import lending as make
from tests.lending.views.conftest import fresh, noon
from tests.pledges.views.browsing import problems, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def late(oak_street, loan):
    """The loan five days after its first payment was due and not paid."""
    with clock.at(noon(2026, 2, 15)), in_alliance(oak_street):
        arrears.pass_day(loan=loan)
    return loan


@pytest.mark.parametrize(
    ("show", "is_there"),
    [
        ("", True), ("standing", True), ("running", True), ("arrears", True), ("all", True),
        ("nonsense", True), ("closed", False), ("accepted", False), ("called-off", False),
    ],
)  # fmt: skip
def test_the_list_shows_loans_by_state(at_the_desk, late, show: str, is_there: bool) -> None:
    with clock.at(noon(2026, 2, 15)):
        read = words(at_the_desk.get(f"/staff/loans/?show={show}"))

    assert (f"{late.reference}, Ben's Bakery" in read) is is_there
    assert ("No loan is like that." in read) is not is_there


def test_the_list_sums_up_what_it_shows(at_the_desk, late, their_loan) -> None:
    with clock.at(noon(2026, 2, 15)):
        read = words(at_the_desk.get("/staff/loans/?show=arrears"))

    assert "loans shown 1 paid out on them $4,800 principal owed $4,800 late $408.70" in read
    assert "1 to 29 days late 1 $4,800" in read
    assert "Gail" not in read


def test_an_empty_list_says_what_will_stand_there(at_the_desk, their_loan) -> None:
    assert "No loan is under way" in words(at_the_desk.get("/staff/loans/"))


def test_the_queue_names_loans_in_arrears(at_the_desk, late) -> None:
    assert "Loans in arrears" in words(at_the_desk.get("/staff/"))


def payment(**changes: str) -> dict[str, str]:
    return {"amount": "408.70", "on": "2026-02-15", "form_key": uuid4().hex, "note": ""} | changes


def test_the_treasurer_records_a_payment_and_takes_it_back(visit, oak_street, tess, late) -> None:
    browser, address = visit(oak_street, tess), f"/staff/loans/{late.pk}/"
    with clock.at(noon(2026, 2, 15)):
        wrong = browser.post(f"{address}payments/", payment(amount="0"))
        browser.post(f"{address}payments/", payment(amount="817.40"))
        read = words(browser.get(address))
        with in_alliance(oak_street):
            paid = LoanPayment.objects.get()
        browser.post(f"{address}payments/{paid.pk}/reversal/", {"reason": "It bounced."})
        after = words(browser.get(address))

    assert problems(wrong) == [("payment_amount", "Enter what was paid, up to $1,000,000.")]
    assert "Recorded: $786.79 principal, $30.61 interest." in read
    assert "being repaid" in read
    assert "Taken back. What it had paid is owed again." in after
    with in_alliance(oak_street):
        assert fresh(late).balance_minor == 480_000


def test_whoever_may_not_record_reads_alone(visit, oak_street, late) -> None:
    with in_alliance(oak_street):
        browser = visit(oak_street, make.an_officer("Audrey", Role.AUDITOR))
    address = f"/staff/loans/{late.pk}/"

    assert "Record a payment" not in words(browser.get(address))
    assert browser.post(f"{address}payments/", payment()).status_code == 404


def test_the_borrowers_own_people_record_nothing(visit, oak_street, tess, bakery, late) -> None:
    with in_alliance(oak_street):
        add_representative(business=bakery, person=tess.person, by=None)
    browser, address = visit(oak_street, tess), f"/staff/loans/{late.pk}/"
    with clock.at(noon(2026, 2, 15)):
        answer = browser.post(f"{address}payments/", payment())

    assert "Record a payment" not in words(browser.get(address))
    assert problems(answer) == [("", "Only the lender or the alliance can record a payment.")]
    with in_alliance(oak_street):
        assert not LoanPayment.objects.exists()


def test_the_neighbours_loan_is_not_there(at_the_desk, their_loan) -> None:
    address = f"/staff/loans/{their_loan.pk}/"

    assert at_the_desk.get(address).status_code == 404
    assert at_the_desk.post(f"{address}payments/", payment()).status_code == 404


def test_lenders_are_not_let_to_the_desk(at_the_bank, loan) -> None:
    assert [
        at_the_bank.get(path).status_code
        for path in ("/staff/loans/", f"/staff/loans/{loan.pk}/", "/staff/lenders/", "/staff/")
    ] == [404] * 4
