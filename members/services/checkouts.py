"""Visits to Stripe's page: begun here, opened by a worker, ended by what Stripe says."""

from datetime import timedelta
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from alliance import clock, links
from alliance.errors import DomainError
from alliance.models import Alliance, Seat
from alliance.services import audit
from alliance.tenancy.models import uuid7
from alliance.tenancy.scope import current_alliance, in_alliance
from members.models import Checkout, CheckoutState, Invoice, Membership
from members.payments.port import ProcessorAway, ProcessorError, Visit, VisitAsk
from members.queries import cards as queries
from members.services import cards, invoices, stripe_accounts, wake

log = structlog.get_logger("commonweal.cards")

UNDER_WAY = (CheckoutState.OPENING, CheckoutState.OPEN)
# A second press within this time leads to the same page at Stripe.
REUSED_FOR = timedelta(minutes=30)
# Stripe closes its page then. It wants half an hour at least, and a visit
# that could not be opened for so long is nobody's any more.
LIVES_FOR, OPENED_WITHIN = timedelta(hours=2), timedelta(minutes=80)
RETURN = "members.checkout"


@transaction.atomic
def start(
    *, invoice: Invoice, amount_minor: int, saves_card: bool, by: Seat | None = None
) -> Checkout:
    """A visit that pays all that is due on an invoice, or its next part.

    With `saves_card` the payer agrees to renewals by card, in the words that
    are shown beside the box.

    Raises:
        DomainError: this amount is not due, or cards cannot be used now.
    """
    invoice = invoices.locked(invoice)
    offer = queries.offer(invoice)
    if offer is None:
        raise DomainError(_("This invoice cannot be paid by card now."))
    if amount_minor not in offer.amounts:
        raise DomainError(_("What is due has changed meanwhile. Please look again."), field="pays")
    saves_card = saves_card and bool(offer.consent_words)
    again = Checkout.objects.filter(
        invoice=invoice,
        amount_minor=amount_minor,
        saves_card=saves_card,
        state__in=UNDER_WAY,
        created_at__gt=clock.now() - REUSED_FOR,
    ).first()
    if again:
        return again
    if saves_card:
        cards.agree(membership=invoice.membership, email=invoice.bill_email)
    return _begin(Checkout(invoice=invoice, amount_minor=amount_minor, saves_card=saves_card), by)


@transaction.atomic
def start_saving(*, membership: Membership, email: str, by: Seat) -> Checkout:
    """A visit that pays nothing and saves a card for renewals, as this address agrees to.

    Raises:
        DomainError: Stripe is not connected.
    """
    if queries.account() is None:
        raise DomainError(_("Card payments are not connected now."))
    cards.agree(membership=membership, email=email)
    return _begin(Checkout(membership=membership, amount_minor=0, saves_card=True), by)


def open_at_stripe(alliance: Alliance, checkout_id: UUID) -> bool:
    """Asks Stripe for the page of a visit that was begun; whether there is one now.

    Asked twice, or again after a worker died on Stripe's answer, it is the
    same page: the visit's key goes along.
    """
    with in_alliance(alliance):
        checkout = _whole().filter(pk=checkout_id, state=CheckoutState.OPENING).first()
        processor = stripe_accounts.processor()
        if checkout is None:
            return False
        if checkout.created_at < clock.now() - OPENED_WITHIN:
            note_ended(checkout, CheckoutState.EXPIRED)
            return False
        if processor is None:
            note_ended(checkout, CheckoutState.FAILED, "not connected")
            return False
        if unneeded().filter(pk=checkout.pk).exists():
            note_ended(checkout, CheckoutState.EXPIRED)
            return False
        ask = _ask(checkout)
    try:
        visit = processor.open_visit(ask)
    except ProcessorAway as error:
        log.warning("visit_not_opened", checkout=str(checkout_id), error=str(error))
        return False
    except ProcessorError as error:
        with in_alliance(alliance):
            note_ended(checkout, CheckoutState.FAILED, str(error))
        return False
    with in_alliance(alliance):
        return note_opened(checkout, visit)


def note_opened(checkout: Checkout, visit: Visit) -> bool:
    """Keeps the address of the page; False if the visit has gone on meanwhile."""
    return bool(
        Checkout.objects.filter(pk=checkout.pk, state=CheckoutState.OPENING).update(
            state=CheckoutState.OPEN, external_id=visit.external_id, url=visit.url, last_error=""
        )
    )


def note_paid(checkout: Checkout) -> bool:
    """Ends a visit well, once; False if it had ended so before."""
    # Whatever was thought of it: the money is there.
    rest = Checkout.objects.filter(pk=checkout.pk).exclude(state=CheckoutState.PAID)
    return bool(rest.update(state=CheckoutState.PAID, last_error=""))


def note_ended(checkout: Checkout, state: CheckoutState, error: str = "") -> bool:
    """Ends a visit that came to nothing; False if it had ended before."""
    rest = Checkout.objects.filter(pk=checkout.pk, state__in=UNDER_WAY)
    return bool(rest.update(state=state, last_error=error[:200]))


def waiting() -> QuerySet[Checkout]:
    """Visits that a worker should have opened by now."""
    return Checkout.objects.filter(
        state=CheckoutState.OPENING, created_at__lt=clock.now() - timedelta(seconds=20)
    )


def overdue() -> QuerySet[Checkout]:
    """Visits whose page is closed by now and of whose end no news came."""
    return Checkout.objects.filter(
        state=CheckoutState.OPEN, created_at__lt=clock.now() - LIVES_FOR - timedelta(minutes=5)
    )


def unneeded() -> QuerySet[Checkout]:
    """Visits under way that would pay more than is due: another payment or a credit came first."""
    due = F("invoice__total_minor") - F("invoice__credited_minor") - F("invoice__paid_minor")
    return Checkout.objects.filter(state__in=UNDER_WAY, amount_minor__gt=due)


def to_close() -> QuerySet[Checkout]:
    """Those of them whose page stands open at Stripe."""
    return unneeded().filter(state=CheckoutState.OPEN)


def back_address(checkout: Checkout, *, paid: bool) -> str:
    """Where Stripe sends the payer.

    The same each time it is asked for: another address under the same key
    would be refused. So it carries a derived secret and no dated signature.
    """
    name = "members:card_back" if paid else "members:card_back_unpaid"
    return current_alliance().url(reverse(name, args=[checkout.pk, return_secret(checkout.pk)]))


def return_secret(checkout_id: UUID) -> str:
    """What shows that somebody comes back from Stripe, or was told so by us."""
    return links.derived_secret(RETURN, str(checkout_id))


def _whole() -> QuerySet[Checkout]:
    return Checkout.objects.select_related("invoice__membership__business", "membership__business")


def _begin(checkout: Checkout, by: Seat | None) -> Checkout:
    checkout.pk = uuid7()
    checkout.key = f"checkout:{checkout.pk}"
    checkout.save(force_insert=True)
    audit.record(
        by=by,
        action="checkout.begun",
        subject=checkout.invoice or checkout.membership,  # type: ignore[arg-type]
        amount_minor=checkout.amount_minor,
        saves_card=checkout.saves_card,
    )
    wake.after_commit("members.open_checkout", checkout_id=str(checkout.pk))
    return checkout


def _ask(checkout: Checkout) -> VisitAsk:
    """Nothing here may differ when it is asked again: see `back_address`."""
    alliance, invoice = current_alliance(), checkout.invoice
    membership = checkout.membership or invoice.membership  # type: ignore[union-attr]
    with translation.override(alliance.language):
        description = (
            _("Invoice %(number)s, %(name)s") % {"number": invoice.number, "name": alliance.name}
            if invoice
            else _("Card for renewals, %(name)s") % {"name": alliance.name}
        )
    reference = {
        "alliance": str(alliance.pk),
        "checkout": str(checkout.pk),
        **({"invoice": str(invoice.pk)} if invoice else {"membership": str(membership.pk)}),
    }
    return VisitAsk(
        key=checkout.key,
        amount_minor=checkout.amount_minor,
        currency=invoice.currency if invoice else alliance.currency,
        description=description,
        email=invoice.bill_email if invoice else membership.business.email,
        saves_card=checkout.saves_card,
        success_url=back_address(checkout, paid=True),
        cancel_url=back_address(checkout, paid=False),
        expires_at=checkout.created_at + LIVES_FOR,
        reference=reference,
    )
