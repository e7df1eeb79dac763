"""`{% load dues %}`: what state an invoice is in, in a word and a colour."""

from datetime import date

from django import template
from django.utils.translation import gettext as _

from members.models import Invoice, RefundState
from members.queries.memberships import today

register = template.Library()

REFUNDS = {RefundState.ASKED: "warn", RefundState.DONE: "good", RefundState.FAILED: "bad"}


@register.filter
def invoice_state(invoice: Invoice) -> str:
    """“overdue”; by the first unpaid part's day where the row carries `next_due_on`."""
    return _state(invoice)[0]


@register.filter
def invoice_badge(invoice: Invoice) -> str:
    """Which of the design's badges that state wears."""
    return _state(invoice)[1]


@register.filter
def due_day(invoice: Invoice) -> date:
    """The day of the first part that is not paid, else the invoice's own."""
    return getattr(invoice, "next_due_on", None) or invoice.due_on


@register.filter
def refund_badge(state: str) -> str:
    """Which badge a refund wears."""
    return REFUNDS.get(RefundState(state), "")


def _state(invoice: Invoice) -> tuple[str, str]:
    if invoice.excess_minor:
        return _("money to give back"), "warn"
    if invoice.is_credited:
        return _("credited"), ""
    if not invoice.due_minor:
        return _("paid"), "good"
    if due_day(invoice) < today():
        return _("overdue"), "bad"
    if invoice.paid_minor or invoice.credited_minor:
        return _("partly paid"), "accent"
    return _("open"), "accent"
