"""`{% load lending_states %}`: which of the design's badges a state of a loan wears."""

from decimal import Decimal

from django import template

from lending.queries.truth import percent

register = template.Library()

KINDS = {
    "submitted": "warn",
    "approved": "accent",
    "offered": "accent",
    "accepted": "good",
    "declined": "bad",
    "open": "accent",
    "active": "accent",
    "in_arrears": "bad",
    "repaid": "good",
    "early": "good",
    "written_off": "bad",
    "paid": "good",
    "late": "bad",
    "next": "accent",
}


@register.filter
def loan_badge(state: str) -> str:
    """`{{ loan.state|loan_badge }}`: good, warn, bad, accent, or nothing for the plain one."""
    return KINDS.get(state, "")


@register.filter
def in_percent(part: Decimal) -> str:
    """A part of one as people read it: 0.58 → 58%."""
    return f"{percent(part, places=4)}%"


@register.filter
def in_whole_percent(part: Decimal | None) -> str:
    """The same in whole percents, for what is measured: 0.9523 → 95%; unknown is a dash."""
    if part is None:
        return "—"
    return f"{percent(part, places=0)}%"
