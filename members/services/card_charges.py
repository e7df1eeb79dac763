"""Renewals taken from saved cards: on the day, tried again after 1, 3 and 7 days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from alliance import clock
from alliance.models import Alliance
from alliance.services import audit
from alliance.tenancy.scope import current_alliance, in_alliance
from members.models import CardCharge, ChargeState, Status
from members.payments.port import (
    CardProcessor,
    ChargeAsk,
    PaymentSeen,
    PaymentState,
    ProcessorAway,
    ProcessorRefused,
)
from members.queries.memberships import status_of, today
from members.services import card_books, card_letters, cards, stripe_accounts
from members.services.notices import due_moment

log = structlog.get_logger("commonweal.cards")

# Days from a try that failed to the next: the 1st, 3rd and 7th after the first.
WAITS = (1, 2, 4)
# Longer than Stripe may take to answer; a worker that died is followed by another then.
LEASE = timedelta(minutes=10)
BATCH = 50


@dataclass(frozen=True)
class _Try:
    """One attempt: what is asked, and under which number."""

    charge_id: UUID
    number: int
    ask: ChargeAsk
    since: datetime


def due() -> QuerySet[CardCharge]:
    """Charges whose moment has come."""
    return CardCharge.objects.filter(state=ChargeState.DUE, due_at__lte=clock.now())


def take_due(alliance: Alliance) -> int:
    """Takes what is due from saved cards, one after the other; how many were paid."""
    with in_alliance(alliance):
        processor = stripe_accounts.processor()
    paid = 0
    for _number in range(BATCH):
        with in_alliance(alliance):
            charge = due().order_by("due_at").select_for_update(skip_locked=True).first()
            attempt = _claim(charge) if charge else None
        if charge is None:
            break
        if attempt is None:
            continue
        try:
            paid += _take(alliance, processor, attempt)
        except ProcessorAway as error:
            # Whether it was done is not known: the lease runs out, and the
            # same is asked again under the same key.
            log.warning("charge_not_answered", charge=str(attempt.charge_id), error=str(error))
            break
    return paid


def _claim(charge: CardCharge) -> _Try | None:
    """Leases a charge whose row is locked; None where there is nothing to take any more."""
    membership, invoice = charge.membership, charge.invoice
    card = cards.will_charge(membership)
    ended = status_of(membership) in (Status.CANCELLED, Status.SUSPENDED)
    if card is None or ended or not invoice.due_minor:
        CardCharge.objects.filter(pk=charge.pk).update(state=ChargeState.STOPPED)
        return None
    CardCharge.objects.filter(pk=charge.pk).update(due_at=clock.now() + LEASE)
    alliance = current_alliance()
    with translation.override(alliance.language):
        description = _("Renewal, invoice %(number)s, %(name)s") % {
            "number": invoice.number,
            "name": alliance.name,
        }
    ask = ChargeAsk(
        key=f"charge:{charge.pk}:{charge.tries}",
        amount_minor=invoice.due_minor,
        currency=invoice.currency,
        description=description,
        customer_id=card.customer_id,
        payment_method_id=card.payment_method_id,
        reference={
            "alliance": str(alliance.pk),
            "invoice": str(invoice.pk),
            "charge": str(charge.pk),
        },
    )
    return _Try(charge_id=charge.pk, number=charge.tries, ask=ask, since=charge.created_at)


def _take(alliance: Alliance, processor: CardProcessor | None, attempt: _Try) -> bool:
    if processor is None:
        _failed(alliance, attempt, "not connected")
        return False
    try:
        payment = _taken_before(processor, attempt) or processor.charge(attempt.ask)
    except ProcessorRefused as error:
        _failed(alliance, attempt, str(error))
        return False
    if payment.state is PaymentState.UNPAID:
        _failed(alliance, attempt, "not paid")
        return False
    try:
        card_books.bring_in(alliance, card_books.Seen(payment=payment))
    except card_books.NeedsLook as error:
        # The news of this payment says it too, where staff looks.
        log.warning("charge_needs_look", charge=str(attempt.charge_id), error=str(error))
    return payment.state is PaymentState.PAID


def _taken_before(processor: CardProcessor, attempt: _Try) -> PaymentSeen | None:
    """What an attempt brought whose answer was lost.

    Stripe forgets keys after a day; the reference on the payment stays.
    """
    return processor.charged(
        customer_id=attempt.ask.customer_id,
        reference=attempt.ask.reference,
        since=attempt.since,
    )


def _failed(alliance: Alliance, attempt: _Try, error: str) -> None:
    """Counts a try, once, plans the next or gives up, and writes to the member."""
    with in_alliance(alliance):
        is_last = attempt.number >= len(WAITS)
        next_at = None if is_last else due_moment(today(), WAITS[attempt.number])
        counted = CardCharge.objects.filter(
            pk=attempt.charge_id, state=ChargeState.DUE, tries=attempt.number
        ).update(
            tries=F("tries") + 1,
            last_error=error[:200],
            **({"state": ChargeState.FAILED} if next_at is None else {"due_at": next_at}),
        )
        if not counted:
            return
        charge = CardCharge.objects.select_related("invoice", "membership").get(
            pk=attempt.charge_id
        )
        audit.record(
            by=None,
            action="card.charge_failed",
            subject=charge,
            tries=charge.tries,
            error=error[:200],
        )
        card_letters.charge_failed(
            charge=charge,
            card=cards.will_charge(charge.membership),
            next_on=None if next_at is None else next_at.date(),
        )
