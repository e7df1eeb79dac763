"""How an application ends without a member, and which moves there are at all."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from members.models import (
    APPLICATION_TRANSITIONS,
    Application,
    ApplicationState,
    Business,
    CreditNote,
    Membership,
)
from members.services import application_ends, applications, memberships
from members.services.application_moves import move
from members.services.settings import change_settings
from members.tasks.applications import expire_applications
from tests.factories import members as make
from tests.members.reading import booked, figures_of, mails, steps_of, told
from tests.pledges.reading import refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour")

START = datetime(2026, 3, 10, 20, tzinfo=UTC)
MOVES = {
    ("draft", "submitted"), ("draft", "expired"),
    ("submitted", "info_requested"), ("submitted", "approved"), ("submitted", "declined"),
    ("submitted", "expired"),
    ("info_requested", "submitted"), ("info_requested", "approved"),
    ("info_requested", "declined"), ("info_requested", "expired"),
    ("approved", "awaiting_payment"), ("approved", "activated"),
    ("awaiting_payment", "activated"), ("awaiting_payment", "declined"),
    ("awaiting_payment", "expired"),
}  # fmt: skip


def test_the_table_of_moves_is_what_was_agreed_and_nothing_else_is_possible(tier):
    application, possible = make.a_draft_application(tier), set()
    for before, after in product(ApplicationState.values, repeat=2):
        application.state = before
        if not refusal(move, application=application, to=ApplicationState(after))[0]:
            possible.add((before, after))
    assert possible == MOVES
    assert {(a, b) for a, found in APPLICATION_TRANSITIONS.items() for b in found} == MOVES


def test_declining_tells_why_and_ends_it(tier, ada):
    application = make.an_application(tier)
    application_ends.decline(application=application, reason="You are a chain.", by=ada)
    assert steps_of(application)[-1] == ("declined", "You are a chain.", ada.pk)
    assert mails()[-1][0] == "declined"
    assert (Business.objects.count(), Membership.objects.count()) == (0, 0)
    assert refusal(application_ends.decline, application=application, reason="Again.", by=ada) == (
        "This application is declined now; that is no longer possible.",
        None,
    )


def test_declining_needs_a_reason(tier, ada):
    application = make.an_application(tier)
    assert refusal(application_ends.decline, application=application, reason=" ", by=ada) == (
        "Say why; the applicant reads it.",
        "reason",
    )


def test_declining_an_approved_one_credits_its_invoice_and_ends_the_membership(tier, ada):
    application = make.an_approved_application(tier, by=ada)
    application_ends.decline(application=application, reason="It was sold.", by=ada)
    application.refresh_from_db()
    assert (application.state, figures_of(application.invoice)) == (
        "declined",
        (120_00, 0, 120_00, 0, 0),
    )
    assert CreditNote.objects.get().reason == "It was sold."
    assert [entry[0] for entry in booked()] == ["invoice", "credit_note"]
    day = clock.now().date().isoformat()
    assert told(application.membership, day) == ["cancelled"]


def test_one_that_was_paid_into_is_not_declined_before_the_money_is_given_back(tier, ada):
    application = make.an_approved_application(tier, by=ada)
    make.a_payment(invoice=application.invoice, amount_minor=1_00)
    assert refusal(application_ends.decline, application=application, reason="So.", by=ada) == (
        "A payment has come in for it. Give that back first.",
        None,
    )


@pytest.fixture
def waiting(oak_street, neighbour, ada):
    """A draft, a submitted one, one that was asked, one unpaid; and the neighbour's draft."""
    with clock.at(START), in_alliance(neighbour.alliance):
        make.a_draft_application(make.a_tier())
    with clock.at(START), in_alliance(oak_street):
        tier = make.a_tier()
        found = {
            "draft": make.a_draft_application(tier, trade_name="Draft", email="a@example.com"),
            "submitted": make.an_application(tier, trade_name="Submitted", email="b@example.com"),
            "asked": make.an_application(tier, trade_name="Asked", email="c@example.com"),
            "unpaid": make.an_approved_application(
                tier, by=ada, trade_name="Unpaid", email="d@example.com"
            ),
        }
        applications.request_info(application=found["asked"], question="Where?", by=ada)
    return found


def states_at(moment, alliance) -> dict[str, str]:
    with clock.at(moment):
        expire_applications()
    with in_alliance(alliance):
        return dict(Application.objects.values_list("trade_name", "state"))


DAY_30 = START + timedelta(days=30)
# The invoice is due on 9 April; the day ends at seven in the morning of UTC.
DAY_DUE = datetime(2026, 4, 10, 7, tzinfo=UTC)
FRESH = {
    "Draft": "draft",
    "Submitted": "submitted",
    "Asked": "info_requested",
    "Unpaid": "awaiting_payment",
}


def test_thirty_days_to_the_second(waiting, oak_street, neighbour):
    assert states_at(DAY_30 - timedelta(seconds=1), oak_street) == FRESH
    ended = FRESH | {"Draft": "expired", "Asked": "expired"}
    assert states_at(DAY_30, oak_street) == ended
    # The invoice may be paid on the whole of its last day.
    assert states_at(DAY_DUE - timedelta(seconds=1), oak_street) == ended
    assert states_at(DAY_DUE, oak_street) == ended | {"Unpaid": "expired"}
    with in_alliance(neighbour.alliance):
        assert Application.objects.get().state == "expired"


def test_the_second_sweep_does_nothing(waiting, oak_street):
    states_at(DAY_DUE, oak_street)
    before = row_counts(oak_street)
    states_at(DAY_DUE + timedelta(hours=1), oak_street)
    assert row_counts(oak_street) == before


def test_an_unpaid_one_leaves_no_debt_and_no_member(waiting, oak_street):
    states_at(DAY_DUE, oak_street)
    with in_alliance(oak_street):
        unpaid = Application.objects.get(trade_name="Unpaid")
        assert figures_of(unpaid.invoice) == (120_00, 0, 120_00, 0, 0)
        assert told(unpaid.membership, "2026-04-10") == ["cancelled"]
        told_to = [(template, to) for template, to, _key in mails() if template == "expired"]
        # Nobody had confirmed the draft's address.
        assert sorted(told_to) == [("expired", "c@example.com"), ("expired", "d@example.com")]


def test_a_long_time_to_pay_is_a_long_time_to_join(oak_street, ada):
    with clock.at(START), in_alliance(oak_street):
        change_settings(by=ada, days_to_pay=90)
        make.an_approved_application(make.a_tier(), by=ada)
    assert states_at(START + timedelta(days=89), oak_street) == {"Moss & Fern": "awaiting_payment"}
    assert states_at(START + timedelta(days=91), oak_street) == {"Moss & Fern": "expired"}


def test_one_that_was_paid_into_waits_for_the_staff(waiting, oak_street):
    with in_alliance(oak_street), clock.at(START + timedelta(days=1)):
        unpaid = Application.objects.get(trade_name="Unpaid")
        make.a_payment(invoice=unpaid.invoice, amount_minor=1_00)
    assert states_at(DAY_DUE, oak_street)["Unpaid"] == "awaiting_payment"
    with in_alliance(oak_street), clock.at(DAY_DUE):
        # Called by name it does not end either.
        assert application_ends.expire(application=unpaid).state == "awaiting_payment"


def test_a_member_who_came_back_and_did_not_pay_stays_what_they_were(oak_street, ada, bakery):
    with in_alliance(oak_street), clock.at(START):
        tier = make.a_tier()
        membership = make.a_member(business=bakery, tier=tier)
        again = make.an_application(tier, trade_name="Ben's Bakery")
        from members.services import approvals

        approvals.approve(application=again, by=ada, business=bakery)
    states_at(DAY_DUE, oak_street)
    with in_alliance(oak_street):
        assert told(membership, "2026-04-11") == ["new"]


def test_one_that_staff_had_credited_and_cancelled_still_ends(waiting, oak_street, ada):
    with in_alliance(oak_street), clock.at(START + timedelta(days=1)):
        unpaid = Application.objects.get(trade_name="Unpaid")
        make.a_credit(unpaid.invoice, "2026-03-11")
        memberships.cancel(membership=unpaid.membership, by=ada)
    assert states_at(DAY_DUE, oak_street)["Unpaid"] == "expired"


def test_after_it_has_run_out_one_may_apply_again(waiting, oak_street):
    states_at(DAY_DUE, oak_street)
    with in_alliance(oak_street), clock.at(DAY_DUE):
        again = make.an_application(make.a_tier(), trade_name="Unpaid", email="d@example.com")
    assert again.state == "submitted"
