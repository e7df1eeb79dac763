"""`{% load lobbying %}`: a share of the dues as people write it."""

from django import template

from members import legal

register = template.Library()


@register.filter
def percent(basis_points: int) -> str:
    """`{{ 1250|percent }}` → 12.5."""
    return legal.percent(basis_points)
