"""What must be true of all memberships and their money, added up from the rows."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.db.models import Sum

from alliance import clock
from ledger.models import Line
from ledger.queries import trial_balance
from members.models import (
    CreditNote,
    Invoice,
    Membership,
    Payment,
    Refund,
    RenewalNotice,
)
from members.services.notices import due_moment
from members.terms import Term, gaps_after


def _members() -> list[Membership]:
    rows = Membership.objects.prefetch_related("periods", "holds", "cancellations")
    return list(rows)


@dataclass
class Rows:
    """The alliance's rows of one moment; `settled` are the invoices that were met before."""

    settled: set[Any] | None
    members: list[Membership] = field(default_factory=_members)
    invoices: list[Invoice] = field(
        default_factory=lambda: list(Invoice.objects.prefetch_related("lines", "instalments"))
    )
    notes: list[CreditNote] = field(default_factory=lambda: list(CreditNote.objects.all()))
    payments: list[Payment] = field(default_factory=lambda: list(Payment.objects.all()))


def check(*, settled: set[Any] | None = None) -> None:
    """Asserts all of it; adds to `settled` the invoices that are met now.

    Without it nothing is known of what was met before it was credited.
    """
    rows = Rows(settled)
    a_line_buys_one_term_and_a_full_credit_takes_it_back(rows)
    each_sum_is_that_of_its_rows(rows)
    the_ledger_says_the_same(rows)
    no_number_is_missing(rows)
    terms_do_not_overlap_and_letters_are_due_before_each_gap(rows)


def a_line_buys_one_term_and_a_full_credit_takes_it_back(rows: Rows) -> None:
    line_of = {line.pk: invoice.pk for invoice in rows.invoices for line in invoice.lines.all()}
    bought = [p for m in rows.members for p in m.periods.all() if p.invoice_line_id]
    assert set(Counter(p.invoice_line_id for p in bought).values()) <= {1}
    voided = Counter(line_of[p.invoice_line_id] for p in bought if p.voided_on)
    standing = Counter(line_of[p.invoice_line_id] for p in bought if not p.voided_on)
    asked = Counter()
    for refund in Refund.objects.filter(state="asked").select_related("payment"):
        asked[refund.payment.invoice_id] += refund.amount_minor
    for invoice in rows.invoices:
        first = next((part.amount_minor for part in invoice.instalments.all()), None)
        covered = invoice.paid_minor + invoice.credited_minor - asked[invoice.pk]
        is_met = covered >= (invoice.total_minor if first is None else first)
        terms = len(invoice.lines.all())
        if rows.settled is None:
            was_met = is_met if not invoice.is_credited else bool(voided[invoice.pk])
        else:
            if is_met and not invoice.is_credited:
                rows.settled.add(invoice.pk)
            was_met = invoice.pk in rows.settled
        bought_now = terms * was_met
        expected = (0, bought_now) if invoice.is_credited else (bought_now, 0)
        figures = (covered, invoice.total_minor, invoice.paid_minor, first)
        assert (standing[invoice.pk], voided[invoice.pk]) == expected, figures


def each_sum_is_that_of_its_rows(rows: Rows) -> None:
    came, gone, back, credited = Counter(), Counter(), Counter(), Counter()
    for payment in rows.payments:
        came[payment.invoice_id] += payment.amount_minor
    for refund in Refund.objects.select_related("payment"):
        gone[refund.payment.invoice_id] += refund.amount_minor * (refund.state == "done")
        back[refund.payment_id] += refund.amount_minor * (refund.state != "failed")
    for note in rows.notes:
        credited[note.invoice_id] += note.amount_minor
    for invoice in rows.invoices:
        assert invoice.paid_minor == came[invoice.pk] - gone[invoice.pk]
        assert invoice.credited_minor == credited[invoice.pk] <= invoice.total_minor
    for payment in rows.payments:
        assert payment.refunded_minor == back[payment.pk] <= payment.amount_minor


def the_ledger_says_the_same(rows: Rows) -> None:
    """Invoices less credits less what is owed are the money received, to the cent."""
    owed = Counter()
    for invoice in rows.invoices:
        owed[invoice.business_id] += (
            invoice.total_minor - invoice.credited_minor - invoice.paid_minor
        )
    books = trial_balance()
    assert books.is_balanced
    at = Counter({row.account.key: row.amount_minor for row in books.rows})
    received = sum(at[key] for key in ("bank", "cash", "card", "card_fees", "in_kind"))
    assert at["receivable"] == sum(owed.values())
    assert -at["dues"] - at["receivable"] == received
    assert received == sum(invoice.paid_minor for invoice in rows.invoices)
    receivable = Line.objects.filter(account__key="receivable").order_by()
    by_party = dict(receivable.values_list("party").annotate(Sum("amount_minor")))
    assert Counter(by_party) == owed


def no_number_is_missing(rows: Rows) -> None:
    for papers in (rows.invoices, rows.notes, rows.payments):
        numbers = defaultdict(list)
        for paper in papers:
            numbers[paper.year].append(paper.sequence)
        for found in numbers.values():
            assert sorted(found) == list(range(1, len(found) + 1))


def terms_do_not_overlap_and_letters_are_due_before_each_gap(rows: Rows) -> None:
    moment = clock.now()
    due = defaultdict(set)
    for notice in RenewalNotice.objects.filter(stopped_at__isnull=True, due_at__gt=moment):
        due[notice.membership_id].add((notice.ends_on, notice.offset_days))
    for membership in rows.members:
        terms = [Term(p.starts_on, p.ends_on) for p in membership.periods.all() if not p.voided_on]
        assert all(a.ends_on < b.starts_on for a, b in pairwise(terms))
        is_ended = any(c.revoked_on is None for c in membership.cancellations.all())
        assert due[membership.pk] == {
            (end, offset)
            for end in ([] if is_ended else gaps_after(terms))
            for offset in (-30, -7, 0, 7, 21)
            if due_moment(end, offset) > moment
        }
