"""`{% load beside %}`: what other rooms put beside somebody's words."""

from typing import Any

from django import template

from alliance.beside import part_of

register = template.Library()


@register.simple_tag(takes_context=True)
def beside(context: dict[str, Any], subject: Any, slot: str = "flag") -> str:
    """`{% beside step %}`: the link to flag it; `{% beside step "hidden" %}`: that it is hidden."""
    return part_of(slot, context["request"], subject)
