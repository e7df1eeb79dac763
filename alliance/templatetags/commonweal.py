"""Template words of the whole product: money, instants in the alliance's zone, safe text."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from alliance.money import format_money
from alliance.tenancy.scope import current_alliance
from alliance.text import render_markdown

register = template.Library()


@register.filter
def money(minor: int | None, currency: str = "USD") -> str:
    """`{{ drive.amount_minor|money:drive.currency }}` → $240; unknown is a dash, never zero."""
    return "—" if minor is None else format_money(minor, currency)


@register.filter
def localtime_short(moment: datetime | None) -> str:
    """An instant as 22 Nov 2026, 3:04 PM in the alliance's zone."""
    if moment is None:
        return ""
    return date_format(timezone.localtime(moment, current_alliance().zone), "j M Y, g:i A")


@register.filter
def localdate(moment: datetime | None) -> str:
    """The alliance's calendar day of an instant, as 22 Nov 2026."""
    if moment is None:
        return ""
    return date_format(timezone.localtime(moment, current_alliance().zone), "j M Y")


@register.filter
def markdown(text: str) -> SafeString:
    """What a member wrote, as safe HTML; the only door for markup into a page."""
    return render_markdown(text)
