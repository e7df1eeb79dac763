"""Money on invoices: recorded, booked, given back. By hand or by card, the same rules."""

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from ledger.chart import BANK, CARD, CARD_FEES, CASH, IN_KIND, RECEIVABLE, Standard
from ledger.models import Entry, EntryKind
from ledger.services import Amount, Draft, credit, debit, post, reverse
from members import events
from members.models import (
    BY_HAND,
    DocumentKind,
    Invoice,
    Method,
    Payment,
    Refund,
    RefundState,
)
from members.queries.memberships import today
from members.services import invoices, letters
from members.services.numbers import next_number

ACCOUNTS: dict[str, Standard] = {
    Method.CHEQUE: BANK,
    Method.TRANSFER: BANK,
    Method.CASH: CASH,
    Method.IN_KIND: IN_KIND,
    Method.CARD: CARD,
}

# A cheque may lie in a drawer for a while; a day before that is a slip of the pen.
LONG_AGO = timedelta(days=730)


@dataclass(frozen=True)
class Receipt:
    """Money that came: minor units, how, when, and who calls it what.

    `external_id` is the processor's name for it, `fee_minor` what it kept.
    """

    amount_minor: int
    method: Method
    received_on: date
    reference: str = ""
    fee_minor: int = 0
    external_id: str = ""


@transaction.atomic
def record(*, invoice: Invoice, receipt: Receipt, key: str, by: Seat | None) -> Payment:
    """Records a payment, books it, counts what it pays for; the same key gives the first one.

    Raises:
        DomainError: nothing, in the future, or by hand more than is due.
    """
    if existing := _known(key, receipt):
        return existing
    invoice = invoices.locked(invoice)
    # Who waited for the lock may have waited for this very payment.
    if existing := _known(key, receipt):
        return existing
    _must_be_possible(invoice, receipt)
    day = today()
    payment = Payment.objects.create(
        year=day.year,
        sequence=next_number(DocumentKind.RECEIPT, year=day.year),
        business_id=invoice.business_id,
        invoice=invoice,
        method=receipt.method,
        amount_minor=receipt.amount_minor,
        fee_minor=receipt.fee_minor,
        currency=invoice.currency,
        received_on=receipt.received_on,
        reference=receipt.reference,
        external_id=receipt.external_id,
        key=key,
        seat=by,
    )
    Invoice.objects.filter(pk=invoice.pk).update(paid_minor=F("paid_minor") + receipt.amount_minor)
    invoice.paid_minor += receipt.amount_minor
    invoices.settle_lines(invoice=invoice, received_on=receipt.received_on)
    audit.record(
        by=by,
        action="payment.recorded",
        subject=payment,
        invoice=invoice.number,
        amount_minor=receipt.amount_minor,
        method=receipt.method,
    )
    events.payment_recorded.send(sender=Payment, payment=payment)
    letters.payment_received(payment)
    post(_booking(payment), by=by)
    return payment


@transaction.atomic
def give_back(
    *, payment: Payment, amount_minor: int, reason: str, key: str, by: Seat | None
) -> Refund:
    """Gives a payment back, in part or whole, crediting the invoice as far as needed.

    By hand it is done at once; by card the processor is asked after the
    commit, and `refund_done` books it when it says so.

    Raises:
        DomainError: nothing, or more than this payment still is.
    """
    if existing := Refund.objects.filter(key=key).first():
        return existing
    invoice = invoices.locked(payment.invoice)
    payment = Payment.objects.select_for_update(no_key=True).get(pk=payment.pk)
    if existing := Refund.objects.filter(key=key).first():
        return existing
    if not 0 < amount_minor <= payment.refundable_minor:
        left = letters.money(payment.refundable_minor, payment.currency)
        words = _("At most %(left)s of this payment can be given back.") % {"left": left}
        if not payment.refundable_minor:
            words = _("All of this payment has been given back.")
        raise DomainError(words, field="amount")
    to_credit = amount_minor - max(0, invoice.excess_minor - invoices.asked_back_minor(invoice))
    # The refund before the credit: together they are no payment of what is still due.
    refund = Refund.objects.create(
        payment=payment, amount_minor=amount_minor, reason=reason, key=key, seat=by
    )
    Payment.objects.filter(pk=payment.pk).update(refunded_minor=F("refunded_minor") + amount_minor)
    if to_credit > 0:
        invoices.credit_invoice(
            invoice=invoice, amount_minor=to_credit, reason=reason, key=f"{key}:credit", by=by
        )
    audit.record(
        by=by,
        action="payment.refund_asked",
        subject=payment,
        amount_minor=amount_minor,
        reason=reason,
    )
    if payment.method in BY_HAND:
        return refund_done(refund=refund, by=by)
    events.refund_asked.send(sender=Refund, refund=refund)
    return refund


@transaction.atomic
def refund_done(*, refund: Refund, by: Seat | None, external_id: str = "") -> Refund:
    """Books a refund that has been made; once, however often the processor says so."""
    invoice = invoices.locked(refund.payment.invoice)
    refund = _locked_refund(refund)
    if refund.done_on is not None:
        return refund
    if refund.state == RefundState.FAILED:
        # It was given up and the money counted as ours again; now it is gone after all.
        _count(refund, as_refunded=True)
    refund.state, refund.done_on, refund.last_error = RefundState.DONE, today(), ""
    refund.external_id = external_id or refund.external_id
    refund.save(update_fields=["state", "done_on", "last_error", "external_id"])
    Invoice.objects.filter(pk=invoice.pk).update(paid_minor=F("paid_minor") - refund.amount_minor)
    audit.record(
        by=by, action="payment.refunded", subject=refund.payment, amount_minor=refund.amount_minor
    )
    letters.refund_made(refund)
    post(_refund_booking(refund), by=by)
    return refund


@transaction.atomic
def refund_failed(*, refund: Refund, error: str) -> Refund:
    """Gives a refund up: the payment can be given back again another way.

    One that had been made and came back, as a bank may send it, is booked back.
    """
    invoice = invoices.locked(refund.payment.invoice)
    refund = _locked_refund(refund)
    if refund.state == RefundState.FAILED:
        return refund
    was_done = refund.state == RefundState.DONE
    refund.state, refund.last_error = RefundState.FAILED, error[:200]
    refund.save(update_fields=["state", "last_error"])
    _count(refund, as_refunded=False)
    audit.record(by=None, action="payment.refund_failed", subject=refund.payment, error=error[:200])
    if was_done:
        came_back = F("paid_minor") + refund.amount_minor
        Invoice.objects.filter(pk=invoice.pk).update(paid_minor=came_back)
        invoice.paid_minor += refund.amount_minor
    # What stays with us pays after all.
    invoices.settle_lines(invoice=invoice, received_on=today())
    if was_done:
        reverse(entry=Entry.objects.get(key=f"refund:{refund.pk}"), reason=error, by=None)
    return refund


def _locked_refund(refund: Refund) -> Refund:
    rows = Refund.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("payment").get(pk=refund.pk)


def _count(refund: Refund, *, as_refunded: bool) -> None:
    change = refund.amount_minor if as_refunded else -refund.amount_minor
    Payment.objects.filter(pk=refund.payment_id).update(refunded_minor=F("refunded_minor") + change)


def _known(key: str, receipt: Receipt) -> Payment | None:
    if receipt.external_id:
        found = Payment.objects.filter(external_id=receipt.external_id).first()
        if found:
            return found
    return Payment.objects.filter(key=key).first()


def _must_be_possible(invoice: Invoice, receipt: Receipt) -> None:
    if receipt.amount_minor <= 0:
        raise DomainError(_("A payment is more than nothing."), field="amount")
    if receipt.method not in BY_HAND:
        # What the processor took is recorded as it is, whatever we think of it.
        return
    day = today()
    if receipt.received_on > day:
        raise DomainError(_("This day is still to come."), field="received_on")
    if receipt.received_on < day - LONG_AGO:
        raise DomainError(_("This day is long gone. Please check the year."), field="received_on")
    if receipt.amount_minor > invoice.due_minor:
        due = letters.money(invoice.due_minor, invoice.currency)
        words = _("Only %(due)s is still due on this invoice.") % {"due": due}
        if not invoice.due_minor:
            words = _("Nothing is due on this invoice any more.")
        raise DomainError(words, field="amount")


def _booking(payment: Payment) -> Draft:
    party, fee = payment.business_id, payment.fee_minor
    return Draft(
        key=f"payment:{payment.pk}",
        kind=EntryKind.PAYMENT,
        memo=f"{payment.number} · {payment.invoice.number} · {payment.invoice.bill_to}",
        lines=[
            debit(ACCOUNTS[payment.method], payment.amount_minor - fee, party=party),
            debit(CARD_FEES, fee, party=party),
            credit(RECEIVABLE, payment.amount_minor, party=party),
        ],
        on=payment.received_on,
    )


def _refund_booking(refund: Refund) -> Draft:
    """Each line of the payment reversed by its share; a fee that was kept stands anew."""
    payment, amount = refund.payment, refund.amount_minor
    party, account = payment.business_id, ACCOUNTS[payment.method]
    fee = round(Fraction(payment.fee_minor * amount, payment.amount_minor))
    kept: list[Amount] = []
    if fee:
        words = _("fee kept by the processor")
        kept = [debit(CARD_FEES, fee, party=party, memo=words), credit(account, fee, party=party)]
    return Draft(
        key=f"refund:{refund.pk}",
        kind=EntryKind.REFUND,
        memo=f"{payment.number} · {refund.reason}",
        lines=[
            debit(RECEIVABLE, amount, party=party),
            credit(CARD_FEES, fee, party=party),
            credit(account, amount - fee, party=party),
            *kept,
        ],
        on=refund.done_on,
    )
