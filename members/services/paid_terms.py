"""The terms that invoices buy, and that credit notes take back."""

from datetime import date

from django.db import transaction

from alliance.tenancy.scope import current_alliance
from members import events
from members.models import Invoice, InvoiceLine, Membership, MembershipPeriod
from members.queries.memberships import standing_terms, today
from members.rules import term_rule
from members.services import memberships, notices
from members.terms import Term, next_term


@transaction.atomic
def count_as_paid(*, line: InvoiceLine, received_on: date) -> MembershipPeriod | None:
    """The term that a paid line of dues buys; None if the line has one already.

    Early or in grace it follows the old end, after a lapse it begins today.
    It counts from today on, whenever the money came: a day that is over keeps
    the status that it had. A cancellation that stands is revoked: who pays
    has come back.
    """
    membership = memberships.locked(line.invoice.membership)
    if line.tier is None or MembershipPeriod.objects.filter(invoice_line=line).exists():
        return None
    day = today()
    term = next_term(day, standing_terms(membership), term_rule(line.tier), paid_on=received_on)
    _join(membership, term)
    period = MembershipPeriod(
        membership=membership,
        tier=line.tier,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        paid_on=day,
        invoice_line=line,
    )
    memberships.add_periods(membership, [period])
    return period


@transaction.atomic
def void_periods(*, invoice: Invoice, voided_on: date) -> int:
    """Takes back the terms that an invoice bought, from that day on; how many there were."""
    membership = memberships.locked(invoice.membership)
    lines = MembershipPeriod.objects.filter(invoice_line__invoice=invoice)
    found = list(lines.filter(voided_on__isnull=True))
    for period in found:
        period.voided_on = voided_on
        period.save(update_fields=["voided_on"])
        events.period_voided.send(sender=MembershipPeriod, period=period)
    if found and memberships.live_cancellation(membership) is None:
        notices.follow(membership=membership)
    memberships.note_change(membership)
    return len(found)


def _join(membership: Membership, term: Term) -> None:
    """Who was let in some days ago joins with the first term, unless another day was named."""
    opened_on = membership.created_at.astimezone(current_alliance().zone).date()
    if membership.joined_on != opened_on or term.starts_on <= opened_on:
        return
    if not MembershipPeriod.objects.filter(membership=membership).exists():
        membership.joined_on = term.starts_on
        membership.save(update_fields=["joined_on"])
