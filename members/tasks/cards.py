"""Card payments: what a worker asks of Stripe, and the sweep for whom nobody was woken."""

from typing import Any
from uuid import UUID

from celery import shared_task
from django.db.models import QuerySet

from alliance.celery import AllianceTask
from alliance.models import Alliance
from alliance.tenancy.scope import across_alliances
from members.services import (
    card_books,
    card_charges,
    card_refunds,
    cards,
    checkouts,
    stripe_events,
    wake,
)

BATCH = 50


@shared_task(name="members.open_checkout", base=AllianceTask)
def open_checkout(alliance: Alliance, *, checkout_id: str) -> None:
    """Opens a visit at Stripe."""
    checkouts.open_at_stripe(alliance, UUID(checkout_id))


@shared_task(name="members.look_at_checkout", base=AllianceTask)
def look_at_checkout(alliance: Alliance, *, checkout_id: str) -> None:
    """Asks Stripe how a visit stands, where its news is late or lost."""
    card_books.look_at_visit(alliance, UUID(checkout_id))


@shared_task(name="members.close_checkout", base=AllianceTask)
def close_checkout(alliance: Alliance, *, checkout_id: str) -> None:
    """Closes a visit at Stripe whose invoice is paid already."""
    card_books.close_visit(alliance, UUID(checkout_id))


@shared_task(name="members.bring_news", base=AllianceTask)
def bring_news(alliance: Alliance) -> None:
    """Brings Stripe's news into the books."""
    stripe_events.bring_due(alliance)


@shared_task(name="members.ask_refund", base=AllianceTask)
def ask_refund(alliance: Alliance, *, refund_id: str) -> None:
    """Asks Stripe to give money back."""
    card_refunds.ask_stripe(alliance, UUID(refund_id))


@shared_task(name="members.forget_cards", base=AllianceTask)
def forget_cards(alliance: Alliance) -> None:
    """Has Stripe forget the cards that were given up."""
    cards.forget_removed(alliance)


@shared_task(name="members.take_charges", base=AllianceTask)
def take_charges(alliance: Alliance) -> None:
    """Takes the renewals that are due from saved cards."""
    card_charges.take_due(alliance)


@shared_task(name="members.charge_cards")
def charge_cards() -> None:
    """Every minute: renewals by card whose moment has come, and cards to forget."""
    with across_alliances(reason="Find which alliances have renewals by card due."):
        charges, removed = _owners(card_charges.due()), _owners(cards.to_forget())
    for owner in charges:
        wake.now("members.take_charges", alliance_id=owner)
    for owner in removed:
        wake.now("members.forget_cards", alliance_id=owner)


@shared_task(name="members.forget_old_news")
def forget_old_news() -> None:
    """Daily: words of Stripe's news that was settled months ago."""
    with across_alliances(reason="Find which alliances keep old news of Stripe."):
        owners = _owners(stripe_events.old())
    for alliance in Alliance.objects.filter(pk__in=owners):
        stripe_events.forget_old(alliance)


@shared_task(name="members.sweep_cards")
def sweep_cards() -> None:
    """Every fifteen seconds: visits, refunds and news for which nobody was woken."""
    with across_alliances(reason="Find visits, refunds and news that wait for Stripe."):
        news = _owners(stripe_events.due())
        waiting = [
            ("members.open_checkout", "checkout_id", _ids(checkouts.waiting())),
            ("members.close_checkout", "checkout_id", _ids(checkouts.to_close())),
            ("members.look_at_checkout", "checkout_id", _ids(checkouts.overdue())),
            ("members.ask_refund", "refund_id", _ids(card_refunds.waiting())),
        ]
    for owner in news:
        wake.now("members.bring_news", alliance_id=owner)
    for task, argument, found in waiting:
        for owner, pk in found:
            wake.now(task, alliance_id=owner, **{argument: pk})


def _owners(rows: QuerySet[Any]) -> list[str]:
    found = rows.order_by().values_list("alliance_id", flat=True).distinct()
    return [str(owner) for owner in found]


def _ids(rows: QuerySet[Any]) -> list[tuple[str, str]]:
    found = rows.order_by("pk").values_list("alliance_id", "pk")[:BATCH]
    return [(str(owner), str(pk)) for owner, pk in found]
