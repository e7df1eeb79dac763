"""What stands in a cell, understood or honestly not."""

from datetime import date

import pytest
from hypothesis import given as each
from hypothesis import strategies as st

from members.sheets import keys, values, words

DAYS = {
    "2026-03-04": ("2026-03-04", "2026-03-04"),
    "2026-03-04 09:30": ("2026-03-04", "2026-03-04"),
    "2026-03-04T00:00:00": ("2026-03-04", "2026-03-04"),
    "3/4/2026": ("2026-03-04", "2026-04-03"),
    "3/4/26": ("2026-03-04", "2026-04-03"),
    "3/4/2026 12:00 AM": ("2026-03-04", "2026-04-03"),
    "25/12/2026": ("2026-12-25", "2026-12-25"),
    "12/25/1999": ("1999-12-25", "1999-12-25"),
    "1.2.99": ("1999-01-02", "1999-02-01"),
    "March 3, 2024": ("2024-03-03", "2024-03-03"),
    "3rd of March 2024": (None, None),
    "3 Mar 2024": ("2024-03-03", "2024-03-03"),
    "Tue, Mar 3, 2024": ("2024-03-03", "2024-03-03"),
    "6 août 2024": ("2024-08-06", "2024-08-06"),
    "29 Feb 2023": (None, None),
    "20240301": ("2024-03-01", "2024-03-01"),
    "45352": ("2024-03-01", "2024-03-01"),
    "31/31/2024": (None, None),
    "13/13/2026": (None, None),
    "n/a": (None, None),
    "0000-00-00": (None, None),
}


@pytest.mark.parametrize("text", DAYS)
def test_days(text):
    found = [values.a_date(text, order) for order in (values.MONTH_FIRST, values.DAY_FIRST)]
    assert tuple(day and day.isoformat() for day in found) == DAYS[text]


@each(st.dates(min_value=date(1970, 1, 1), max_value=date(2068, 12, 31)))
def test_every_day_is_read_in_every_way_of_writing_it(day):
    month = day.strftime("%b")
    for text, order in (
        (day.isoformat(), "mdy"),
        (f"{day.month}/{day.day}/{day.year}", "mdy"),
        (f"{day.day}.{day.month}.{day.year}", "dmy"),
        (f"{day.month:02}-{day.day:02}-{day.year % 100:02}", "mdy"),
        (f"{day.day} {month} {day.year}", "mdy"),
        (f"{month}. {day.day}, {day.year}", "dmy"),
    ):
        assert values.a_date(text, order) == day or day.year < 1969


def test_the_order_of_days_is_told_by_a_number_beyond_twelve():
    assert values.date_order(["3/4/2026", "3/25/2026"]) == "mdy"
    assert values.date_order(["3/4/2026", "25/3/2026", "x"]) == "dmy"
    assert values.date_order(["3/25/2026", "25/3/2026"]) == ""
    assert values.date_order(["3/4/2026", "2026-03-25"]) == ""


AMOUNTS = {
    "250": (25000, True),
    "$1,250.00": (125000, True),
    "1.250,00 €": (125000, True),
    "1’250": (125000, True),
    "1,250": (125000, True),
    "12,5": (1250, True),
    "USD 80": (8000, True),
    "12.345": (1234, False),
    "1.250": (125, False),
    "0.001": (0, False),
    "(50.00)": (-5000, True),
    "−3": (-300, True),
    "": None,
    "free": None,
    "99999999999": None,
    "1-2": None,
}


@pytest.mark.parametrize("text", AMOUNTS)
def test_amounts(text):
    assert values.an_amount(text, 2) == AMOUNTS[text]


@each(st.integers(0, 2**31 - 1), st.sampled_from(["", "$", "€ "]))
def test_every_amount_is_read_back_as_it_was_written(minor, sign):
    assert values.an_amount(f"{sign}{minor // 100:,}.{minor % 100:02}", 2) == (minor, True)


def test_addresses_numbers_and_sites():
    assert values.an_email("Ben <Ben@Bakery.EXAMPLE>; b@x.example") == "Ben@bakery.example"
    assert [values.an_email(text) for text in ("hallo@zeitler", "none", "a@@b.example")] == [
        None,
        None,
        None,
    ]
    assert values.a_phone("5105550101.0") == "5105550101"
    assert [values.a_phone(text) for text in ("n/a", "x12")] == [None, None]
    assert values.a_website("WWW.Ben.example/Shop") == "https://www.ben.example/Shop"
    assert [
        values.a_website(text)
        for text in (
            "not yet",
            "javascript:alert(1)",
            "https://a:b@evil.example",
            "ftp://x.example",
            "printer.local",
            "router.internal/login",
        )
    ] == [None] * 6


def test_text_without_what_is_not_seen():
    assert values.one_line(" Ben\u202e\u200b’s\x07 \n Bakery\uffff ") == "Ben’s Bakery"
    assert values.several_lines("a\r\nb\rc\td") == "a\nb\nc d"


def test_words_of_other_systems():
    assert [
        words.a_status(w) for w in ("Renewal overdue", "Archived", "In good standing", "?")
    ] == [
        "lapsed",
        "cancelled",
        "standing",
        None,
    ]
    assert [
        words.a_segment(w) for w in ("Restaurants, Food & Beverages", "Arts > Music", "Odd")
    ] == [
        "food",
        "arts",
        None,
    ]
    assert [words.a_size_band(w) for w in ("7", "1-5", "50+", "1,200", "none", "few")] == [
        "6-10",
        "2-5",
        "51+",
        "51+",
        "1",
        None,
    ]


def test_one_name_however_it_is_written():
    spellings = ("Ben's Bakery & Café, LLC", "BENS BAKERY AND CAFE", "The Ben’s Bakery Café Inc.")
    assert {keys.name_key(name) for name in spellings} == {"bens bakery cafe"}
    assert keys.name_key("The Company") == "the company"


def test_names_that_are_nearly_the_same():
    assert keys.alike("bens bakery", "bens bakry")
    assert keys.alike("bakery bens", "bens bakery")
    assert not keys.alike("unit 12 studio", "unit 13 studio")
    assert not keys.alike("bens bakery", "cleos cakes")


def test_numbers_and_sites_by_what_is_theirs_alone():
    phones = ("(510) 555-0101", "+1 510.555.0101 x9", "510-555-0101 ext. 12")
    assert {keys.phone_key(phone) for phone in phones} == {"5105550101"}
    assert keys.phone_key("555") == ""
    assert keys.site_key("https://www.Ben.example/shop") == keys.site_key("ben.example")
    assert keys.site_key("facebook.com/ben") != keys.site_key("https://facebook.com/cleo")
    assert keys.site_key("https://facebook.com/") == ""
    assert keys.postal_key("94601-1234") == keys.postal_key("94601")
    assert keys.email_key("Ben+news@x.example") == keys.email_key("ben@X.example")
