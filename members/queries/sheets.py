"""What stands on each paper, in words: the same words, the same paper."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.colour import accent_hex
from alliance.money import format_money
from alliance.tenancy.scope import current_alliance
from members.models import CreditNote, DocumentKind, Invoice, Payment, Refund, RefundState
from members.queries.memberships import settings
from members.queries.statements import Statement

# Another look of the papers, another paper.
LOOK = 1


@dataclass(frozen=True)
class Sheet:
    """A paper to be: `says` holds text only. One that `stands` is made once and never anew."""

    kind: DocumentKind
    subject_id: UUID
    number: str
    title: str
    says: dict[str, Any]
    stands: bool = False

    @property
    def file_name(self) -> str:
        return f"{self.kind.value.replace('_', '-')}-{self.number}.pdf"

    @property
    def digest(self) -> str:
        """The same for two papers that say the same."""
        words = json.dumps([LOOK, self.number, self.says], sort_keys=True)
        return hashlib.sha256(words.encode()).hexdigest()


def of_invoice(invoice: Invoice) -> Sheet:
    """The invoice with all that has come in on it, and how to pay the rest."""
    currency = invoice.currency
    lines = [_line(line.description, line.amount_minor, currency) for line in invoice.lines.all()]
    moves = [
        _line(
            _("Credit note %(number)s, %(day)s")
            % {"number": note.number, "day": _day(note.issued_on)},
            -note.amount_minor,
            currency,
        )
        for note in invoice.credit_notes.order_by("id")
    ]
    moves += [
        _line(
            _("Paid on %(day)s, receipt %(number)s")
            % {"number": payment.number, "day": _day(payment.received_on)},
            -payment.amount_minor,
            currency,
        )
        for payment in invoice.payments.order_by("id")
    ]
    moves += [
        _line(
            _("Given back on %(day)s") % {"day": _day(refund.done_on)},
            refund.amount_minor,
            currency,
        )
        for refund in Refund.objects.filter(
            payment__invoice=invoice, state=RefundState.DONE
        ).order_by("id")
    ]
    parts = [_line(_day(p.due_on), p.amount_minor, currency) for p in invoice.instalments.all()]
    is_due = invoice.due_minor > 0
    says = _both_sides(invoice) | {
        "facts": [
            _fact(_("Issued"), _day(invoice.issued_on)),
            _fact(_("Pay by"), _day(invoice.due_on)),
        ],
        "lines": lines,
        "total": format_money(invoice.total_minor, currency),
        "moves": moves,
        "due": format_money(invoice.due_minor, currency),
        "excess": format_money(invoice.excess_minor, currency) if invoice.excess_minor else "",
        "is_due": is_due,
        "parts": parts if is_due else [],
        "how_to_pay": settings().how_to_pay if is_due else "",
        "legal": invoice.legal_words,
    }
    title = _("Invoice %(number)s") % {"number": invoice.number}
    return Sheet(DocumentKind.INVOICE, invoice.pk, invoice.number, title, says)


def of_payment(payment: Payment) -> Sheet:
    """The receipt for one payment."""
    says = _both_sides(payment.invoice) | {
        "facts": [
            _fact(_("Received"), _day(payment.received_on)),
            _fact(_("How"), payment.get_method_display()),
            _fact(_("Reference"), payment.reference),
            _fact(_("For invoice"), payment.invoice.number),
        ],
        "lines": [line.description for line in payment.invoice.lines.all()],
        "amount": format_money(payment.amount_minor, payment.currency),
        "legal": payment.invoice.legal_words,
    }
    title = _("Receipt %(number)s") % {"number": payment.number}
    return Sheet(DocumentKind.RECEIPT, payment.pk, payment.number, title, says, stands=True)


def of_credit_note(note: CreditNote) -> Sheet:
    """What was taken off an invoice, and why."""
    says = _both_sides(note.invoice) | {
        "facts": [
            _fact(_("Issued"), _day(note.issued_on)),
            _fact(_("For invoice"), note.invoice.number),
        ],
        "reason": note.reason,
        "amount": format_money(note.amount_minor, note.invoice.currency),
        "legal": note.invoice.legal_words,
    }
    title = _("Credit note %(number)s") % {"number": note.number}
    return Sheet(DocumentKind.CREDIT_NOTE, note.pk, note.number, title, says, stands=True)


def of_statement(found: Statement) -> Sheet:
    """A member's account over some days."""
    currency, business = current_alliance().currency, found.business
    says = _sender() | {
        "to": {"name": business.legal_name or business.trade_name, "address": ""},
        "facts": [_fact(_("From"), _day(found.from_on)), _fact(_("To"), _day(found.to_on))],
        "opening": format_money(found.opening_minor, currency),
        "closing": format_money(found.closing_minor, currency),
        "lines": [
            {
                "on": _day(line.on),
                "what": f"{line.kind}: {line.words}",
                "charged": _amount(line.charged_minor, currency),
                "settled": _amount(line.settled_minor, currency),
                "balance": format_money(line.balance_minor, currency),
            }
            for line in found.lines
        ],
    }
    number = f"{business.slug}-{found.from_on.isoformat()}-{found.to_on.isoformat()}"
    title = _("Statement for %(name)s") % {"name": business.trade_name}
    return Sheet(DocumentKind.STATEMENT, business.pk, number, title, says)


def _both_sides(invoice: Invoice) -> dict[str, Any]:
    return _sender() | {"to": {"name": invoice.bill_to, "address": invoice.bill_address}}


def _sender() -> dict[str, Any]:
    alliance, decided = current_alliance(), settings()
    return {
        "sender": {
            "name": decided.legal_name or alliance.name,
            "address": alliance.postal_address,
            "email": alliance.contact_email,
            "tax_number": decided.tax_number,
        },
        "accent": accent_hex(hue=alliance.accent_hue, chroma=float(alliance.accent_chroma)),
        # Letter where dollars are, A4 elsewhere.
        "page": "letter" if alliance.currency == "USD" else "A4",
        "language": get_language() or alliance.language,
    }


def _line(what: str, minor: int, currency: str) -> dict[str, str]:
    return {"what": what, "amount": format_money(minor, currency)}


def _fact(label: str, value: str) -> dict[str, str]:
    return {"label": label, "value": str(value)}


def _amount(minor: int | None, currency: str) -> str:
    return "" if minor is None else format_money(minor, currency)


def _day(day: date | None) -> str:
    return date_format(day, "j F Y") if day else ""
