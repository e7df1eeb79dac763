"""Card payments with commits, on connections of their own: at once, and killed on the way."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from alliance import clock
from alliance.models import Alliance
from alliance.tenancy.scope import in_alliance
from members.models import Checkout, Invoice, Payment, StripeEvent
from members.services import card_books, card_charges, cards, stripe_accounts, stripe_events
from members.services.notices import due_moment
from tests.factories import members as make
from tests.members.at_stripe import KEY, AtStripe
from tests.side_by_side import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invoice(oak_street: Alliance, bakery, ben) -> Invoice:
    with in_alliance(oak_street):
        return make.an_invoice(membership=make.a_membership(business=bakery))


def test_the_same_news_from_eight_sides_is_one_payment(at_stripe: AtStripe, invoice) -> None:
    with in_alliance(at_stripe.alliance):
        at_stripe.paid_visit(invoice, saves_card=True)
    events = at_stripe.server.take(KEY)

    def arrive() -> list[int]:
        statuses = [at_stripe.post(event) for event in reversed(events)]
        stripe_events.bring_due(at_stripe.alliance)
        return statuses

    answers = at_once(*[arrive] * 8)

    assert answers == [[200, 200, 200]] * 8
    with in_alliance(at_stripe.alliance):
        assert Payment.objects.count() == 1
        assert StripeEvent.objects.filter(handled_at=None).count() == 0
        assert Checkout.objects.get().state == "paid"


def test_a_refund_at_stripes_desk_told_to_eight_workers_is_booked_once(
    at_stripe: AtStripe, invoice
) -> None:
    with in_alliance(at_stripe.alliance):
        at_stripe.paid_visit(invoice)
        at_stripe.bring()
        payment = Payment.objects.get()
    at_stripe.account.refund({"payment_intent": payment.external_id, "amount": "5000"})
    processor = _processor(at_stripe)
    seen = card_books.look(processor, processor.about(at_stripe.account.events[-1]))

    at_once(*[lambda: card_books.bring_in(at_stripe.alliance, seen)] * 8)

    with in_alliance(at_stripe.alliance):
        payment.refresh_from_db()
        invoice.refresh_from_db()
        assert (payment.refunded_minor, invoice.paid_minor) == (50_00, 70_00)
        assert invoice.credited_minor == 50_00


@pytest.mark.local
def test_a_worker_killed_on_stripes_answer_charges_once_in_the_end(
    at_stripe: AtStripe, invoice
) -> None:
    """kill -9, after Stripe has taken the money and before we have written it down."""
    with in_alliance(at_stripe.alliance):
        at_stripe.paid_visit(invoice, saves_card=True)
        at_stripe.bring()
        renewal = make.an_invoice(membership=invoice.membership)
        charge = cards.plan_charge(
            membership=invoice.membership,
            invoice=renewal,
            due_at=due_moment(clock.now().date() - timedelta(days=2), 0),
        )
    killed = _run_and_kill(at_stripe)
    with in_alliance(at_stripe.alliance):
        renewal.refresh_from_db()
        charge.refresh_from_db()
        assert (killed, renewal.paid_minor, charge.state) == (-signal.SIGKILL, 0, "due")
    assert len(at_stripe.account.of("payment_intent")) == 2

    with clock.at(clock.now() + card_charges.LEASE + timedelta(seconds=1)):
        assert card_charges.take_due(at_stripe.alliance) == 1
    with in_alliance(at_stripe.alliance):
        renewal.refresh_from_db()
        charge.refresh_from_db()
        assert (renewal.paid_minor, charge.state) == (120_00, "paid")
    assert len(at_stripe.account.of("payment_intent")) == 2


def _processor(at_stripe: AtStripe) -> Any:
    with in_alliance(at_stripe.alliance):
        return stripe_accounts.processor()


WORKER = """
import os, signal, django
django.setup()
from alliance.models import Alliance
from members.services import card_books, card_charges
card_books.bring_in = lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)
card_charges.take_due(Alliance.objects.get(slug="oak-street"))
"""


def _run_and_kill(at_stripe: AtStripe) -> int:
    environment = os.environ | {"STRIPE_API_BASE": at_stripe.server.base}
    done = subprocess.run(
        [sys.executable, "-c", WORKER],
        cwd=settings.BASE_DIR,
        env=environment,
        timeout=60,
        check=False,
    )
    return done.returncode
