"""Whatever comes into a public form: a sentence at the field or one plain page, never a 500.

After each refusal every table holds exactly what it held before.
"""

from html import unescape

import pytest
from django.utils.html import escape

from alliance.tenancy.scope import in_alliance
from pledges.models import Pledge
from pledges.services import pledges
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import (
    active_parts,
    form_key,
    kept,
    page_of,
    pledge_form,
    problems,
    text,
    title,
)

pytestmark = pytest.mark.usefixtures("neighbour")

HIDDEN_CHARACTERS = "Please leave out line breaks and hidden characters."
NULL = "Null characters are not allowed."
A_NAME = "Enter your name; you choose below how it is shown."
AN_EMAIL = "Enter an e-mail address such as maria@example.com."
AN_AMOUNT = "Enter an amount in dollars, such as 18 or 18.50."
LOST = "Something was lost on the way. Please send it again."
RANGE = "A pledge is between $20 and $2,000."

WRONG = {
    "no amount": ({"amount": None}, "id_amount_group", "Choose an amount."),
    "no name": ({"name": None}, "id_name", A_NAME),
    "blank name": ({"name": "   "}, "id_name", A_NAME),
    "no e-mail": ({"email": ""}, "id_email", "Enter your e-mail address."),
    "no consent": (
        {"consent": None},
        "id_consent",
        "Tick the box if you agree; without it we may not write.",
    ),
    "no display": ({"display": None}, "id_display_group", "This field is required."),
    "a display of their own": (
        {"display": "loud"},
        "id_display_group",
        "Select a valid choice. loud is not one of the available choices.",
    ),
    "an amount of their own": (
        {"amount": "1"},
        "id_amount_group",
        "Select a valid choice. 1 is not one of the available choices.",
    ),
    "a name over 80": (
        {"name": "n" * 81},
        "id_name",
        "Ensure this value has at most 80 characters (it has 81).",
    ),
    "an e-mail over 200": (
        {"email": f"{'e' * 60}@{'d' * 60}.{'d' * 60}.{'d' * 60}.example"},
        "id_email",
        "Ensure this value has at most 200 characters (it has 251).",
    ),
    "a line break in the name": ({"name": "Eve\nBcc: all@x.example"}, "id_name", HIDDEN_CHARACTERS),
    "a carriage return": ({"name": "Eve\rBcc"}, "id_name", HIDDEN_CHARACTERS),
    "a tab": ({"name": "Eve\tCastellano"}, "id_name", HIDDEN_CHARACTERS),
    "a right-to-left override": ({"name": "Eve \u202eonallets"}, "id_name", HIDDEN_CHARACTERS),
    "a line separator": ({"name": "Eve\u2028Castellano"}, "id_name", HIDDEN_CHARACTERS),
    "an isolate": ({"name": "Eve \u2066x"}, "id_name", HIDDEN_CHARACTERS),
    "a null byte": ({"name": "Eve\x00"}, "id_name", NULL),
    "not an e-mail": ({"email": "eve at example"}, "id_email", AN_EMAIL),
    "two e-mails": ({"email": "eve@example.com, x@example.com"}, "id_email", AN_EMAIL),
    "an e-mail with a header": (
        {"email": "eve@example.com\nBcc: x@x.example"},
        "id_email",
        AN_EMAIL,
    ),
    "an e-mail of emoji": ({"email": "🍕@🍕"}, "id_email", AN_EMAIL),
    "the business's own e-mail": (
        {"email": "BEN@example.org"},
        "id_email",
        "Owners and staff cannot pledge at their own business.",
    ),
    "no key": ({"form_key": None}, "", LOST),
    "a forged key": ({"form_key": "x:y:z"}, "", LOST),
    "a null byte in the key": ({"form_key": "\x00"}, "", NULL),
    "a key of two hundred and one": (
        {"form_key": "k" * 201},
        "",
        "Ensure this value has at most 200 characters (it has 201).",
    ),
    "a robot": (
        {"website": "https://spam.example"},
        "id_website",
        "Please leave the last field empty.",
    ),
}
OTHER_AMOUNTS = {
    "": "Enter an amount.",
    "0": RANGE,
    "10": RANGE,
    "19.99": RANGE,
    "2,010": RANGE,
    "9999999": RANGE,
    "-240": AN_AMOUNT,
    "€240": AN_AMOUNT,
    "240 €": AN_AMOUNT,
    "240,00": AN_AMOUNT,
    "1.200,00": AN_AMOUNT,
    "2 40": AN_AMOUNT,
    "1,20": AN_AMOUNT,
    "12,34,567": AN_AMOUNT,
    "240.005": AN_AMOUNT,
    "1e3": AN_AMOUNT,
    "0x64": AN_AMOUNT,
    "NaN": AN_AMOUNT,
    "Infinity": AN_AMOUNT,
    "½": AN_AMOUNT,
    "two hundred": AN_AMOUNT,
    "🍕": AN_AMOUNT,
    "<b>240</b>": AN_AMOUNT,
    "99999999": AN_AMOUNT,
    "1" * 21: "Ensure this value has at most 20 characters (it has 21).",
    "24\x000": NULL,
    "245": "Please round to the nearest ten dollars: $240 or $250.",
    "240.50": "Please round to the nearest ten dollars: $240 or $250.",
}


def test_a_sentence_at_the_field_and_nothing_stored(visit, oak_street, oven):
    eve, before, answers = visit(oak_street), row_counts(oak_street), {}
    for what, (change, _anchor, _sentence) in WRONG.items():
        answer = eve.post(page_of(oven), pledge_form(**change))
        answers[what] = (answer.status_code, title(answer), problems(answer))
    assert answers == {
        what: (422, "Error: A second oven, Ben's Bakery", [(anchor, sentence)])
        for what, (_change, anchor, sentence) in WRONG.items()
    }
    assert row_counts(oak_street) == before


def test_amounts_that_are_asked_for_again(visit, oak_street, oven):
    eve, before, answers = visit(oak_street), row_counts(oak_street), {}
    for typed in OTHER_AMOUNTS:
        form = pledge_form(amount="other", other_amount=typed)
        answer = eve.post(page_of(oven), form)
        answers[typed] = (answer.status_code, problems(answer))
    assert answers == {
        typed: (422, [("id_other_amount", sentence)]) for typed, sentence in OTHER_AMOUNTS.items()
    }
    assert row_counts(oak_street) == before


UNDERSTOOD = {
    "240": 240_00,
    " $240 ": 240_00,
    "$1,200": 1_200_00,
    "1,200.00": 1_200_00,
    "20.0": 20_00,
    "2000": 2_000_00,
    "0250": 250_00,
}


def test_amounts_that_are_understood(visit, oak_street, oven):
    for n, typed in enumerate(UNDERSTOOD):
        form = pledge_form(amount="other", other_amount=typed, email=f"p{n}@example.com")
        assert visit(oak_street).post(page_of(oven), form).status_code == 302
    with in_alliance(oak_street):
        amounts = Pledge.objects.order_by("id").values_list("amount_minor", flat=True)
        assert list(amounts) == list(UNDERSTOOD.values())


def test_a_null_byte_in_the_e_mail(visit, oak_street, oven):
    before = row_counts(oak_street)
    answer = visit(oak_street).post(page_of(oven), pledge_form(email="eve\x00@example.com"))
    assert (answer.status_code, problems(answer)) == (
        422,
        [("id_email", AN_EMAIL), ("id_email", NULL)],
    )
    assert row_counts(oak_street) == before


def test_what_was_typed_stays_in_the_form(visit, oak_street, oven):
    form = pledge_form(
        name="Eve Castellano", email="no address", amount="other", other_amount="300"
    )
    answer = visit(oak_street).post(page_of(oven), form)
    assert [kept(answer, name) for name in ("name", "email", "other_amount", "form_key")] == [
        "Eve Castellano",
        "no address",
        "300",
        form["form_key"],
    ]
    for choice in ('value="other"', 'name="consent"', 'value="full"'):
        line = next(tag for tag in text(answer).split("<") if choice in tag)
        assert "checked" in line


NASTY_NAMES = {
    "markup": "<script>alert(1)</script>",
    "an attribute": '" autofocus onfocus="alert(1)',
    "a template": "{{ 7|add:7 }}{% load x %}",
    "SQL": "Robert'); DROP TABLE pledges_pledge;--",
    "percent signs": "100%s %(name)s %d",
    "emoji": "Eve 🍕👩‍👩‍👧‍👦",
    "Hebrew": "חוה קסטלנו",
    "Arabic": "حواء",
    "combining": "É" + "\u0301" * 30 + "ve",
    "zero width": "E\u200bve",
    "the undefined": "\ufffd\uffff",
    "a bidi mark": "Eve\u200f",
    "the command": "=cmd|' /C calc'!A0",
    "Zalgo": "E̷͙̓v̸̳̈e̶͖͊",
}


def test_a_name_is_text_wherever_it_is_shown(visit, oak_street, oven, ada):
    eve, cards = visit(oak_street), []
    for n, name in enumerate(NASTY_NAMES.values()):
        refused = eve.post(page_of(oven), pledge_form(name=name, email="nope"))
        assert (refused.status_code, kept(refused, "name")) == (422, name)
        form = pledge_form(name=name, email=f"p{n}@example.com")
        assert eve.post(page_of(oven), form).status_code == 302
    with in_alliance(oak_street):
        for pledge in Pledge.objects.order_by("id"):
            cards.append(pledges.confirm(pledge=pledge, version=1).get_absolute_url())
        names = Pledge.objects.order_by("id").values_list("name", flat=True)
        assert list(names) == list(NASTY_NAMES.values())
    for card in cards:
        assert (eve.get(card).status_code, active_parts(eve.get(card))) == (200, [])
    for page in (
        eve.get(page_of(oven)),
        visit(oak_street, ada).get("/staff/drives/a-second-oven/"),
    ):
        read = " ".join(unescape(text(page)).split())
        for name in NASTY_NAMES.values():
            assert " ".join(name.split()) in read
            assert name == escape(name) or name not in text(page)


def test_a_form_faster_than_anyone_reads_or_a_day_old_is_asked_for_again(visit, oak_street, oven):
    said = []
    for seconds in (0, 25 * 3600):
        form = pledge_form(form_key=form_key(seconds_ago=seconds))
        answer = visit(oak_street).post(page_of(oven), form)
        said.append((answer.status_code, problems(answer)))
        assert kept(answer, "form_key") != form["form_key"]
    assert said == [
        (422, [("", "That was very quick. Please look once more and send it again.")]),
        (
            422,
            [("", "This page has been open for a while. Please look once more and send it again.")],
        ),
    ]
    with in_alliance(oak_street):
        assert not Pledge.objects.exists()


LOST_CARD = {
    "nothing": ("", "This field is required."),
    "not an e-mail": ("eve", "Enter a valid email address."),
    "a null byte": ("eve\x00@example.com", "Enter a valid email address."),
    "too long": ("e" * 201, "Enter a valid email address."),
    "markup": ("<b>@example.com", "Enter a valid email address."),
    "emoji": ("🍕@🍕", "Enter a valid email address."),
}


def test_the_form_for_a_lost_card(visit, oak_street):
    eve, before, answers = visit(oak_street), row_counts(oak_street), {}
    for what, (typed, _sentence) in LOST_CARD.items():
        form = {"email": typed, "form_key": form_key(), "website": ""}
        answer = eve.post("/pledge/lost-card/", form)
        answers[what] = (answer.status_code, problems(answer)[0])
    assert answers == {
        what: (422, ("id_email", sentence)) for what, (_typed, sentence) in LOST_CARD.items()
    }
    assert row_counts(oak_street) == before
