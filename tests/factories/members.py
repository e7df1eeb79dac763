"""Tiers, memberships and their money in the state that a test starts from."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from alliance.models import Seat
from members.models import (
    Application,
    Business,
    CreditNote,
    Invoice,
    Membership,
    MembershipPeriod,
    Method,
    Payment,
    PeriodSource,
    Tier,
)
from members.queries.memberships import today
from members.services import applications, approvals, invoices, memberships, payments, tiers
from members.services.applications import Answers
from tests.factories.pledges import a_business
from tests.members.reading import on

__all__ = ["a_business"]

number = count(1)


def a_tier(**fields: Any) -> Tier:
    """A rolling year for $120, public, three seats."""
    return tiers.add_tier(
        by=None, **{"name": f"Corner shop {next(number)}", "price_minor": 120_00} | fields
    )


def a_membership(
    *, business: Business | None = None, tier: Tier | None = None, **fields: Any
) -> Membership:
    """A membership that nothing was paid for yet."""
    return memberships.open_membership(
        business=business or a_business(), tier=tier or a_tier(), **{"by": None} | fields
    )


def an_invoice(*, membership: Membership | None = None, **fields: Any) -> Invoice:
    """An invoice for the membership's next term."""
    return invoices.issue_dues(
        membership=membership or a_membership(),
        **{"key": f"invoice-{next(number)}", "by": None} | fields,
    )


def a_receipt(invoice: Invoice, **fields: Any) -> payments.Receipt:
    """All that is due, by cheque, today."""
    return payments.Receipt(
        **{
            "amount_minor": invoice.due_minor,
            "method": Method.CHEQUE,
            "received_on": today(),
            "reference": "Cheque 1042",
        }
        | fields
    )


def a_payment(
    *, invoice: Invoice | None = None, by: Seat | None = None, key: str = "", **fields: Any
) -> Payment:
    """All that is due on an invoice, paid by cheque today."""
    invoice = invoice or an_invoice()
    invoice.refresh_from_db()
    receipt = a_receipt(invoice, **fields)
    return payments.record(
        invoice=invoice, receipt=receipt, key=key or f"payment-{next(number)}", by=by
    )


def a_member(*, business: Business | None = None, **fields: Any) -> Membership:
    """A membership whose first term was invoiced and paid for today."""
    membership = a_membership(business=business, **fields)
    a_payment(invoice=an_invoice(membership=membership))
    membership.refresh_from_db()
    return membership


def a_term(membership: Membership, *, starts_on: date, days: int = 365) -> MembershipPeriod:
    """A term of so many days from that day on, brought from another system."""
    return memberships.give_term(
        membership=membership,
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=days - 1),
        source=PeriodSource.IMPORTED,
        by=None,
    )


def a_paid_term(
    membership: Membership, day: str, *, terms: int = 1, received_on: str | None = None
) -> Invoice:
    """One term or more, invoiced and paid on that day; the invoice."""
    with on(day):
        invoice = an_invoice(membership=membership, terms=terms)
        a_payment(invoice=invoice, received_on=date.fromisoformat(received_on or day))
    invoice.refresh_from_db()
    return invoice


def a_credit(invoice: Invoice, day: str, amount_minor: int | None = None) -> CreditNote:
    """All of an invoice taken back on that day, or so much of it."""
    with on(day):
        return invoices.credit_invoice(
            invoice=invoice,
            amount_minor=amount_minor or invoice.total_minor,
            reason="Billed by mistake.",
            key=f"credit-{next(number)}",
            by=None,
        )


def answers(tier: Tier, **fields: Any) -> Answers:
    """What an applicant's form says: Fern's plant shop at the tier's own price."""
    return Answers(
        **{
            "tier": tier,
            "amount_minor": tier.price_minor,
            "email": "fern@example.com",
            "contact_name": "Fern Castellano",
            "trade_name": "Moss & Fern",
            "segment": "retail",
        }
        | fields
    )


def a_draft_application(tier: Tier | None = None, **fields: Any) -> Application:
    """An application whose address nobody has confirmed."""
    return applications.write(
        answers=answers(tier or a_tier(), **fields),
        wording="I may speak for this business.",
        form_key=f"form-{next(number)}",
    )


def an_application(tier: Tier | None = None, **fields: Any) -> Application:
    """An application that waits for the staff."""
    return applications.confirm(application=a_draft_application(tier, **fields))


def an_approved_application(
    tier: Tier | None = None, *, by: Seat | None = None, **fields: Any
) -> Application:
    """An application that waits for its first payment."""
    return approvals.approve(application=an_application(tier, **fields), by=by)
