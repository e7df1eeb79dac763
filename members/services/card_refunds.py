"""Refunds by card: asked of Stripe after the commit, booked when Stripe has made them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db.models import QuerySet

from alliance import clock
from alliance.models import Alliance
from alliance.tenancy.scope import current_alliance, in_alliance
from members.models import Method, Refund, RefundState
from members.payments.port import (
    CardProcessor,
    ProcessorAway,
    ProcessorRefused,
    RefundAsk,
    RefundSeen,
)
from members.services import card_books, payments, stripe_accounts, wake

log = structlog.get_logger("commonweal.cards")


def note_asked(sender: Any, *, refund: Refund, **kwargs: Any) -> None:
    """Hears `events.refund_asked`: a worker asks Stripe once the refund is committed."""
    wake.after_commit("members.ask_refund", refund_id=str(refund.pk))


def to_ask() -> QuerySet[Refund]:
    """Refunds by card of which Stripe has not heard, or whose answer was lost."""
    return Refund.objects.filter(
        state=RefundState.ASKED, external_id="", payment__method=Method.CARD
    )


def waiting() -> QuerySet[Refund]:
    """Those that a worker should have asked for by now."""
    return to_ask().filter(asked_at__lt=clock.now() - timedelta(seconds=60))


def ask_stripe(alliance: Alliance, refund_id: UUID) -> bool:
    """Asks Stripe to give the money back; whether it answered. Asked twice, it gives back once."""
    with in_alliance(alliance):
        refund = to_ask().select_related("payment").filter(pk=refund_id).first()
        processor = stripe_accounts.processor()
        if refund is None:
            return False
        if processor is None:
            payments.refund_failed(refund=refund, error="not connected")
            return False
        ask = RefundAsk(
            key=f"refund:{refund.pk}",
            payment_id=refund.payment.external_id,
            amount_minor=refund.amount_minor,
            reference={"alliance": str(current_alliance().pk), "refund": str(refund.pk)},
        )
    try:
        seen = _given_before(processor, ask) or processor.refund(ask)
    except ProcessorAway as error:
        log.warning("refund_not_answered", refund=str(refund_id), error=str(error))
        return False
    except ProcessorRefused as error:
        with in_alliance(alliance):
            payments.refund_failed(refund=refund, error=str(error))
        return False
    with in_alliance(alliance):
        card_books.bring_refund(ask.payment_id, seen)
    return True


def _given_before(processor: CardProcessor, ask: RefundAsk) -> RefundSeen | None:
    """What a request brought whose answer was lost; Stripe forgets keys after a day."""
    for seen in processor.refunds(ask.payment_id):
        if dict(seen.reference) == dict(ask.reference):
            return seen
    return None
