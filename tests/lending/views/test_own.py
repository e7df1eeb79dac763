"""The business's own loan page: asked for, offers compared, signed, repaid."""

from types import SimpleNamespace

import pytest

from alliance import clock
from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from lending.models import ApplicationState, Lender, Loan, LoanApplication, LoanState
from lending.services import applications
from pledges.models import PledgeDrive
from tests.conftest import Visit
from tests.factories import lending as make
from tests.lending.conftest import PAID_OUT

pytestmark = pytest.mark.django_db

ANSWERS = {
    "amount": "4,541",
    "months": "12",
    "margin": "50",
    "repayment": "level",
    "purpose": "A second deck oven.",
}


def page(drive: PledgeDrive) -> str:
    return f"/me/drive/{drive.slug}/loan/"


def test_it_says_what_the_pledges_carry(
    visit: Visit, oak_street: Alliance, ben: Seat, backed: PledgeDrive
) -> None:
    text = visit(oak_street, ben).get(page(backed)).content.decode()

    assert "$4,541" in text
    assert "$24,000" in text


def test_an_application_is_written_and_handed_in(
    visit: Visit, oak_street: Alliance, ben: Seat, backed: PledgeDrive
) -> None:
    browser = visit(oak_street, ben)

    assert browser.post(f"{page(backed)}application/", ANSWERS).status_code == 302
    browser.post(f"{page(backed)}submission/")

    with in_alliance(oak_street):
        found = LoanApplication.objects.get()
    assert (found.state, found.amount_minor, str(found.margin)) == ("submitted", 4_541_00, "0.50")


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("amount", "-5", "Enter an amount in dollars"),
        ("amount", "0", "Enter an amount from $100"),
        ("amount", "4800.505", "Enter an amount in dollars"),
        ("amount", "4800.50", "Enter whole dollars"),
        ("amount", "9999999", "Enter an amount from $100"),
        ("months", "0", "greater than or equal to 1"),
        ("months", "61", "less than or equal to 60"),
        ("months", "1.5", "whole number"),
        ("margin", "61", "from 1 to 60"),
        ("margin", "0", "from 1 to 60"),
        ("margin", "half", "Enter a percentage"),
        ("margin", "33.3", "Enter a whole percentage"),
        ("repayment", "never", "Select a valid choice"),
        ("purpose", "", "Say in a sentence"),
    ],
)
def test_bad_input_is_told_at_its_field_and_kept(
    visit: Visit,
    oak_street: Alliance,
    ben: Seat,
    backed: PledgeDrive,
    field: str,
    typed: str,
    said: str,
) -> None:
    answer = visit(oak_street, ben).post(f"{page(backed)}application/", ANSWERS | {field: typed})
    text = answer.content.decode()

    assert (answer.status_code, said in text, ANSWERS["months"] in text) == (422, True, True)
    with in_alliance(oak_street):
        assert not LoanApplication.objects.exists()


def test_more_than_the_pledges_carry_is_refused_when_it_is_handed_in(
    visit: Visit, oak_street: Alliance, ben: Seat, backed: PledgeDrive
) -> None:
    browser = visit(oak_street, ben)
    browser.post(f"{page(backed)}application/", ANSWERS | {"amount": "4542"})

    answer = browser.post(f"{page(backed)}submission/", follow=True)

    assert "The pledges carry at most $4,541 today." in answer.content.decode()
    with in_alliance(oak_street):
        assert LoanApplication.objects.get().state == ApplicationState.DRAFT


def test_an_offer_is_compared_signed_and_called_off_again(
    visit: Visit, oak_street: Alliance, ben: Seat, backed: PledgeDrive, oak_bank: Lender
) -> None:
    with in_alliance(oak_street):
        application = make.an_approved_application(backed, by=ben)
        offer = make.an_offer(application, by=ben, lender=oak_bank)
    browser = visit(oak_street, ben)
    address = f"{page(backed)}offers/{offer.pk}/"

    assert "Oak Savings Bank" in browser.get(page(backed)).content.decode()
    text = browser.get(address).content.decode()
    assert all(figure in text for figure in ("$408.70", "$4,904.36", "34.1%", "1.70"))
    assert browser.post(address).status_code == 422
    assert browser.post(address, {"has_read": "on"}).status_code == 302
    with in_alliance(oak_street):
        assert Loan.objects.get().state == LoanState.ACCEPTED
    assert "You may change your mind until" in browser.get(page(backed)).content.decode()
    browser.post(f"{page(backed)}change-of-mind/")
    with in_alliance(oak_street):
        assert Loan.objects.get().state == LoanState.CALLED_OFF


def test_a_running_loan_shows_its_schedule_and_what_comes_next(
    visit: Visit, oak_street: Alliance, ben: Seat, loan: Loan
) -> None:
    with clock.at(PAID_OUT):
        text = visit(oak_street, ben).get(page(loan.drive)).content.decode()

    assert all(figure in text for figure in ("$408.70", "$4,407.26", "10 Feb 2026", "L-0001"))


def test_the_public_page_tells_the_same_figures_in_plain_words(
    visit: Visit, oak_street: Alliance, loan: Loan
) -> None:
    text = visit(oak_street).get(f"/pledge/{loan.drive.slug}/").content.decode()

    assert all(figure in text for figure in ("$408.70", "$4,904.36", "34.1%"))


def test_a_lender_is_shown_the_application_and_no_longer(
    visit: Visit, oak_street: Alliance, ben: Seat, backed: PledgeDrive, oak_bank: Lender
) -> None:
    with in_alliance(oak_street):
        application = make.an_approved_application(backed, by=ben)
    browser = visit(oak_street, ben)
    address = f"{page(backed)}lenders/{oak_bank.pk}/"

    browser.post(address, {"with_months": "on"})
    with in_alliance(oak_street):
        sharing = application.sharings.live().get()
        assert (sharing.lender, sharing.with_contact, sharing.with_months) == (
            oak_bank, False, True,
        )  # fmt: skip
    browser.post(f"{address}end/")
    with in_alliance(oak_street):
        assert not application.sharings.live().exists()


def test_nobody_else_opens_it(
    visit: Visit,
    oak_street: Alliance,
    ada: Seat,
    lena: Seat,
    loan: Loan,
    their_loan: Loan,
    neighbour: SimpleNamespace,
) -> None:
    for who in (ada, lena):
        assert visit(oak_street, who).get(page(loan.drive)).status_code == 404
    assert visit(neighbour.alliance, neighbour.dan).get(page(loan.drive)).status_code == 404
    assert visit(oak_street).get(page(loan.drive)).status_code == 302
    with in_alliance(oak_street):
        assert list(Loan.objects.values_list("pk", flat=True)) == [loan.pk]


def test_the_doors_of_letters_lead_everybody_to_their_own_side(
    visit: Visit, oak_street: Alliance, ada: Seat, ben: Seat, lena: Seat, cleo: Seat, loan: Loan
) -> None:
    offer, application = loan.offer_id, loan.offer.application_id

    def led(who: Seat) -> list[str | int]:
        browser = visit(oak_street, who)
        doors = (f"{loan.pk}/", f"offers/{offer}/", f"applications/{application}/")
        answers = [browser.get(f"/loans/{door}") for door in doors]
        return [
            answer["Location"] if answer.status_code == 302 else answer.status_code
            for answer in answers
        ]

    assert led(ben) == [page(loan.drive)] * 3
    assert led(lena) == [
        f"/lend/loans/{loan.pk}/",
        f"/lend/offers/{offer}/",
        f"/lend/applications/{application}/",
    ]
    staff = f"/staff/loans/applications/{application}/"
    assert led(ada) == [f"/staff/loans/{loan.pk}/", staff, staff]
    assert led(cleo) == [404, 404, 404]


def test_a_draft_is_taken_back(
    visit: Visit, oak_street: Alliance, ben: Seat, backed: PledgeDrive
) -> None:
    with in_alliance(oak_street):
        draft = make.a_draft_application(backed, by=ben)
        assert draft.state == ApplicationState.DRAFT
    visit(oak_street, ben).post(f"{page(backed)}withdrawal/")

    with in_alliance(oak_street):
        assert not LoanApplication.objects.under_way().exists()
        assert applications.write(
            drive=backed, by=ben, amount_minor=100_00, months=1, margin=draft.margin, purpose="x"
        )


def test_a_loan_that_was_repaid_says_so(
    visit: Visit, oak_street: Alliance, ben: Seat, loan: Loan
) -> None:
    with in_alliance(oak_street), clock.at(PAID_OUT):
        make.a_payment(loan, 4_800_00)
    browser = visit(oak_street, ben)

    answer = browser.get(page(loan.drive))

    assert answer.status_code == 200
    assert "repaid early" in answer.content.decode()
