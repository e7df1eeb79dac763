"""Applications at the alliance's desk: read, approved by two, given back, declined."""

import pytest

from alliance.models import Role
from alliance.tenancy.scope import in_alliance
from lending.models import ApplicationState, Approval, LoanApplication
from lending.services import applications
from members.services.businesses import add_representative
from tests.factories import lending as make
from tests.pledges.views.browsing import problems, title, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed_in(oak_street, backed, ben) -> LoanApplication:
    """Ben's application, waiting for two approvals."""
    with in_alliance(oak_street):
        return make.an_application(backed, by=ben)


@pytest.fixture
def address(handed_in) -> str:
    return f"/staff/loans/applications/{handed_in.pk}/"


def state_of(application: LoanApplication) -> str:
    return LoanApplication.objects.get(pk=application.pk).state


def test_an_application_is_read_with_its_figures(at_the_desk, address) -> None:
    page = at_the_desk.get(address)
    read = words(page)

    assert title(page) == "Loan for Ben's Bakery"
    assert "Ben's Bakery asks for $4,800" in read
    assert "Carried at most, at 3.99% $4,800" in read
    assert "Eligible base $24,000" in read
    assert "Approvals: 0 of 2 Nobody has approved it yet." in read


def test_two_people_approve_it(at_the_desk, visit, oak_street, otis, address, handed_in) -> None:
    at_the_desk.post(f"{address}approval/", {"note": "I know the shop."})
    mine = words(at_the_desk.get(address))
    again = at_the_desk.post(f"{address}approval/")
    other = visit(oak_street, otis)
    theirs = words(other.get(address))
    other.post(f"{address}approval/")

    assert "Your approval is recorded. Somebody else has to approve it too." in mine
    assert "Approvals: 1 of 2" in mine
    assert "Ada “I know the shop.”" in mine
    assert "You have approved this already. Somebody else has to be the second." in mine
    assert "Approve it" not in mine
    assert problems(again) == [
        ("", "You have approved this already. Somebody else has to be the second.")
    ]
    assert "Approve it" in theirs
    assert "The application is now: approved." in words(other.get(address))
    with in_alliance(oak_street):
        assert state_of(handed_in) == ApplicationState.APPROVED
        assert Approval.objects.count() == 2


def test_the_borrowers_people_read_a_sentence_instead_of_buttons(
    at_the_desk, oak_street, ada, bakery, address, handed_in
) -> None:
    with in_alliance(oak_street):
        add_representative(business=bakery, person=ada.person, by=None)
    read = words(at_the_desk.get(address))
    answer = at_the_desk.post(f"{address}approval/")

    assert "Somebody else has to decide about your own business." in read
    assert "Approve it" not in read
    assert "Decline it" not in read
    assert (answer.status_code, problems(answer)) == (
        422,
        [("", "Somebody else has to decide about your own business.")],
    )


def test_a_lenders_person_reads_a_sentence_instead_of_buttons(
    at_the_desk, oak_street, ada, oak_bank, address
) -> None:
    with in_alliance(oak_street):
        make.a_lender_seat(oak_bank, "Ada")
    read = words(at_the_desk.get(address))

    assert "You speak for a lender; somebody else has to decide here." in read
    assert "Approve it" not in read


def test_an_auditor_reads_it_without_buttons(visit, oak_street, address) -> None:
    with in_alliance(oak_street):
        browser = visit(oak_street, make.an_officer("Audrey", Role.AUDITOR))

    assert "Approve it" not in words(browser.get(address))
    assert browser.post(f"{address}approval/").status_code == 404


@pytest.mark.parametrize(
    ("step", "anchor", "state"),
    [
        ("return", "return_reason", ApplicationState.DRAFT),
        ("refusal", "decline_reason", ApplicationState.DECLINED),
    ],
)
def test_it_is_given_back_or_declined_with_a_reason(
    at_the_desk, oak_street, address, handed_in, step: str, anchor: str, state: str
) -> None:
    silent = at_the_desk.post(f"{address}{step}/", {"reason": ""})
    answer = at_the_desk.post(f"{address}{step}/", {"reason": "Please say what the oven costs."})

    assert (silent.status_code, problems(silent)) == (422, [(anchor, "Say why, in a sentence.")])
    assert answer.status_code == 302
    with in_alliance(oak_street):
        assert state_of(handed_in) == state
    assert "“Please say what the oven costs.”" in words(at_the_desk.get(address))


def test_what_was_settled_is_not_settled_again(at_the_desk, oak_street, ben, address) -> None:
    at_the_desk.post(f"{address}refusal/", {"reason": "No."})
    answer = at_the_desk.post(f"{address}approval/")

    assert problems(answer) == [("", "This application has been settled already.")]


def test_offers_stand_side_by_side(
    at_the_desk, oak_street, shared, oak_bank, lena, hill_fund, sol, ben
) -> None:
    with in_alliance(oak_street):
        applications.share(application=shared, lender=hill_fund, by=ben)
        for lender, seat in ((oak_bank, lena), (hill_fund, sol)):
            make.offers.make(application=shared, lender=lender, terms=make.WORKED, by=seat)
            shared.refresh_from_db()
    read = words(at_the_desk.get(f"/staff/loans/applications/{shared.pk}/"))

    assert read.count("Payment each month, 12 times $408.70") == 2
    assert "Oak Savings Bank open" in read
    assert "Hill Revolving Fund open" in read


def test_the_list_shows_what_waits(at_the_desk, address, fund_application) -> None:
    waiting = words(at_the_desk.get("/staff/loans/applications/?show=waiting"))
    everything = words(at_the_desk.get("/staff/loans/applications/?show=nonsense"))

    assert ("Ben's Bakery" in waiting, "Flo's Flowers" in waiting) == (True, False)
    assert ("Ben's Bakery" in everything, "Flo's Flowers" in everything) == (True, True)
    assert "Flo's Flowers A cold room approved $4,800 12 2 / 2" in everything


def test_a_draft_and_the_neighbours_are_not_there(
    at_the_desk, oak_street, backed, ben, their_loan
) -> None:
    with in_alliance(oak_street):
        draft = make.a_draft_application(backed, by=ben)

    for pk in (draft.pk, their_loan.offer.application_id):
        assert at_the_desk.get(f"/staff/loans/applications/{pk}/").status_code == 404
    read = words(at_the_desk.get("/staff/loans/applications/"))
    assert "No application yet" in read


def test_the_queue_names_what_waits(at_the_desk, address) -> None:
    assert "Loan applications to approve" in words(at_the_desk.get("/staff/"))
