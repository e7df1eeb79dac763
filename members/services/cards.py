"""Saved cards: kept with a consent of their own, given up with it, forgotten at Stripe."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import QuerySet

from alliance import clock
from alliance.models import Alliance, Consent, Seat
from alliance.services import audit, consent
from alliance.tenancy.scope import in_alliance
from members.models import CardCharge, ChargeState, Invoice, Membership, SavedCard
from members.payments.port import Card, KeyRefused, ProcessorAway
from members.queries import cards as queries
from members.services import memberships, stripe_accounts, wake

log = structlog.get_logger("commonweal.cards")


def will_charge(membership: Membership) -> SavedCard | None:
    """The card that renews this membership: kept, its consent standing, Stripe connected."""
    card = SavedCard.objects.filter(
        membership=membership, removed_at__isnull=True, consent__withdrawals__isnull=True
    ).first()
    return card if card and queries.account() else None


@transaction.atomic
def plan_charge(*, membership: Membership, invoice: Invoice, due_at: datetime) -> CardCharge:
    """Makes the renewal's charge due; asked again, the same one. One that was stopped revives."""
    charge, is_new = CardCharge.objects.get_or_create(
        invoice=invoice, defaults={"membership": membership, "due_at": due_at}
    )
    if not is_new and charge.state == ChargeState.STOPPED:
        # The tries go on counting: each has a key of its own at Stripe.
        charge.state, charge.due_at, charge.last_error = ChargeState.DUE, due_at, ""
        charge.save(update_fields=["state", "due_at", "last_error"])
    return charge


def is_planned(invoice: Invoice) -> bool:
    """Whether a charge for this invoice is still to be tried."""
    return CardCharge.objects.filter(invoice=invoice, state=ChargeState.DUE).exists()


def agree(*, membership: Membership, email: str) -> Consent:
    """Records that this address agreed to renewals by card, in the words that are shown."""
    return consent.give(
        email=email,
        purpose=queries.AUTO_RENEW,
        wording=queries.renewal_words(membership),
        subject_id=membership.pk,
    )


@transaction.atomic
def keep(*, membership: Membership, card: Card) -> SavedCard | None:
    """Keeps a card for renewals in place of the one before; None where nobody agreed to it.

    Where the consent was withdrawn while its owner was at Stripe, the card is
    noted as removed, so that Stripe forgets it too.
    """
    membership = memberships.locked(membership)
    agreed = queries.live_consent(membership)
    before = SavedCard.objects.filter(membership=membership, removed_at__isnull=True).first()
    if before and before.payment_method_id == card.payment_method_id:
        return before
    standing = agreed or _last_consent(membership)
    if standing is None:
        return None
    if agreed:
        _remove(membership)
    kept = SavedCard.objects.create(
        membership=membership,
        consent=standing,
        customer_id=card.customer_id,
        payment_method_id=card.payment_method_id,
        brand=card.brand,
        last4=card.last4,
        expires_month=card.expires_month,
        expires_year=card.expires_year,
        removed_at=None if agreed else clock.now(),
    )
    if agreed:
        audit.record(by=None, action="card.kept", subject=membership, last4=card.last4)
    wake.after_commit("members.forget_cards")
    return kept if agreed else None


@transaction.atomic
def stop_renewal(*, membership: Membership, by: Seat | None) -> bool:
    """Withdraws the consent, gives up the card and what was planned; False if there was none."""
    membership = memberships.locked(membership)
    agreed = queries.live_consent(membership)
    card = SavedCard.objects.filter(membership=membership, removed_at__isnull=True).first()
    if agreed is None and card is None:
        return False
    while agreed is not None:
        consent.withdraw(email=agreed.email, purpose=queries.AUTO_RENEW, subject_id=membership.pk)
        agreed = queries.live_consent(membership)
    _remove(membership)
    CardCharge.objects.filter(membership=membership, state=ChargeState.DUE).update(
        state=ChargeState.STOPPED
    )
    audit.record(by=by, action="card.stopped", subject=membership, last4=card.last4 if card else "")
    wake.after_commit("members.forget_cards")
    return True


def forget_removed(alliance: Alliance) -> int:
    """Has Stripe forget the cards that were given up here; how many it did.

    A card whose name at Stripe is empty has been forgotten there.
    """
    with in_alliance(alliance):
        processor = stripe_accounts.processor()
        removed = list(to_forget()[:100]) if processor else []
    forgotten = 0
    for card in removed:
        assert processor is not None
        try:
            processor.forget_card(card.payment_method_id)
        except (ProcessorAway, KeyRefused) as error:
            log.warning("card_not_forgotten", card=str(card.pk), error=str(error))
            break
        with in_alliance(alliance):
            forgotten += SavedCard.objects.filter(pk=card.pk).update(payment_method_id="")
    return forgotten


def to_forget() -> QuerySet[SavedCard]:
    """Cards that were given up here and not yet at Stripe."""
    return SavedCard.objects.filter(removed_at__isnull=False).exclude(payment_method_id="")


def _remove(membership: Membership) -> None:
    SavedCard.objects.filter(membership=membership, removed_at__isnull=True).update(
        removed_at=clock.now()
    )


def _last_consent(membership: Membership) -> Consent | None:
    given = Consent.objects.filter(purpose=queries.AUTO_RENEW, subject_id=membership.pk)
    return given.order_by("-given_at").first()
