"""Amounts: exact, and written as the reader does."""

from decimal import Decimal

import hypothesis
import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from alliance.money import format_money, major, minor_digits
from alliance.templatetags.commonweal import money


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (0, "USD", "$0"),
        (1, "USD", "$0.01"),
        (99, "USD", "$0.99"),
        (100, "USD", "$1"),
        (1950, "USD", "$19.50"),
        (240_00, "USD", "$240"),
        (2_400_000_00, "USD", "$2,400,000"),
        (1_234_567_89, "USD", "$1,234,567.89"),
        (-18_00, "USD", "-$18"),
        (-18_50, "USD", "-$18.50"),
        (1234, "JPY", "¥1,234"),
        (1500, "EUR", "€15"),
        (1234, "KWD", "KWD1.234"),
    ],
)
def test_is_written_as_people_write_it(minor: int, currency: str, text: str) -> None:
    with translation.override("en"):
        assert format_money(minor, currency).replace("\xa0", "") == text


@pytest.mark.parametrize(("currency", "digits"), [("USD", 2), ("JPY", 0), ("KWD", 3)])
def test_decimals_are_the_currencys(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits


def test_unknown_is_a_dash_and_never_zero() -> None:
    assert money(None) == "—"
    assert money(0) == "$0"


minors = st.integers(-(10**12), 10**12)


@given(minors)
def test_major_is_exact(minor: int) -> None:
    assert (major(minor, "USD") * 100, major(minor, "JPY")) == (minor, Decimal(minor))


@hypothesis.settings(max_examples=60, deadline=None)
@given(minors)
def test_what_is_written_says_the_same_amount(minor: int) -> None:
    digits = format_money(minor, "USD").replace("$", "").replace(",", "")

    assert Decimal(digits) * 100 == minor
