"""`{% load moderation %}`: what stands beside anything that people write."""

from typing import Any

from django import template
from django.http import HttpRequest

from moderation import beside

register = template.Library()


@register.simple_tag(takes_context=True)
def flag_link(context: dict[str, Any], subject: Any) -> str:
    """`{% flag_link post %}`: a small link to flag it, for whoever has a seat here."""
    return beside.flag(_request(context), subject)


@register.simple_tag(takes_context=True)
def flag_link_to(context: dict[str, Any], key: str, pk: Any) -> str:
    """`{% flag_link_to "directory.photo" shot.photo %}`: the same by the kind's key and an id."""
    return beside.flag_to(_request(context), key, pk)


@register.simple_tag(takes_context=True)
def case_link(context: dict[str, Any], subject: Any) -> str:
    """`{% case_link post %}`: a small link to take it up without a flag, for who may."""
    return beside.open_case(_request(context), subject)


@register.simple_tag(takes_context=True)
def hidden_banner(context: dict[str, Any], subject: Any) -> str:
    """`{% hidden_banner post %}`: for its author, and for who looks after it, why it is hidden."""
    return beside.hidden(_request(context), subject)


@register.filter
def or_few(number: int | None) -> str:
    """A public count; below five it is only "<5"."""
    return "<5" if number is None else str(number)


def _request(context: dict[str, Any]) -> HttpRequest | None:
    return context.get("request")
