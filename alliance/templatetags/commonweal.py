"""Template words of the whole product: money, instants in the alliance's zone, safe text."""

from datetime import date, datetime
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language

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
    day = timezone.localtime(moment, current_alliance().zone).date()
    return _day_in_words(day, get_language())


# Rows of one list share a few days, and formatting is what a row costs most.
@lru_cache(maxsize=1024)
def _day_in_words(day: date, language: str | None) -> str:
    return date_format(day, "j M Y")


@register.filter
def markdown(text: str, top: int = 3) -> SafeString:
    """What a member wrote, as safe HTML; the only door for markup into a page.

    `top` is the level of its first headings: `{{ text|markdown:2 }}` right under the page's title.
    """
    return render_markdown(text, top)
