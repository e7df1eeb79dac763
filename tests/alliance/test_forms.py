"""Public forms: no account, no script, and still a robot has a hard time."""

import time
from typing import Any

import pytest
import time_machine
from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from alliance.forms import SALT, MoneyField, OneLine, PublicForm, new_form_key

NOW = 1_780_000_000


class Letter(PublicForm):
    name = forms.CharField(required=False)


def key_made(seconds_ago: float) -> str:
    with time_machine.travel(NOW - seconds_ago, tick=False):
        return new_form_key()


def errors(**data: Any) -> dict[str, list[str]]:
    with time_machine.travel(NOW, tick=False):
        return dict(Letter({"form_key": key_made(10), **data}).errors)


QUICK = ["That was very quick. Please look once more and send it again."]
LOST = ["Something was lost on the way. Please send it again."]
OLD = ["This page has been open for a while. Please look once more and send it again."]


@pytest.mark.parametrize("age", [1, 10, 3600, 24 * 3600])
def test_a_form_that_a_person_sends_is_taken(age: float) -> None:
    assert errors(form_key=key_made(age)) == {}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        pytest.param("", LOST, id="missing"),
        pytest.param("x", LOST, id="made up"),
        pytest.param(signing.dumps({"key": "k", "at": NOW - 10}), LOST, id="other purpose"),
        pytest.param(signing.dumps({"key": "k", "at": NOW - 10}, key="guess", salt=SALT), LOST,
                     id="guessed secret"),
        pytest.param(signing.dumps({"at": NOW - 10}, salt=SALT), LOST, id="no key inside"),
        pytest.param(signing.dumps(["k", NOW - 10], salt=SALT), LOST, id="no pair inside"),
        pytest.param(key_made(10)[:-2], LOST, id="cut off"),
        pytest.param(key_made(0), QUICK, id="at once"),
        pytest.param(key_made(0.9), QUICK, id="faster than anyone reads"),
        pytest.param(key_made(-60), QUICK, id="from the future"),
        pytest.param(key_made(24 * 3600 + 1), OLD, id="a day ago"),
    ],
)  # fmt: skip
def test_a_key_must_be_ours_and_of_today(key: str, said: list[str]) -> None:
    assert errors(form_key=key) == {"form_key": said}


def test_a_key_that_is_too_long_is_refused_unread() -> None:
    assert list(errors(form_key="x" * 201)) == ["form_key"]


def test_the_trap_must_stay_empty() -> None:
    assert errors(website="https://spam.example") == {
        "website": ["Please leave the last field empty."]
    }


def test_the_same_showing_has_the_same_key_and_another_another() -> None:
    first, second = key_made(10), key_made(10)
    found = []
    with time_machine.travel(NOW, tick=False):
        for sent in (first, first, second):
            form = Letter({"form_key": sent})
            assert form.is_valid()
            found.append(form.cleaned_data["form_key"])

    assert found[0] == found[1] != found[2]


def test_after_an_error_the_key_stays_and_a_bad_one_is_replaced() -> None:
    good = key_made(10)
    with time_machine.travel(NOW, tick=False):
        kept = Letter({"form_key": good, "website": "x"})
        lost = Letter({"form_key": "forged"})

        assert kept.fresh_key == good
        assert lost.fresh_key != "forged"
        assert signing.loads(lost.fresh_key, salt=SALT)["at"] == NOW
        assert Letter().fresh_key != Letter().fresh_key


def test_a_new_key_is_dated_now() -> None:
    assert abs(signing.loads(new_form_key(), salt=SALT)["at"] - time.time()) < 5


@pytest.mark.parametrize(
    "text",
    [
        "Eve Castellano",
        "Señora Peña-O’Brien",
        "李小龍",
        "مريم",  # an alphabet that runs the other way needs no marks for that
        "🥖 Ben’s Bakery 👩‍🍳",  # the cook is three characters, joined by a hidden one
        "नमस्ते",
        "A" * 20,
    ],
)
def test_one_line_takes_names_of_every_kind(text: str) -> None:
    assert OneLine(max_length=20).clean(f"  {text} ") == text


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines",
        "two\r\nlines",
        "two\u2028lines",
        "two\u2029lines",
        "two\x85lines",
        "a\ttab",
        "a bell\x07",
        "a\x7fdelete",
        "a NUL\0",
        "a C1\x9bsequence",
        "turned \u202eround",
        "turned \u2066round\u2069",
        "A" * 21,
        "",
        "   ",
    ],
)
def test_one_line_takes_nothing_hidden(text: str) -> None:
    with pytest.raises(ValidationError):
        OneLine(max_length=20).clean(text)


def test_one_line_may_be_left_out_where_it_may() -> None:
    assert OneLine(required=False).clean("") == ""


DOLLARS = ["Enter an amount in dollars, such as 18 or 18.50."]
YEN = ["Enter an amount in JPY without decimals, such as 1800."]
DINARS = ["Enter an amount in KWD, such as 18 or 18.50."]


@pytest.mark.parametrize(
    ("currency", "typed", "minor"),
    [
        ("USD", "18", 18_00),
        ("USD", " $18.5 ", 18_50),
        ("USD", "1,200.00", 1_200_00),
        ("USD", "9999999.99", 9_999_999_99),
        ("USD", "٢٤٠", 240_00),
        ("USD", "0", 0),
        ("EUR", "€ 18.50", 18_50),
        ("JPY", "¥1800", 1800),
        ("KWD", "18.505", 18_505),
    ],
)
def test_money_is_understood_to_the_minor_unit(currency: str, typed: str, minor: int) -> None:
    assert MoneyField(currency=currency).clean(typed) == minor


@pytest.mark.parametrize(
    ("currency", "typed", "said"),
    [
        *(
            ("USD", typed, DOLLARS)
            for typed in ("18.505", "18,50", "1.200,00", "-18", "€18", "18 $", "1e3", "2 40", "½",
                          "99999999", "10,000,000", "1,20", "<b>18</b>", "18.", ".50", "$")
        ),
        ("JPY", "18.5", YEN),
        ("JPY", "$18", YEN),
        ("KWD", "18.5055", DINARS),
        ("USD", "1" * 21, ["Ensure this value has at most 20 characters (it has 21)."]),
    ],
)  # fmt: skip
def test_money_that_is_asked_for_again_rather_than_guessed(
    currency: str, typed: str, said: list[str]
) -> None:
    with pytest.raises(ValidationError) as refused:
        MoneyField(currency=currency).clean(typed)

    assert refused.value.messages == said


def test_money_left_empty_is_none_and_a_minor_initial_is_shown_as_people_write_it() -> None:
    field = MoneyField(required=False)

    assert field.clean("  ") is None
    assert [field.prepare_value(value) for value in (24_000, 18_50, None, "typed")] == [
        "240",
        "18.50",
        None,
        "typed",
    ]
    assert [MoneyField(currency=currency).prefix for currency in ("USD", "EUR", "JPY")] == [
        "$",
        "€",
        "¥",
    ]
