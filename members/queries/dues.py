"""What a page shows of one invoice, and of one member's money."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from members.models import Business, Instalment, Invoice, Payment
from members.queries.invoices import with_next_due
from members.queries.statements import owed_minor

LATEST = 10


@dataclass(frozen=True)
class Part:
    """An instalment, and what of it is still to come."""

    instalment: Instalment
    left_minor: int


def parts_of(invoice: Invoice) -> list[Part]:
    """The parts of an invoice; what has come in fills them from the first."""
    covered, parts = invoice.paid_minor + invoice.credited_minor, []
    for instalment in invoice.instalments.all():
        used = min(covered, instalment.amount_minor)
        covered -= used
        parts.append(Part(instalment, instalment.amount_minor - used))
    return parts


def invoice_facts(invoice: Invoice) -> dict[str, Any]:
    """An invoice as a paper on a page: lines, parts, and all that has moved on it."""
    parts = parts_of(invoice)
    return {
        "invoice": invoice,
        "lines": list(invoice.lines.all()),
        "instalments": parts,
        "next_part": next((part for part in parts if part.left_minor), None),
        "payments": list(invoice.payments.order_by("id").prefetch_related("refunds")),
        "credit_notes": list(invoice.credit_notes.order_by("id")) if invoice.credited_minor else [],
    }


@dataclass(frozen=True)
class Money:
    """A member's latest invoices and payments, and the balance that the books give."""

    business: Business
    invoices: Sequence[Invoice]
    payments: Sequence[Payment]
    owed_minor: int

    @property
    def excess_minor(self) -> int:
        """What the alliance owes the member."""
        return max(0, -self.owed_minor)


def money_of(business: Business) -> Money:
    """The latest ten of each."""
    invoices = with_next_due(Invoice.objects.filter(business=business))
    payments = Payment.objects.filter(business=business).select_related("invoice")
    return Money(
        business=business,
        invoices=list(invoices.order_by("-issued_on", "-id")[:LATEST]),
        payments=list(payments.order_by("-received_on", "-id")[:LATEST]),
        owed_minor=owed_minor(business),
    )


def next_to_pay(business: Business) -> Invoice | None:
    """The open invoice whose next part is due first."""
    rows = with_next_due(Invoice.objects.open().filter(business=business))
    rows = rows.prefetch_related("instalments")
    found: Invoice | None = rows.order_by("next_due_on", "id").first()
    return found


def next_minor(invoice: Invoice) -> int:
    """What is to pay on it next: its first unpaid part, else all that is due."""
    return next(
        (part.left_minor for part in parts_of(invoice) if part.left_minor), invoice.due_minor
    )
