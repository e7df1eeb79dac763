"""What members are written about their dues, through the outbox.

Each letter has a key of its cause, so that a replay writes nothing twice.
"""

from typing import Any

from django.db import transaction

from alliance.models import OutboxMessage, Seat
from alliance.money import format_money
from alliance.services import audit, outbox
from members.models import CreditNote, Instalment, Invoice, Payment, Refund
from members.services import pay_links
from members.services.renewal_letters import in_words


def money(minor: int, currency: str) -> str:
    """The amount as a sentence says it."""
    return format_money(minor, currency)


def invoice_issued(invoice: Invoice, *, press: str = "") -> OutboxMessage | None:
    """“Your invoice”, with the link to look and pay.

    `press` is a key of its own for a letter that somebody asks for once more.
    """
    parts = Instalment.objects.filter(invoice=invoice)
    extra = {
        "legal": invoice.legal_words,
        "parts": [
            {"due_on": in_words(part.due_on), "amount": money(part.amount_minor, invoice.currency)}
            for part in parts
        ],
        "is_again": bool(press),
    }
    return _write("invoice", _invoice_key(invoice, press), invoice, extra)


@transaction.atomic
def send_again(*, invoice: Invoice, press: str, by: Seat | None) -> bool:
    """Writes “your invoice” once more, once for each press; False: no address is known."""
    if not invoice.bill_email:
        return False
    if not OutboxMessage.objects.filter(key=_invoice_key(invoice, press)).exists():
        invoice_issued(invoice, press=press)
        audit.record(by=by, action="invoice.sent_again", subject=invoice)
    return True


def payment_received(payment: Payment) -> OutboxMessage | None:
    """“Thank you”, with the receipt."""
    extra = {
        "receipt": payment.number,
        "paid": money(payment.amount_minor, payment.currency),
        "received_on": in_words(payment.received_on),
    }
    return _write("receipt", f"receipt:{payment.pk}", payment.invoice, extra)


def credit_note_issued(note: CreditNote) -> OutboxMessage | None:
    """“We have credited …”, with the reason."""
    extra = {
        "note": note.number,
        "credited": money(note.amount_minor, note.invoice.currency),
        "reason": note.reason,
    }
    return _write("credit_note", f"credit-note:{note.pk}", note.invoice, extra)


def refund_made(refund: Refund) -> OutboxMessage | None:
    """“Your money is on its way back”."""
    extra = {
        "refunded": money(refund.amount_minor, refund.payment.currency),
        "reason": refund.reason,
    }
    return _write("refund", f"refund:{refund.pk}", refund.payment.invoice, extra)


def _invoice_key(invoice: Invoice, press: str) -> str:
    return f"invoice:{invoice.pk}:{press}" if press else f"invoice:{invoice.pk}"


def _write(
    template: str, key: str, invoice: Invoice, extra: dict[str, Any] | None = None
) -> OutboxMessage | None:
    """None where nobody's address is known: the paper is on the invoice's page all the same."""
    if not invoice.bill_email:
        return None
    context = {
        "business": invoice.bill_to,
        "number": invoice.number,
        "total": money(invoice.total_minor, invoice.currency),
        "due": money(invoice.due_minor, invoice.currency),
        "is_due": invoice.due_minor > 0,
        "due_on": in_words(invoice.due_on),
        "url": pay_links.url(invoice),
        **(extra or {}),
    }
    return outbox.enqueue(
        key=key,
        template=f"members/email/{template}",
        to=invoice.bill_email,
        context=context,
        confirmed=True,
    )
