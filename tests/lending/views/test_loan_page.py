"""A loan at the lender's desk: paid out, paid back, taken back, called off, written off."""

from datetime import timedelta
from uuid import uuid4

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from lending.models import Loan, LoanPayment, LoanState, Outcome
from lending.services import arrears
from tests.factories import lending as make
from tests.lending.conftest import PAID_OUT
from tests.lending.views.conftest import fresh, noon
from tests.pledges.views.browsing import hidden, kept, problems, text, title, words

pytestmark = pytest.mark.django_db


def payment_form(**changes: object) -> dict[str, object]:
    """The first payment of the worked case."""
    return {
        "amount": "408.70",
        "on": "2026-02-10",
        "note": "Cheque 12",
        "form_key": uuid4().hex,
    } | changes


@pytest.fixture
def accepted(oak_street, backed, ben, oak_bank) -> Loan:
    """A loan that Ben accepted on 5 January and that is not paid out."""
    with in_alliance(oak_street), clock.at(noon(2026, 1, 5)):
        return make.an_accepted_loan(backed, by=ben, lender=oak_bank)


def told(browser, path: str) -> str:
    """What one reads on the page where a step leads: its message, above all."""
    return words(browser.get(path))


def test_the_page_tells_schedule_account_and_truth(at_the_bank, loan) -> None:
    with clock.at(noon(2026, 1, 20)):
        page = at_the_bank.get(f"/lend/loans/{loan.pk}/")

    read = words(page)
    assert (page.status_code, title(page)) == (200, f"{loan.reference}, Ben's Bakery")
    assert "principal owed $4,800 of $4,800" in read
    assert "due now $408.70 next on 10 Feb 2026" in read
    # Ten of thirty-one days' interest.
    assert "pays it off today $4,805.15" in read
    assert "10 Feb 2026 $408.70 $392.74 $15.96 $0 $4,407.26 next" in read
    assert "10 Jan 2027 $408.66" in read
    assert "$4,904.36 in all, $0 paid" in read
    assert "Nothing was paid yet." in read
    assert kept(page, "amount") == "408.70"


def test_a_payment_says_what_it_went_to(at_the_bank, loan, oak_street) -> None:
    address = f"/lend/loans/{loan.pk}/"
    with clock.at(noon(2026, 2, 10)):
        answer = at_the_bank.post(f"{address}payments/", payment_form())
        read = told(at_the_bank, address)

    assert (answer.status_code, answer["Location"]) == (302, address)
    assert "Recorded: $392.74 principal, $15.96 interest." in read
    assert "$4,904.36 in all, $408.70 paid" in read
    assert "Cheque 12 · Lena" in read
    assert "$4,407.26 of $4,800" in read
    with in_alliance(oak_street):
        assert fresh(loan).balance_minor == 440_726


def test_what_is_more_than_owed_is_to_be_returned(at_the_bank, loan, oak_street) -> None:
    address = f"/lend/loans/{loan.pk}/"
    with clock.at(noon(2026, 2, 10)):
        at_the_bank.post(f"{address}payments/", payment_form(amount="5000"))
        read = told(at_the_bank, address)

    assert "Recorded: $4,800 principal, $15.96 interest; $184.04 is to be returned." in read
    assert "repaid early" in read
    assert "Record a payment" not in read


def test_the_same_form_counts_once(at_the_bank, loan, oak_street) -> None:
    address, form = f"/lend/loans/{loan.pk}/payments/", payment_form()
    with clock.at(noon(2026, 2, 10)):
        assert [at_the_bank.post(address, form).status_code for _ in range(3)] == [302] * 3
        other = at_the_bank.post(address, form | {"amount": "10"})

    assert problems(other) == [("", "This was sent before with other figures. Please start again.")]
    with in_alliance(oak_street):
        assert LoanPayment.objects.count() == 1


def test_each_showing_of_the_form_has_a_key_of_its_own(at_the_bank, loan) -> None:
    address = f"/lend/loans/{loan.pk}/"
    keys = {hidden(at_the_bank.get(address), "form_key") for _ in range(3)}

    assert len(keys) == 3


@pytest.mark.parametrize(
    ("field", "typed", "anchor", "sentence"),
    [
        ("amount", "", "payment_amount", "Enter what was paid, such as 408.70."),
        ("amount", "0", "payment_amount", "Enter what was paid, up to $1,000,000."),
        ("amount", "1000001", "payment_amount", "Enter what was paid, up to $1,000,000."),
        ("amount", "-5", "payment_amount", "Enter an amount in dollars, such as 18 or 18.50."),
        ("amount", "1.005", "payment_amount", "Enter an amount in dollars, such as 18 or 18.50."),
        ("on", "", "payment_on", "Enter the day it was paid."),
        ("on", "yesterday", "payment_on", "Enter a day such as 2026-12-31."),
        (
            "on",
            "2026-01-09",
            "payment_on",
            "Enter a day between the one on which the loan was paid out and today.",
        ),
        (
            "on",
            "2026-02-11",
            "payment_on",
            "Enter a day between the one on which the loan was paid out and today.",
        ),
        ("form_key", "x", "", "Something was lost on the way. Please send it again."),
    ],
)
def test_a_bad_payment_is_told_at_its_field(
    at_the_bank, loan, oak_street, field: str, typed: str, anchor: str, sentence: str
) -> None:
    with clock.at(noon(2026, 2, 10)):
        page = at_the_bank.post(f"/lend/loans/{loan.pk}/payments/", payment_form(**{field: typed}))

    assert (page.status_code, problems(page)) == (422, [(anchor, sentence)])
    assert kept(page, field) == typed
    with in_alliance(oak_street):
        assert not LoanPayment.objects.exists()


def test_the_newest_payment_is_taken_back_with_a_reason(at_the_bank, loan, oak_street) -> None:
    address = f"/lend/loans/{loan.pk}/"
    with clock.at(noon(2026, 2, 10)):
        at_the_bank.post(f"{address}payments/", payment_form())
        with in_alliance(oak_street):
            payment = LoanPayment.objects.get()
        back = f"{address}payments/{payment.pk}/reversal/"
        silent = at_the_bank.post(back, {"reason": " "})
        answer = at_the_bank.post(back, {"reason": "The cheque bounced."})
        read = told(at_the_bank, address)

    assert problems(silent) == [("reversal_reason", "Say why, in a sentence.")]
    assert answer.status_code == 302
    assert "Taken back. What it had paid is owed again." in read
    assert "takes a payment back The cheque bounced. · Lena" in read
    assert "taken back Cheque 12" in read
    assert "Take back the newest payment" not in read
    with in_alliance(oak_street):
        assert fresh(loan).balance_minor == 480_000


def test_an_older_payment_is_not_taken_back(at_the_bank, loan, oak_street) -> None:
    address = f"/lend/loans/{loan.pk}/"
    with clock.at(noon(2026, 2, 10)):
        at_the_bank.post(f"{address}payments/", payment_form(amount="100"))
        with in_alliance(oak_street):
            older = LoanPayment.objects.get()
    with clock.at(noon(2026, 2, 11)):
        at_the_bank.post(f"{address}payments/", payment_form(amount="50", on="2026-02-11"))
        page = at_the_bank.post(f"{address}payments/{older.pk}/reversal/", {"reason": "A slip."})

    assert (page.status_code, problems(page)) == (
        422,
        [("", "Only the newest payment can be taken back.")],
    )


def test_a_loan_is_paid_out_after_the_days_to_think(at_the_bank, accepted, oak_street) -> None:
    address = f"/lend/loans/{accepted.pk}/"
    with clock.at(noon(2026, 1, 6)):
        early = words(at_the_bank.get(address))
        refused = at_the_bank.post(f"{address}payout/", {"on": "2026-01-06"})
    with clock.at(noon(2026, 1, 12)):
        page = words(at_the_bank.get(address))
        wrong = at_the_bank.post(f"{address}payout/", {"on": "2026-01-13"})
        answer = at_the_bank.post(f"{address}payout/", {"on": "2026-01-10"})
        read = told(at_the_bank, address)

    assert "The business may change its mind until" in early
    assert problems(refused) == [
        ("", "The borrower may still change their mind. Please wait until then.")
    ]
    assert f"Pay $4,800 with the reference {accepted.reference}" in page
    assert problems(wrong) == [
        (
            "payout_on",
            "Enter the day on which it was paid, after the days to change one's mind.",
        )
    ]
    assert answer.status_code == 302
    assert "Recorded. The schedule runs from that day, and the business has been told." in read
    assert "paid out on 10 Jan 2026" in read


def test_a_loan_is_called_off_before_it_is_paid_out(at_the_bank, accepted, oak_street) -> None:
    address = f"/lend/loans/{accepted.pk}/"
    with clock.at(noon(2026, 1, 6)):
        silent = at_the_bank.post(f"{address}call-off/", {"reason": ""})
        at_the_bank.post(f"{address}call-off/", {"reason": "The board said no."})
        read = told(at_the_bank, address)

    assert problems(silent) == [("call_off_reason", "Say why, in a sentence.")]
    assert "Called off. The business has been told." in read
    assert "“The board said no.”" in read
    with in_alliance(oak_street):
        assert fresh(accepted).state == LoanState.CALLED_OFF


def test_a_loan_that_is_paid_out_is_not_called_off(at_the_bank, loan) -> None:
    page = at_the_bank.post(f"/lend/loans/{loan.pk}/call-off/", {"reason": "Too late."})

    assert problems(page) == [("", "This loan is being repaid now.")]


def test_a_loan_is_written_off_after_sixty_days_and_not_before(
    at_the_bank, loan, oak_street
) -> None:
    address = f"/lend/loans/{loan.pk}/write-off/"
    early, late = noon(2026, 4, 10), noon(2026, 4, 11)
    with clock.at(early):
        assert "Only a loan that is sixty days late" in words(at_the_bank.get(address))
        refused = at_the_bank.post(address, {"reason": "They closed."})
        assert "Write it off" not in words(at_the_bank.get(f"/lend/loans/{loan.pk}/"))
    with clock.at(late):
        with in_alliance(oak_street):
            arrears.pass_day(loan=loan)
        assert "Write it off" in words(at_the_bank.get(f"/lend/loans/{loan.pk}/"))
        asked = words(at_the_bank.get(address))
        silent = at_the_bank.post(address, {"reason": ""})
        answer = at_the_bank.post(address, {"reason": "They closed."})
        read = told(at_the_bank, f"/lend/loans/{loan.pk}/")

    assert problems(refused) == [("", "Only a loan that is sixty days late can be written off.")]
    assert "Late since 10 Feb 2026" in asked
    assert problems(silent) == [("why_reason", "Say why, in a sentence.")]
    assert answer.status_code == 302
    assert "written off" in read
    assert "given up" in read
    with in_alliance(oak_street):
        assert fresh(loan).outcome == Outcome.WRITTEN_OFF


def test_a_late_loan_says_how_late(at_the_bank, loan, oak_street) -> None:
    with clock.at(noon(2026, 3, 15)):
        read = words(at_the_bank.get(f"/lend/loans/{loan.pk}/"))

    assert "of that, late $817.40 30-59 days" in read
    assert "10 Feb 2026 $408.70 $392.74 $15.96 $0 $4,407.26 late" in read


POSTS = {
    "": None,
    "payout/": {"on": "2026-01-12"},
    "payments/": payment_form(),
    "call-off/": {"reason": "Not ours."},
    "write-off/": {"reason": "Not ours."},
    "payments.csv": None,
    "schedule.csv": None,
}


@pytest.mark.parametrize("step", POSTS)
def test_another_lenders_loan_is_not_there(
    at_the_bank, visit, oak_street, fund_application, hill_fund, sol, florist, loan, step: str
) -> None:
    with in_alliance(oak_street), clock.at(PAID_OUT - timedelta(days=5)):
        offer = make.offers.make(
            application=fund_application, lender=hill_fund, terms=make.WORKED, by=sol
        )
        theirs = make.loans.accept(offer=offer, by=florist[1])
    path = f"/lend/loans/{theirs.pk}/{step}"

    def ask(browser):
        return browser.post(path, POSTS[step]) if POSTS[step] else browser.get(path)

    assert ask(at_the_bank).status_code == 404
    # The control: its own lender's people come in.
    assert ask(visit(oak_street, sol)).status_code in (200, 302, 422)


@pytest.mark.parametrize("step", POSTS)
def test_the_neighbours_loan_is_not_there(at_the_bank, their_loan, step: str) -> None:
    path = f"/lend/loans/{their_loan.pk}/{step}"
    answer = at_the_bank.post(path, POSTS[step]) if POSTS[step] else at_the_bank.get(path)

    assert answer.status_code == 404


def test_another_loans_payment_is_not_taken_back_here(
    at_the_bank, loan, their_loan, neighbour
) -> None:
    with in_alliance(neighbour.alliance), clock.at(noon(2026, 2, 10)):
        payment = make.a_payment(their_loan, 100_00)
    back = f"/lend/loans/{loan.pk}/payments/{payment.pk}/reversal/"

    assert at_the_bank.post(back, {"reason": "Not ours."}).status_code == 404


def test_the_page_names_no_pledger(at_the_bank, loan) -> None:
    assert "Customer 1" not in text(at_the_bank.get(f"/lend/loans/{loan.pk}/"))
