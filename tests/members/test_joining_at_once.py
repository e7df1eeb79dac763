"""Everybody at the same moment: one application, one member, one outcome, and no deadlock."""

from datetime import timedelta
from functools import partial

import pytest

from alliance import clock
from alliance.errors import DomainError
from alliance.tenancy.scope import in_alliance
from members.models import (
    Application,
    ApplicationStep,
    Buddy,
    Business,
    CreditNote,
    Invoice,
    MembershipPeriod,
    Representative,
    Step,
    WelcomeStep,
)
from members.services import application_ends, applications, approvals, payments, welcome
from tests.factories import members as make
from tests.members.reading import mails
from tests.pledges.at_once import at_once, broker_instead_of_eager

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _real_broker():
    with broker_instead_of_eager():
        yield


@pytest.fixture
def tier(oak_street):
    with in_alliance(oak_street):
        return make.a_tier()


def refused(answers) -> int:
    """How many were refused in words; anything else that was raised comes out."""
    errors = [answer for answer in answers if isinstance(answer, Exception)]
    for error in errors:
        if not isinstance(error, DomainError):
            raise error
    return len(errors)


def test_one_form_pressed_twenty_times_is_one_application(oak_street, tier):
    press = partial(
        applications.write, answers=make.answers(tier), wording="I may.", form_key="one"
    )
    assert refused(at_once(oak_street, [press] * 20, connections=10)) == 0
    with in_alliance(oak_street):
        assert (Application.objects.count(), len(mails())) == (1, 1)


def test_one_button_pressed_twenty_times_confirms_once(oak_street, tier):
    with in_alliance(oak_street):
        draft = make.a_draft_application(tier)
    press = partial(applications.confirm, application=draft)
    assert refused(at_once(oak_street, [press] * 20, connections=10)) == 0
    with in_alliance(oak_street):
        assert ApplicationStep.objects.filter(to_state="submitted").count() == 1


def test_staff_who_decide_at_once_decide_once(oak_street, tier, ada):
    with in_alliance(oak_street):
        application = make.an_application(tier)
    acts = [
        partial(approvals.approve, application=application, by=ada),
        partial(application_ends.decline, application=application, reason="No.", by=ada),
    ] * 6
    answers = at_once(oak_street, acts, connections=12)
    with in_alliance(oak_street):
        application.refresh_from_db()
        made = (Business.objects.count(), Invoice.objects.count())
        # Declining what was approved a moment ago is a decision too; it credits the invoice.
        credited = CreditNote.objects.count()
    decisions = len(acts) - refused(answers)
    assert (application.state, made, credited, decisions) in (
        ("declined", (0, 0), 0, 1),
        ("awaiting_payment", (1, 1), 0, 1),
        ("declined", (1, 1), 1, 2),
    )


def test_the_money_and_the_last_day_at_once_leave_one_outcome(oak_street, tier, ada):
    for n in range(4):
        with in_alliance(oak_street):
            application = make.an_approved_application(
                tier, by=ada, trade_name=f"Shop {n}", email=f"p{n}@example.com"
            )
            Application.objects.filter(pk=application.pk).update(
                expires_at=clock.now() - timedelta(days=1)
            )
            invoice = application.invoice
            receipt = make.a_receipt(invoice)
        pay = partial(payments.record, invoice=invoice, receipt=receipt, key=f"cheque {n}", by=ada)
        end = partial(application_ends.expire, application=application)
        refused(at_once(oak_street, [pay, end, end, pay], connections=4))
        with in_alliance(oak_street):
            application.refresh_from_db()
            invoice.refresh_from_db()
            terms = MembershipPeriod.objects.filter(membership=application.membership).count()
        assert (application.state, invoice.paid_minor, invoice.credited_minor, terms) in (
            ("activated", 120_00, 0, 1),
            ("expired", 0, 120_00, 0),
        )


def test_two_of_the_staff_who_ask_somebody_leave_one_buddy(oak_street, tier, ada):
    with in_alliance(oak_street):
        newcomer = make.a_member(tier=tier)
        hosts = []
        for n in range(2):
            made = make.an_approved_application(
                tier, by=ada, trade_name=f"Host {n}", email=f"h{n}@example.com"
            )
            hosts.append(Representative.objects.get(business=made.membership.business))
    acts = [
        partial(welcome.assign_buddy, membership=newcomer, representative=host, by=ada)
        for host in hosts * 4
    ]
    assert refused(at_once(oak_street, acts, connections=8)) == 0
    tick = partial(welcome.tick_off, membership=newcomer, step=Step.TEAM, by=ada)
    assert refused(at_once(oak_street, [tick] * 8, connections=8)) == 0
    with in_alliance(oak_street):
        assert Buddy.objects.filter(ended_at__isnull=True).count() == 1
        assert WelcomeStep.objects.count() == 1
