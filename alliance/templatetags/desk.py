"""`{% load desk %}`: words of the staff desk."""

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from alliance import clock
from alliance.money import format_money
from alliance.tenancy.scope import current_alliance

register = template.Library()


@register.filter
def age(moment: datetime | None) -> str:
    """How long ago, in its largest unit only: 3 days."""
    if moment is None:
        return ""
    if clock.now() - moment < timedelta(minutes=1):
        return _("a moment")
    return timesince(moment, depth=1)


@register.filter
def audit_words(name: str) -> str:
    """An entry's action as words: `seat.given` → seat given."""
    return _(name.replace(".", " ").replace("_", " "))


@register.filter
def letter_words(template: str) -> str:
    """A letter's template as words: `pledges/email/drive_approved` → drive approved."""
    return audit_words(template.rsplit("/", 1)[-1])


@register.filter
def audit_detail(detail: dict[str, Any]) -> list[tuple[str, str]]:
    """An entry's details as (name, value), empty ones left out."""
    return [
        (_(name.removesuffix("_minor").replace("_", " ")), _detail_value(name, value))
        for name, value in detail.items()
        if value not in ("", None, [])
    ]


def _detail_value(name: str, value: Any) -> str:
    if name.endswith("_minor") and isinstance(value, int):
        return format_money(value, current_alliance().currency)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
