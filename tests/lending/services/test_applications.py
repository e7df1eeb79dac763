"""An application's steps: who may take each, and which are refused."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from alliance.errors import DomainError
from alliance.models import Alliance, Seat
from lending.models import (
    ApplicationState,
    Lender,
    Loan,
    LoanApplication,
    LoanState,
    OfferState,
)
from lending.models.applications import APPLICATION_TRANSITIONS
from lending.services import applications, loans, offers
from pledges.models import DriveState, PledgeDrive
from pledges.services import drives
from tests.factories import lending as make
from tests.factories import pledges as pledge_make
from tests.lending.reading import letters, path_of
from tests.pledges.reading import refusal

pytestmark = pytest.mark.django_db
STATES = list(ApplicationState)
SETTLED = "This application has been settled already."
OWN = "Somebody else has to decide about your own business."


def state_of(application: LoanApplication) -> str:
    return LoanApplication.objects.get(pk=application.pk).state


# --- every transition -----------------------------------------------------------


@pytest.mark.parametrize("to", STATES)
@pytest.mark.parametrize("start", STATES)
def test_steps_are_those_of_the_table_and_no_other(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, start: str, to: str
) -> None:
    draft = make.a_draft_application(backed, by=ben)
    LoanApplication.objects.filter(pk=draft.pk).update(state=start)
    draft.refresh_from_db()

    if to in APPLICATION_TRANSITIONS[start]:
        moved = applications.move(draft, to, by=ben, reason="Because.")
        assert (moved.state, state_of(draft), path_of(draft)) == (to, to, [to])
    else:
        said = f"This application is {draft.get_state_display()} now; that step is no longer open."
        with pytest.raises(DomainError, match="no longer open") as refused:
            applications.move(draft, to, by=ben)
        assert refused.value.message == said
        assert (state_of(draft), path_of(draft)) == (start, [])


@pytest.mark.parametrize("state", STATES)
def test_each_service_refuses_where_its_step_is_not_open(
    in_oak_street: Alliance,
    backed: PledgeDrive,
    ben: Seat,
    otis: Seat,
    oak_bank: Lender,
    state: str,
) -> None:
    """With the control that each works where it is."""
    draft = make.a_draft_application(backed, by=ben)
    LoanApplication.objects.filter(pk=draft.pk).update(state=state)
    here = {"application": draft}
    acts = {
        "edit": lambda: applications.edit(**here, by=ben, purpose="An oven."),
        "submit": lambda: applications.submit(**here, by=ben),
        "approve": lambda: applications.approve(**here, by=otis),
        "give_back": lambda: applications.give_back(**here, reason="More words.", by=otis),
        "decline": lambda: applications.decline(**here, reason="Too soon.", by=otis),
        "share": lambda: applications.share(**here, lender=oak_bank, by=ben),
        "withdraw": lambda: applications.withdraw(**here, by=ben),
    }
    works = set()
    for name, act in acts.items():
        LoanApplication.objects.filter(pk=draft.pk).update(state=state)
        if refusal(act)[0] == "":
            works.add(name)

    assert works == {
        "draft": {"edit", "submit", "withdraw"},
        "submitted": {"approve", "give_back", "decline", "withdraw"},
        "approved": {"share", "withdraw"},
        "offered": {"share", "withdraw"},
    }.get(state, set())


# --- writing and handing in -----------------------------------------------------


def test_only_the_business_writes_edits_hands_in_shares_and_withdraws(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, ada: Seat, otis: Seat, lena: Seat,
    oak_bank: Lender,
) -> None:  # fmt: skip
    draft = make.a_draft_application(backed, by=ben)
    only = (f"Only {backed.business} can do that.", None)

    for seat in (ada, otis, lena):
        here = {"application": draft, "by": seat}
        assert refusal(applications.write, drive=backed, by=seat) == only
        assert refusal(applications.edit, **here, months=6) == only
        assert refusal(applications.submit, **here) == only
        assert refusal(applications.withdraw, **here) == only
        assert refusal(applications.share, **here, lender=oak_bank) == only
    assert state_of(draft) == "draft"


def test_one_application_at_a_time(in_oak_street: Alliance, backed: PledgeDrive, ben: Seat) -> None:
    draft = make.a_draft_application(backed, by=ben)
    said = "An application for this drive is under way. One at a time."

    assert refusal(make.a_draft_application, drive=backed, by=ben) == (said, None)
    applications.withdraw(application=draft, by=ben)
    assert make.a_draft_application(backed, by=ben).state == "draft"


@pytest.mark.parametrize("state", [*DriveState])
def test_a_loan_is_applied_for_while_a_drive_gathers_or_qualified(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, state: str
) -> None:
    drive = pledge_make.brought_to(backed, state)
    said = refusal(make.a_draft_application, drive=drive, by=ben)[0]

    assert (said == "") == (state in ("gathering", "qualified"))


def test_a_drive_that_seeks_no_loan_gets_none(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat
) -> None:
    PledgeDrive.objects.filter(pk=backed.pk).update(seeks_loan=False)

    assert refusal(make.a_draft_application, drive=backed, by=ben)[0] == (
        "This drive seeks no loan."
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"amount_minor": 99_99},
        {"amount_minor": -1},
        {"amount_minor": 12.5},
        {"months": 0},
        {"months": 61},
        {"margin": Decimal("0.61")},
        {"margin": Decimal(0)},
        {"purpose": ""},
        {"repayment": "never"},
    ],
)
def test_figures_that_do_not_fit_are_refused(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, fields: dict[str, object]
) -> None:
    with pytest.raises(ValidationError):
        make.a_draft_application(backed, by=ben, **fields)
    assert not LoanApplication.objects.exists()
    draft = make.a_draft_application(backed, by=ben)
    with pytest.raises(ValidationError):
        applications.edit(application=draft, by=ben, **fields)


def test_state_and_drive_are_not_among_what_is_edited(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat
) -> None:
    draft = make.a_draft_application(backed, by=ben)
    edited = applications.edit(application=draft, by=ben, state="approved", submission=7, months=6)

    assert (edited.state, edited.submission, edited.months) == ("draft", 0, 6)


def test_more_than_the_pledges_carry_is_not_handed_in(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat
) -> None:
    """20% of $24,000 is $4,800; at a margin of .50 the cover allows $4,541."""
    draft = make.a_draft_application(backed, by=ben, amount_minor=4_801_00)
    assert refusal(applications.submit, application=draft, by=ben) == (
        "The pledges carry at most $4,800 today.", "amount",
    )  # fmt: skip
    applications.edit(application=draft, by=ben, amount_minor=4_800_00, margin=Decimal("0.50"))
    assert refusal(applications.submit, application=draft, by=ben) == (
        "The pledges carry at most $4,541 today.", "amount",
    )  # fmt: skip
    applications.edit(application=draft, by=ben, amount_minor=4_541_00)
    assert applications.submit(application=draft, by=ben).state == "submitted"


def test_a_drive_that_still_gathers_may_be_written_about_and_not_handed_in(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat
) -> None:
    drive = pledge_make.brought_to(backed, "gathering")
    draft = make.a_draft_application(drive, by=ben)

    assert refusal(applications.submit, application=draft, by=ben)[0] == (
        "The drive has to qualify first."
    )
    assert state_of(draft) == "draft"


# --- shared, withdrawn ------------------------------------------------------------


def test_sharing_again_changes_what_else_is_shown(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender, lena: Seat
) -> None:
    approved = make.an_approved_application(backed, by=ben)
    here = {"application": approved, "lender": oak_bank, "by": ben}
    applications.share(**here)
    applications.share(**here, with_contact=False)

    found = approved.sharings.get()
    assert (found.with_contact, found.with_months) == (False, True)
    assert letters("application-shared") == [("lena@example.org", "application-shared")]


def test_a_lender_that_has_ended_is_shown_nothing(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender, ada: Seat
) -> None:
    approved = make.an_approved_application(backed, by=ben)
    # As it was when the page was opened.
    before = Lender.objects.get(pk=oak_bank.pk)
    make.lenders.end_lender(lender=oak_bank, by=ada)

    assert refusal(applications.share, application=approved, lender=before, by=ben)[0] == (
        "This lender takes no applications any more."
    )
    assert not approved.sharings.exists()


def test_who_has_made_an_offer_is_not_shut_out_before_it_is_declined(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender
) -> None:
    approved = make.an_approved_application(backed, by=ben)
    offer = make.an_offer(approved, by=ben, lender=oak_bank)
    sharing = approved.sharings.get()

    assert refusal(applications.unshare, sharing=sharing, by=ben)[0] == (
        "This lender has made an offer. Decline it first."
    )
    offers.decline(offer=offer, by=ben)
    applications.unshare(sharing=sharing, by=ben)
    applications.unshare(sharing=sharing, by=ben)
    assert not approved.sharings.live().exists()


def test_withdrawing_ends_offers_and_sharings_and_tells_the_lenders(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, oak_bank: Lender, lena: Seat
) -> None:
    approved = make.an_approved_application(backed, by=ben)
    offer = make.an_offer(approved, by=ben, lender=oak_bank)
    applications.withdraw(application=approved, by=ben)
    offer.refresh_from_db()

    assert (offer.state, state_of(approved)) == (OfferState.DECLINED, "withdrawn")
    assert offer.ended_at is not None
    assert not approved.sharings.live().exists()
    assert letters("offer-declined") == [("lena@example.org", "offer-declined")]


def test_a_drive_that_ends_takes_its_application_and_its_accepted_loan_with_it(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, ada: Seat, oak_bank: Lender
) -> None:
    loan = make.an_accepted_loan(backed, by=ben, lender=oak_bank)
    drives.end_drive(drive=backed, reason="The oven came as a gift.", by=ada)

    application = loan.offer.application
    assert Loan.objects.get(pk=loan.pk).state == LoanState.CALLED_OFF
    assert (state_of(application), path_of(application)[-2:]) == (
        "withdrawn", ["approved", "withdrawn"],
    )  # fmt: skip
    assert refusal(loans.accept, offer=loan.offer, by=ben)[0] != ""


# --- the neighbour's --------------------------------------------------------------


def test_nothing_of_the_neighbours_can_be_named(
    in_oak_street: Alliance, backed: PledgeDrive, ben: Seat, otis: Seat, oak_bank: Lender,
    their_loan: Loan,
) -> None:  # fmt: skip
    theirs = their_loan.offer.application
    approved = make.an_approved_application(backed, by=ben)
    missing = (LoanApplication.DoesNotExist, PledgeDrive.DoesNotExist, DomainError)

    for act in (
        lambda: applications.write(drive=theirs.drive, by=ben, purpose="x"),
        lambda: applications.edit(application=theirs, by=ben, months=6),
        lambda: applications.submit(application=theirs, by=ben),
        lambda: applications.approve(application=theirs, by=otis),
        lambda: applications.decline(application=theirs, by=otis, reason="x"),
        lambda: applications.give_back(application=theirs, by=otis, reason="x"),
        lambda: applications.withdraw(application=theirs, by=ben),
        lambda: applications.withdraw(application=theirs, by=None),
        lambda: applications.share(application=theirs, by=ben, lender=oak_bank),
        lambda: applications.share(application=approved, by=ben, lender=their_loan.lender),
    ):
        with pytest.raises(missing):
            act()
