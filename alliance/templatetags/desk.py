"""`{% load desk %}`: words of the staff desk."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def age(moment: datetime | None) -> str:
    """How long ago, in its largest unit only: 3 days."""
    return timesince(moment, depth=1) if moment else ""


@register.filter
def audit_words(name: str) -> str:
    """An entry's action as words: `seat.given` → seat given."""
    return _(name.replace(".", " ").replace("_", " "))


@register.filter
def audit_detail(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """An entry's details as (name, value), empty ones left out."""
    return [
        (
            _(name.replace("_", " ")),
            ", ".join(map(str, value)) if isinstance(value, list) else value,
        )
        for name, value in detail.items()
        if value not in ("", None, [])
    ]
