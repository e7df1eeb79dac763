"""Stripe's news: stored once as it came, then brought in, tried again, or laid before staff.

A row that is claimed is due again only after its lease; the broker only
wakes, as with the outbox (ADR-0005).
"""

import random
from datetime import timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet

from alliance import clock
from alliance.models import Alliance, Seat
from alliance.services import audit
from alliance.tenancy.scope import in_alliance
from members.models import StripeEvent
from members.payments.port import CardProcessor, Forged, KeyRefused, ProcessorAway, ProcessorRefused
from members.queries import cards as queries
from members.services import card_books, stripe_accounts, wake

log = structlog.get_logger("commonweal.stripe")

BATCH = 50
LEASE = timedelta(minutes=4)
MAX_TRIES = 8
# A fee that Stripe has not booked after so many tries is left out.
PATIENT_TRIES = 5
# Stripe itself shows events for thirty days.
KEPT_FOR = timedelta(days=90)
# News that can change something here; the rest is kept and left alone.
BRINGS = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "payment_intent.succeeded",
    "payment_intent.payment_failed",
    "charge.dispute.created",
    "charge.refunded",
    "charge.refund.updated",
    "refund.created",
    "refund.updated",
    "refund.failed",
}


def receive(*, payload: bytes, signature: str) -> StripeEvent | None:
    """Stores a message that Stripe signed for this alliance; None if it came before.

    Raises:
        Forged: it is not signed with this alliance's secret, or long ago.
    """
    processor = stripe_accounts.processor()
    if processor is None:
        raise Forged("not connected")
    news = processor.read_news(payload, signature)
    if not 0 < len(news.external_id) <= 120 or len(news.type) > 80:
        raise Forged("not an event")
    event = StripeEvent(external_id=news.external_id, type=news.type, payload=news.payload)
    account = queries.account()
    if news.type not in BRINGS or account is None or news.is_live is not account.is_live:
        event.handled_at = clock.now()
    with transaction.atomic():
        StripeEvent.objects.bulk_create([event], ignore_conflicts=True)
        is_new = StripeEvent.objects.filter(pk=event.pk).exists()
    if is_new and event.handled_at is None:
        wake.after_commit("members.bring_news")
    return event if is_new else None


def due() -> QuerySet[StripeEvent]:
    """News that is to be brought in now."""
    return StripeEvent.objects.filter(
        handled_at__isnull=True, dead_at__isnull=True, due_at__lte=clock.now()
    )


def bring_due(alliance: Alliance, *, limit: int = BATCH) -> int:
    """Brings in what is due, one after the other; how many were taken up."""
    for done in range(limit):
        with in_alliance(alliance):
            processor = stripe_accounts.processor()
            event = _claim()
        if event is None:
            return done
        if not _bring(alliance, processor, event):
            # Stripe is away: what is behind this one keeps its tries for later.
            return done + 1
    return limit


@transaction.atomic
def try_again(*, event: StripeEvent, by: Seat) -> bool:
    """Gives news that was laid before staff another life; False if it was not."""
    revived = StripeEvent.objects.filter(pk=event.pk, dead_at__isnull=False).update(
        dead_at=None, tries=0, due_at=clock.now(), last_error=""
    )
    if revived:
        audit.record(by=by, action="stripe.news_tried_again", subject=event, type=event.type)
        wake.after_commit("members.bring_news")
    return bool(revived)


@transaction.atomic
def set_aside(*, event: StripeEvent, by: Seat) -> bool:
    """Somebody has looked and settled it otherwise; the news is kept."""
    settled = StripeEvent.objects.filter(pk=event.pk, dead_at__isnull=False).update(
        dead_at=None, handled_at=clock.now()
    )
    if settled:
        audit.record(by=by, action="stripe.news_set_aside", subject=event, type=event.type)
    return bool(settled)


def forget_old(alliance: Alliance) -> int:
    """Empties news that was settled long ago: it holds names and addresses; how many."""
    with in_alliance(alliance):
        return old().update(payload={})


def old() -> QuerySet[StripeEvent]:
    """News that was settled so long ago that nobody asks for its words any more."""
    settled = StripeEvent.objects.filter(handled_at__lt=clock.now() - KEPT_FOR)
    return settled.exclude(payload={})


def _claim() -> StripeEvent | None:
    rows = due().order_by("due_at", "received_at").select_for_update(skip_locked=True)
    event = rows.first()
    if event:
        event.due_at, event.tries = clock.now() + LEASE, event.tries + 1
        event.save(update_fields=["due_at", "tries"])
    return event


def _bring(alliance: Alliance, processor: CardProcessor | None, event: StripeEvent) -> bool:
    """Brings one in, or says when it is next; False where Stripe did not answer."""
    try:
        if processor is None:
            raise card_books.NotYet("not connected")
        seen = card_books.look(processor, processor.about(event.payload))
        card_books.bring_in(alliance, seen, is_patient=event.tries < PATIENT_TRIES)
    except ProcessorAway as error:
        _put_off(alliance, event, str(error))
        return False
    except (card_books.NotYet, KeyRefused) as error:
        _put_off(alliance, event, str(error))
    except (card_books.NeedsLook, ProcessorRefused) as error:
        _put_off(alliance, event, str(error), is_dead=True)
    except Exception as error:
        # One that breaks must not hold back those behind it.
        log.exception("news_not_brought_in", type=event.type, news=str(event.pk))
        _put_off(alliance, event, type(error).__name__)
    else:
        with in_alliance(alliance):
            StripeEvent.objects.filter(pk=event.pk, handled_at__isnull=True).update(
                handled_at=clock.now(), dead_at=None, last_error=""
            )
    return True


def _put_off(alliance: Alliance, event: StripeEvent, error: str, *, is_dead: bool = False) -> None:
    now = clock.now()
    wait = 15 * 3 ** (event.tries - 1) * random.uniform(0.8, 1.2)
    with in_alliance(alliance):
        StripeEvent.objects.filter(
            pk=event.pk, handled_at__isnull=True, due_at=event.due_at
        ).update(
            due_at=now + timedelta(seconds=wait),
            dead_at=now if is_dead or event.tries >= MAX_TRIES else None,
            last_error=error[:200],
        )
