"""What is held, and, as important, what is not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import signs


@pytest.mark.parametrize(
    "words",
    ["See https://example.com/x", "www.example.org", "look at cheap-shoes.shop now", "ab.co/x"],
)
def test_links(words):
    assert signs.has_link(words)


@pytest.mark.parametrize(
    "words",
    ["", "I close at 5.30 p.m.", "e.g. flour, i.e. bread", "Mr.Green came", "1.5 kg", "Yes.No"],
)
def test_no_links(words):
    assert not signs.has_link(words)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("https://example.com/a https://example.com/b", True),
        ("Look: https://example.com", True),
        ("This list of mills helped me: https://example.com", False),
        ("No link at all", False),
    ],
)
def test_links_alone(words, expected):
    assert signs.is_only_links(words) is expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Special offer: 20% off, order now!", True),
        ("DM me for my rates: https://example.com", True),
        ("Book now at www.example.com", True),
        ("Has anybody given 20% off on a slow day? Did it pay?", False),
        ("Order now or the mill runs out, mine said. Does yours?", False),
        ("https://example.com has the county's form.", False),
        ("I failed with a discount code last year, and this is why.", False),
    ],
)
def test_pitches(words, expected):
    assert signs.is_pitch(words) is expected


def test_words_that_differ_in_case_and_signs_only_are_the_same():
    first = signs.digest("Does anybody know a good mill near the river?")
    assert first == signs.digest("  does ANYBODY know… a good mill near the river!! ")
    assert first != signs.digest("Does anybody know a good mill near the station?")


def test_short_words_may_be_said_often():
    assert signs.digest("Thank you, that helped.") == ""


@given(words=st.text(max_size=400))
def test_any_words_are_read_without_a_fault(words):
    signs.has_link(words), signs.is_only_links(words), signs.is_pitch(words), signs.digest(words)


@pytest.mark.parametrize("words", ["a." * 500_000, "www." * 250_000, "9" * 1_000_000, "\ud800"])
def test_a_megabyte_is_read_at_once(words):
    start = time.perf_counter()
    signs.is_only_links(words), signs.is_pitch(words), signs.digest(words)
    assert time.perf_counter() - start < 1
