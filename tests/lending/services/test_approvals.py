"""Two people approve, neither of them the borrower or a lender's; or somebody says no."""

import pytest

from alliance.models import Alliance, Role, Seat
from alliance.services.seats import give_seat
from lending.models import (
    ApplicationState,
    Approval,
    LoanApplication,
)
from lending.services import applications
from pledges.models import Pledge, PledgeDrive
from pledges.services import pledges
from tests.factories import lending as make
from tests.lending.reading import letters, path_of
from tests.pledges.reading import refusal

pytestmark = pytest.mark.django_db
STATES = list(ApplicationState)
SETTLED = "This application has been settled already."
OWN = "Somebody else has to decide about your own business."


def state_of(application: LoanApplication) -> str:
    return LoanApplication.objects.get(pk=application.pk).state


def test_the_second_persons_yes_approves_it_and_the_business_is_told(
    submitted: LoanApplication, otis: Seat, olive: Seat
) -> None:
    assert applications.approve(application=submitted, by=otis).state == "submitted"
    assert letters("application-approved") == []
    assert applications.approve(application=submitted, by=olive).state == "approved"

    assert path_of(submitted) == ["submitted", "approved"]
    assert letters("application-approved") == [("ben@example.org", "application-approved")]


def test_the_same_person_counts_once_by_whatever_seat(
    submitted: LoanApplication, otis: Seat, olive: Seat
) -> None:
    other = give_seat(person=otis.person, role=Role.TREASURER, by=None)
    assert other.pk != otis.pk
    applications.approve(application=submitted, by=otis)
    said = "You have approved this already. Somebody else has to be the second."

    for seat in (otis, other):
        assert refusal(applications.approve, application=submitted, by=seat) == (said, None)
    assert Approval.objects.filter(application=submitted).count() == 1
    assert state_of(submitted) == "submitted"


def test_the_borrower_decides_by_no_seat(submitted: LoanApplication, ben: Seat) -> None:
    officer = give_seat(person=ben.person, role=Role.LENDING_OFFICER, by=None)
    here = {"application": submitted}

    for seat in (ben, officer):
        assert refusal(applications.approve, **here, by=seat) == (OWN, None)
        assert refusal(applications.decline, **here, by=seat, reason="x") == (OWN, None)
        assert refusal(applications.give_back, **here, by=seat, reason="x") == (OWN, None)
    assert not Approval.objects.exists()


def test_whoever_speaks_for_a_lender_decides_by_no_seat(
    submitted: LoanApplication, lena: Seat
) -> None:
    officer = give_seat(person=lena.person, role=Role.LENDING_OFFICER, by=None)
    said = "You speak for a lender; somebody else has to decide here."

    for seat in (lena, officer):
        assert refusal(applications.approve, application=submitted, by=seat) == (said, None)
    assert not Approval.objects.exists()


def test_yeses_to_an_earlier_version_do_not_count(
    submitted: LoanApplication, ben: Seat, otis: Seat, olive: Seat
) -> None:
    applications.approve(application=submitted, by=otis)
    applications.give_back(application=submitted, reason="Say more about the oven.", by=olive)
    applications.edit(application=submitted, by=ben, purpose="An oven, 4 m² of deck.")
    applications.submit(application=submitted, by=ben)

    assert applications.approve(application=submitted, by=olive).state == "submitted"
    assert applications.approve(application=submitted, by=otis).state == "approved"
    assert path_of(submitted) == ["submitted", "draft", "submitted", "approved"]


def test_pledges_that_go_between_two_yeses_are_looked_at_again(
    submitted: LoanApplication, backed: PledgeDrive, otis: Seat, olive: Seat
) -> None:
    applications.approve(application=submitted, by=otis)
    pledges.cancel(pledge=Pledge.objects.filter(drive=backed).first())

    assert refusal(applications.approve, application=submitted, by=olive) == (
        "The pledges carry at most $4,752 today.", "amount",
    )  # fmt: skip
    assert state_of(submitted) == "submitted"


def test_an_approved_one_is_not_approved_again(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, otis: Seat
) -> None:
    approved = make.an_approved_application(backed, by=ben)

    assert refusal(applications.approve, application=approved, by=otis) == (SETTLED, None)
    assert approved.approvals.count() == 2


@pytest.mark.parametrize("act", [applications.give_back, applications.decline])
def test_a_no_needs_a_reason_which_the_business_reads(
    submitted: LoanApplication, otis: Seat, act: object
) -> None:
    assert refusal(act, application=submitted, by=otis, reason=" ") == (
        "Say why; the business reads it.", "reason",
    )  # fmt: skip
    act(application=submitted, by=otis, reason="Not this year.")  # type: ignore[operator]
    assert submitted.steps.latest("id").reason == "Not this year."
    assert letters("application-")[-1][0] == "ben@example.org"
