"""What Stripe says, brought into our books.

News names a thing; the thing is looked at as it stands now, and the books are
brought to where it stands. So the same news ten times, old news, or news in
another order leads to the same books.
"""

from dataclasses import dataclass
from uuid import UUID

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Alliance
from alliance.tenancy.scope import current_alliance, in_alliance
from members.models import (
    CardCharge,
    ChargeState,
    Checkout,
    CheckoutState,
    Invoice,
    Method,
    Payment,
    Refund,
    RefundState,
)
from members.payments.port import (
    About,
    Card,
    CardProcessor,
    PaymentSeen,
    PaymentState,
    ProcessorAway,
    ProcessorError,
    Reference,
    RefundSeen,
    Visit,
    VisitState,
)
from members.payments.port import RefundState as SeenState
from members.queries.memberships import today
from members.services import (
    cards,
    checkouts,
    invoices,
    memberships,
    payments,
    stripe_accounts,
)

log = structlog.get_logger("commonweal.stripe")


class NotYet(Exception):
    """Something that must come first has not come yet: look again later."""


class NeedsLook(Exception):
    """It does not fit what we asked for; a person has to look. The books stay as they are."""


@dataclass(frozen=True)
class Seen:
    """What Stripe answered about one thing."""

    visit: Visit | None = None
    payment: PaymentSeen | None = None
    card: Card | None = None
    refunds: tuple[RefundSeen, ...] = ()
    is_disputed: bool = False


def look(processor: CardProcessor, about: About) -> Seen:
    """Asks Stripe how a thing stands now; outside any transaction."""
    if about.visit_id:
        visit = processor.visit(about.visit_id)
        is_complete = visit.state is VisitState.COMPLETE
        return Seen(
            visit=visit,
            payment=processor.payment(visit.payment_id) if visit.payment_id else None,
            card=processor.saved_card(visit.setup_id) if visit.setup_id and is_complete else None,
        )
    if about.payment_id:
        payment = processor.payment(about.payment_id)
        refunds = processor.refunds(about.payment_id) if about.has_refunds else []
        return Seen(payment=payment, refunds=tuple(refunds), is_disputed=about.is_disputed)
    return Seen()


def look_at_visit(alliance: Alliance, checkout_id: UUID) -> bool:
    """Brings in how an open visit stands, without waiting for news; whether Stripe answered.

    A visit whose page has long been closed is ended here, whatever came of
    it; news that says otherwise still counts.
    """
    with in_alliance(alliance):
        checkout = Checkout.objects.filter(pk=checkout_id, state=CheckoutState.OPEN).first()
        processor = stripe_accounts.processor()
    if checkout is None:
        return False
    words = "not connected"
    try:
        if processor:
            words = "no end was seen"
            bring_in(alliance, look(processor, About(visit_id=checkout.external_id)))
    except ProcessorAway as error:
        log.warning("visit_not_seen", checkout=str(checkout_id), error=str(error))
        return False
    except (ProcessorError, NeedsLook) as error:
        words = str(error)
    with in_alliance(alliance):
        if checkouts.overdue().filter(pk=checkout_id).exists():
            checkouts.note_ended(checkout, CheckoutState.EXPIRED, words)
    return processor is not None


def close_visit(alliance: Alliance, checkout_id: UUID) -> bool:
    """Closes the page of a visit that is not needed any more, so that nobody pays twice.

    Where somebody has paid in that moment, the payment is brought in. Whether
    Stripe answered; the sweep comes again.
    """
    with in_alliance(alliance):
        checkout = checkouts.to_close().filter(pk=checkout_id).first()
        processor = stripe_accounts.processor()
    if checkout is None or processor is None:
        return False
    try:
        processor.close_visit(checkout.external_id)
    except ProcessorError as error:
        log.warning("visit_not_closed", checkout=str(checkout_id), error=str(error))
        return False
    return look_at_visit(alliance, checkout_id)


def bring_in(alliance: Alliance, seen: Seen, *, is_patient: bool = False) -> None:
    """Brings the books to where Stripe stands; what is not this alliance's changes nothing.

    Each step has a transaction of its own: the books' lock ends with each.
    `is_patient`: a fee that is not known yet is worth waiting for.

    Raises:
        NotYet: look again later.
        NeedsLook: it is not what we asked for.
    """
    if seen.payment:
        with in_alliance(alliance):
            _bring_payment(seen.payment, is_patient=is_patient)
    if seen.visit:
        with in_alliance(alliance):
            _bring_visit(seen.visit, seen)
    for refund in seen.refunds:
        assert seen.payment is not None
        with in_alliance(alliance):
            bring_refund(seen.payment.external_id, refund)
    if seen.payment and seen.is_disputed:
        with in_alliance(alliance):
            _tell_of_dispute(seen.payment)


def _tell_of_dispute(seen: PaymentSeen) -> None:
    """Stripe decides in weeks, and asks the alliance first: somebody has to answer there."""
    payment = Payment.objects.filter(external_id=seen.external_id).first()
    if payment:
        raise NeedsLook(
            _("The card’s owner disputes payment %(number)s. Answer at Stripe before its day.")
            % {"number": payment.number}
        )


def _bring_payment(seen: PaymentSeen, *, is_patient: bool) -> None:
    invoice = _invoice_of(seen.reference)
    if invoice is None or seen.state is not PaymentState.PAID:
        return
    if Payment.objects.filter(external_id=seen.external_id).exists():
        return
    checkout, charge = _asked_for(seen, invoice)
    if seen.fee_minor is None and is_patient:
        raise NotYet("The fee is not known yet.")
    invoice = invoices.locked(invoice)
    membership = memberships.locked(invoice.membership)
    if checkout and checkouts.note_paid(checkout) and checkout.saves_card and seen.card:
        cards.keep(membership=membership, card=seen.card)
    if charge:
        CardCharge.objects.filter(pk=charge.pk).update(state=ChargeState.PAID, last_error="")
    zone = current_alliance().zone
    paid_on = seen.paid_at.astimezone(zone).date() if seen.paid_at else today()
    payments.record(
        invoice=invoice,
        receipt=payments.Receipt(
            amount_minor=seen.amount_minor,
            method=Method.CARD,
            received_on=min(paid_on, today()),
            reference=f"{seen.card.brand} …{seen.card.last4}" if seen.card else "",
            fee_minor=seen.fee_minor or 0,
            external_id=seen.external_id,
        ),
        key=f"stripe:{seen.external_id}",
        by=None,
    )


def _asked_for(seen: PaymentSeen, invoice: Invoice) -> tuple[Checkout | None, CardCharge | None]:
    """The visit or the charge that this payment answers.

    Raises:
        NeedsLook: none, or another amount or currency than was asked for.
    """
    if seen.currency != invoice.currency:
        raise NeedsLook(_("A payment came in another currency than the invoice’s."))
    checkout = charge = None
    if pk := _uuid(seen.reference.get("checkout")):
        checkout = Checkout.objects.filter(pk=pk, invoice=invoice).first()
    elif pk := _uuid(seen.reference.get("charge")):
        charge = CardCharge.objects.filter(pk=pk, invoice=invoice).first()
    if checkout is None and charge is None:
        raise NeedsLook(_("A payment came that nobody here asked for."))
    if checkout and checkout.amount_minor != seen.amount_minor:
        raise NeedsLook(_("Another amount was paid than was asked for."))
    if charge and not 0 < seen.amount_minor <= invoice.total_minor:
        raise NeedsLook(_("Another amount was paid than was asked for."))
    return checkout, charge


def _bring_visit(visit: Visit, seen: Seen) -> None:
    """A visit that ended without money: closed, not paid after all, or for its card alone."""
    reference = visit.reference
    pk = _uuid(reference.get("checkout"))
    if pk is None or reference.get("alliance") != str(current_alliance().pk):
        return
    checkout = Checkout.objects.select_related("membership").filter(pk=pk).first()
    if checkout is None:
        return
    if visit.state is VisitState.EXPIRED:
        checkouts.note_ended(checkout, CheckoutState.EXPIRED)
    elif visit.state is VisitState.COMPLETE and checkout.membership and seen.card:
        if checkouts.note_paid(checkout):
            cards.keep(membership=checkout.membership, card=seen.card)
    elif (
        visit.state is VisitState.COMPLETE
        and seen.payment
        and seen.payment.state is PaymentState.UNPAID
    ):
        checkouts.note_ended(checkout, CheckoutState.FAILED, "not paid")


@transaction.atomic
def bring_refund(payment_id: str, seen: RefundSeen) -> None:
    """A refund as it stands: ours, or one that was made at Stripe's own desk."""
    payment = Payment.objects.filter(external_id=payment_id).first()
    if payment is None:
        return
    invoices.locked(payment.invoice)
    refund = _refund_of(payment, seen)
    if refund and refund.amount_minor != seen.amount_minor:
        raise NeedsLook(_("Another amount was given back than was asked for."))
    if seen.state is SeenState.FAILED:
        _give_up(refund, seen)
        return
    if refund is None:
        refund = _note_theirs(payment, seen)
    if not refund.external_id:
        # In the transaction that made it: whoever asks Stripe for refunds
        # leaves out those that Stripe knows already.
        Refund.objects.filter(pk=refund.pk).update(external_id=seen.external_id)
        refund.external_id = seen.external_id
    if seen.state is SeenState.DONE:
        payments.refund_done(refund=refund, by=None, external_id=seen.external_id)


def _note_theirs(payment: Payment, seen: RefundSeen) -> Refund:
    try:
        return payments.give_back(
            payment=payment,
            amount_minor=seen.amount_minor,
            reason=_("Given back at Stripe."),
            key=f"stripe:{seen.external_id}",
            by=None,
        )
    except DomainError as error:
        # A refund of ours for the same money is under way: one of the two will fail.
        raise NotYet(error.message) from error


def _give_up(refund: Refund | None, seen: RefundSeen) -> None:
    if refund is None or refund.state == RefundState.FAILED:
        return
    if refund.state == RefundState.DONE:
        raise NeedsLook(_("A refund that was done came back: the bank did not take it."))
    payments.refund_failed(refund=refund, error=seen.error)


def _refund_of(payment: Payment, seen: RefundSeen) -> Refund | None:
    ours = Refund.objects.filter(payment=payment)
    pk = _uuid(seen.reference.get("refund"))
    named = ours.filter(pk=pk).first() if pk else None
    return named or ours.filter(external_id=seen.external_id).first()


def _invoice_of(reference: Reference) -> Invoice | None:
    """The invoice that a thing at Stripe is for; None for what is not this alliance's."""
    pk = _uuid(reference.get("invoice"))
    if pk is None or reference.get("alliance") != str(current_alliance().pk):
        return None
    return Invoice.objects.select_related("membership").filter(pk=pk).first()


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        return None
