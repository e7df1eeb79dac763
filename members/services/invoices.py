"""Invoices: issued with a number, credited, split into instalments; never edited."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from alliance.tenancy.scope import current_alliance
from ledger.chart import DUES, RECEIVABLE
from ledger.models import EntryKind
from ledger.services import Draft, credit, debit, post
from members.models import (
    CreditNote,
    DocumentKind,
    Instalment,
    Invoice,
    InvoiceLine,
    LineKind,
    Membership,
    Refund,
    RefundState,
    Tier,
)
from members.queries.memberships import settings, standing_terms, today
from members.rules import term_rule
from members.services import billing, instalments, letters, memberships, paid_terms
from members.services.numbers import next_number
from members.terms import next_terms, price_of


@dataclass(frozen=True)
class LineDraft:
    """A line to be, in minor units; one of dues names its tier and buys one term of it."""

    description: str
    amount_minor: int
    tier: Tier | None = None


@transaction.atomic
def issue(
    *,
    membership: Membership,
    lines: Sequence[LineDraft],
    key: str,
    by: Seat | None,
    parts: int = 1,
    renews_from: date | None = None,
    due_on: date | None = None,
    is_quiet: bool = False,
) -> Invoice:
    """Issues an invoice, numbers it, books it, writes to the member; the same key gives the first.

    `parts` makes that many instalments, a month apart. An invoice of zero is
    paid by itself. `is_quiet` sends no letter.

    Raises:
        DomainError: no line, an amount below zero, too many parts, or the
            year's lobbying share is not set although policy hours were logged.
    """
    if existing := Invoice.objects.filter(key=key).first():
        return existing
    if not lines:
        raise DomainError(_("An invoice needs a line."))
    if any(line.amount_minor < 0 for line in lines):
        raise DomainError(_("A line is not below zero; credit the invoice instead."))
    decided, day = settings(), today()
    total = sum(line.amount_minor for line in lines)
    if not total:
        # Its terms begin at once: a membership is locked before a number is taken.
        memberships.locked(membership)
    invoice = Invoice(
        year=day.year,
        membership=membership,
        business=membership.business,
        bill_to=membership.business.legal_name or membership.business.trade_name,
        bill_address=billing.address(membership.business),
        bill_email=billing.email(membership.business),
        currency=current_alliance().currency,
        issued_on=day,
        due_on=due_on or day + timedelta(days=decided.days_to_pay),
        total_minor=total,
        legal_words=billing.legal_words(day.year),
        renews_from=renews_from,
        key=key,
        seat=by,
    )
    amounts = instalments.amounts(total, parts)
    try:
        with transaction.atomic():
            _number_and_save(invoice)
    except IntegrityError:
        # Two requests with one cause at one moment: the second gets the first one's.
        existing = Invoice.objects.filter(key=key).first()
        if existing is None:
            raise
        return existing
    _add_lines(invoice, lines)
    if len(amounts) > 1:
        instalments.add(invoice, amounts)
    audit.record(by=by, action="invoice.issued", subject=invoice, total_minor=total)
    if total:
        if not is_quiet:
            letters.invoice_issued(invoice)
        post(_booking(invoice), by=by)
    else:
        settle_lines(invoice=invoice, received_on=day)
    return invoice


@transaction.atomic
def issue_dues(
    *,
    membership: Membership,
    key: str,
    by: Seat | None,
    terms: int = 1,
    parts: int = 1,
    renews_from: date | None = None,
    is_quiet: bool = False,
) -> Invoice:
    """An invoice for the next term, or several, at this member's price; one line a term."""
    if not 1 <= terms <= 10:
        raise DomainError(_("One to ten terms at a time."), field="terms")
    return issue(
        membership=membership,
        lines=dues_lines(membership=membership, terms=terms),
        key=key,
        by=by,
        parts=parts,
        renews_from=renews_from,
        is_quiet=is_quiet,
    )


@transaction.atomic
def renew(*, membership: Membership, ends_on: date, by: Seat | None) -> Invoice:
    """The invoice that renews the term which ends on that day; asked again, the same one.

    Once it was credited as a whole it asks for nothing any more, and another takes its place.
    """
    before = Invoice.objects.filter(membership=membership, renews_from=ends_on).order_by("id")
    credited = sum(invoice.is_credited for invoice in before)
    key = f"renewal:{membership.pk}:{ends_on.isoformat()}" + (f":{credited}" if credited else "")
    return issue_dues(membership=membership, key=key, by=by, renews_from=ends_on, is_quiet=True)


def dues_lines(*, membership: Membership, terms: int = 1) -> list[LineDraft]:
    """What the next terms cost this member: a first part-term by its proration, then full ones."""
    tier, rule = membership.tier, term_rule(membership.tier)
    return [
        LineDraft(
            description=billing.term_words(tier, term),
            amount_minor=price_of(term, membership.term_minor, rule),
            tier=tier,
        )
        for term in next_terms(today(), standing_terms(membership), rule, terms)
    ]


@transaction.atomic
def credit_invoice(
    *, invoice: Invoice, amount_minor: int, reason: str, key: str, by: Seat | None
) -> CreditNote:
    """Takes back a part or all; a full credit voids the terms that the invoice bought.

    Raises:
        DomainError: nothing, or more than the invoice still is.
    """
    if existing := CreditNote.objects.filter(key=key).first():
        return existing
    invoice = locked(invoice)
    # Who waited for the lock may have waited for this very credit.
    if existing := CreditNote.objects.filter(key=key).first():
        return existing
    left = invoice.total_minor - invoice.credited_minor
    if not 0 < amount_minor <= left:
        most = letters.money(left, invoice.currency)
        words = _("At most %(left)s of this invoice can be credited.") % {"left": most}
        if not left:
            words = _("All of this invoice has been credited.")
        raise DomainError(words, field="amount")
    day = today()
    note = CreditNote.objects.create(
        year=day.year,
        sequence=next_number(DocumentKind.CREDIT_NOTE, year=day.year),
        invoice=invoice,
        amount_minor=amount_minor,
        reason=reason,
        issued_on=day,
        key=key,
        seat=by,
    )
    Invoice.objects.filter(pk=invoice.pk).update(credited_minor=F("credited_minor") + amount_minor)
    invoice.credited_minor += amount_minor
    if invoice.is_credited:
        paid_terms.void_periods(invoice=invoice, voided_on=day)
    else:
        settle_lines(invoice=invoice, received_on=day)
    audit.record(
        by=by, action="invoice.credited", subject=invoice, amount_minor=amount_minor, reason=reason
    )
    letters.credit_note_issued(note)
    party = invoice.business_id
    post(
        Draft(
            key=f"credit_note:{note.pk}",
            kind=EntryKind.CREDIT_NOTE,
            memo=f"{note.number} · {invoice.bill_to}",
            lines=[
                debit(DUES, amount_minor, party=party),
                credit(RECEIVABLE, amount_minor, party=party),
            ],
            on=day,
        ),
        by=by,
    )
    return note


def settle_lines(*, invoice: Invoice, received_on: date) -> None:
    """Counts the lines of dues as paid if they are: all is paid, or the first instalment.

    With agreed instalments the first one counts: what was agreed is kept.
    Money that is on its way back pays for nothing.
    """
    if invoice.is_credited:
        return
    first = Instalment.objects.filter(invoice=invoice, position=1).first()
    covered = invoice.paid_minor + invoice.credited_minor - asked_back_minor(invoice)
    if covered < (invoice.total_minor if first is None else first.amount_minor):
        return
    dues = invoice.lines.filter(kind=LineKind.DUES).select_related("tier", "invoice__membership")
    for line in dues:
        paid_terms.count_as_paid(line=line, received_on=received_on)


def asked_back_minor(invoice: Invoice) -> int:
    """What the processor was asked to give back and has not said to be gone."""
    asked = Refund.objects.filter(payment__invoice=invoice, state=RefundState.ASKED)
    return asked.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def locked(invoice: Invoice) -> Invoice:
    """The row under lock, behind its membership's: two treasurers at once take turns.

    The membership comes first everywhere, then the invoice, the payment, a
    paper's number, and the ledger last: so nobody waits in a circle.
    """
    membership = memberships.locked(Membership(pk=invoice.membership_id))
    invoice = Invoice.objects.select_for_update(no_key=True).get(pk=invoice.pk)
    invoice.membership = membership
    return invoice


def _number_and_save(invoice: Invoice) -> None:
    invoice.sequence = next_number(DocumentKind.INVOICE, year=invoice.year)
    invoice.save(force_insert=True)


def _add_lines(invoice: Invoice, lines: Sequence[LineDraft]) -> None:
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            position=position,
            kind=LineKind.DUES if line.tier else LineKind.OTHER,
            description=line.description[:200],
            tier=line.tier,
            amount_minor=line.amount_minor,
        )
        for position, line in enumerate(lines, start=1)
    )


def _booking(invoice: Invoice) -> Draft:
    party = invoice.business_id
    return Draft(
        key=f"invoice:{invoice.pk}",
        kind=EntryKind.INVOICE,
        memo=f"{invoice.number} · {invoice.bill_to}",
        lines=[
            debit(RECEIVABLE, invoice.total_minor, party=party),
            credit(DUES, invoice.total_minor, party=party),
        ],
        on=invoice.issued_on,
    )
