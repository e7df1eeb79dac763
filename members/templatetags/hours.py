"""Minutes as people say them."""

from django import template

from members.services.volunteers import hours_in_words

register = template.Library()


@register.filter
def hours(minutes: int | None) -> str:
    """`{{ 90|hours }}` → 1.5; unknown is a dash."""
    return "—" if minutes is None else hours_in_words(minutes)
