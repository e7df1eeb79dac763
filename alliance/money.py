"""Amounts: integer minor units plus a currency, written in the reader's locale."""

from decimal import Decimal

from babel.numbers import format_currency, get_currency_precision
from django.utils.translation import get_language, to_locale


def minor_digits(currency: str) -> int:
    """How many decimals the currency has: 2 for USD, 0 for JPY."""
    return int(get_currency_precision(currency))


def major(minor: int, currency: str) -> Decimal:
    """1950, "USD" → Decimal("19.50")."""
    return Decimal(minor).scaleb(-minor_digits(currency))


def format_money(minor: int, currency: str) -> str:
    """$240 or $19.50: whole amounts without decimals, in the active language."""
    digits = minor_digits(currency)
    whole = minor % 10**digits == 0
    return format_currency(
        major(minor, currency),
        currency,
        locale=to_locale(get_language() or "en"),
        format="¤#,##0" if whole else None,
        currency_digits=not whole,
    )
