"""Whatever comes into the joining form or its links: a sentence at the field or one plain page.

After each refusal every table holds exactly what it held before.
"""

from html import unescape

import pytest
from django.utils.html import escape

from alliance.tenancy.scope import in_alliance
from members.models import Application, Business
from members.services import approvals
from tests.factories import members as make
from tests.members.views.joining import confirmed, join_form
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import active_parts, form_key, kept, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")

HIDDEN = "Please leave out line breaks and hidden characters."
NULL = "Null characters are not allowed."
AN_EMAIL = "Enter an e-mail address such as maria@example.com."
A_YEAR = "Enter a year such as 1998."
A_SITE = "Enter an address such as example.com."
LOST = "Something was lost on the way. Please send it again."
NO_CHOICE = "Select a valid choice. %s is not one of the available choices."

WRONG = {
    "no name": ({"trade_name": None}, "id_trade_name", "Enter the name of your business."),
    "a blank name": ({"trade_name": "  "}, "id_trade_name", "Enter the name of your business."),
    "a name of a million": (
        {"trade_name": "n" * 900_000},
        "id_trade_name",
        "Ensure this value has at most 120 characters (it has 900000).",
    ),
    "a line break": ({"trade_name": "Moss\nFern"}, "id_trade_name", HIDDEN),
    "a turned name": ({"trade_name": "Moss \u202enreF"}, "id_trade_name", HIDDEN),
    "a null byte": ({"contact_name": "Fern\x00"}, "id_contact_name", NULL),
    "a null byte in the words": ({"blurb": "Fern\x00"}, "id_blurb", NULL),
    "too many words": (
        {"blurb": "b" * 601},
        "id_blurb",
        "Ensure this value has at most 600 characters (it has 601).",
    ),
    "no kind": ({"segment": ""}, "id_segment", "Choose what comes closest."),
    "a kind of their own": ({"segment": "arms"}, "id_segment", NO_CHOICE % "arms"),
    "a size of their own": ({"size_band": "9"}, "id_size_band", NO_CHOICE % "9"),
    "a year to come": ({"founded_year": "2999"}, "id_founded_year", "That year is still to come."),
    "a year before shops": ({"founded_year": "12"}, "id_founded_year", A_YEAR),
    "a year in words": ({"founded_year": "last"}, "id_founded_year", A_YEAR),
    "half a year": ({"founded_year": "1998.5"}, "id_founded_year", A_YEAR),
    "a year of a million digits": ({"founded_year": "9" * 5000}, "id_founded_year", A_YEAR),
    "a script for a site": ({"web_address": "javascript:alert(1)"}, "id_web_address", A_SITE),
    "no site": ({"web_address": "not a site"}, "id_web_address", A_SITE),
    "no e-mail": ({"email": ""}, "id_email", "Enter your e-mail address."),
    "two e-mails": ({"email": "a@example.com, b@example.com"}, "id_email", AN_EMAIL),
    "a header": ({"email": "a@example.com\nBcc: b@example.com"}, "id_email", AN_EMAIL),
    "no contact": ({"contact_name": ""}, "id_contact_name", "Enter your name."),
    "a long telephone": (
        {"phone": "5" * 33},
        "id_phone",
        "Ensure this value has at most 32 characters (it has 33).",
    ),
    "five parts": ({"instalments": "5"}, "id_instalments_group", NO_CHOICE % "5"),
    "no consent": (
        {"consent": None},
        "id_consent",
        "Tick the box if you agree; without it we may not write.",
    ),
    "no key": ({"form_key": None}, "", LOST),
    "a forged key": ({"form_key": "x:y:z"}, "", LOST),
    "a robot": (
        {"website": "https://spam.example"},
        "id_website",
        "Please leave the last field empty.",
    ),
}


@pytest.fixture
def tier(oak_street):
    with in_alliance(oak_street):
        return make.a_tier(name="Corner shop")


@pytest.fixture
def scaled(oak_street):
    """$50 to $250, with both reliefs."""
    with in_alliance(oak_street):
        return make.a_tier(
            name="Choose",
            least_minor=50_00,
            most_minor=250_00,
            allows_hardship=True,
            allows_in_kind=True,
        )


@pytest.fixture
def fern(visit, oak_street):
    return visit(oak_street)


@pytest.mark.parametrize("step", ["check", "send"])
def test_a_sentence_at_the_field_and_nothing_stored(fern, oak_street, tier, step):
    before, answers = row_counts(oak_street), {}
    for what, (change, _anchor, _sentence) in WRONG.items():
        answer = fern.post(f"/join/{tier.pk}/", join_form(step=step, **change))
        answers[what] = (answer.status_code, title(answer), problems(answer))
    assert answers == {
        what: (422, "Error: Join: Corner shop", [(anchor, sentence)])
        for what, (_change, anchor, sentence) in WRONG.items()
    }
    assert row_counts(oak_street) == before


DOLLARS = "Enter an amount in dollars, such as 18 or 18.50."
RANGE = "Between $50 and $250."
DUES = {
    "nothing chosen": ({"amount": None}, "id_amount_group", "Choose an amount."),
    "no other amount": ({"amount": "other", "other_amount": ""}, "id_other_amount",
                        "Enter an amount."),
    "three decimals": ({"amount": "other", "other_amount": "60.005"}, "id_other_amount", DOLLARS),
    "a comma": ({"amount": "other", "other_amount": "60,00"}, "id_other_amount", DOLLARS),
    "minus": ({"amount": "other", "other_amount": "-60"}, "id_other_amount", DOLLARS),
    "too little": ({"amount": "other", "other_amount": "49.99"}, "id_other_amount", RANGE),
    "too much": ({"amount": "other", "other_amount": "250.01"}, "id_other_amount", RANGE),
    "a chip of their own": ({"amount": "1"}, "id_amount_group", NO_CHOICE % "1"),
    "less, of how much": ({"relief": "hardship", "relief_note": "Hard."}, "id_relief_amount",
                          "Enter what you can pay, or 0."),
    "less that is more": ({"relief": "hardship", "relief_note": "Hard.", "relief_amount": "251"},
                          "id_relief_amount", "Enter at most $250."),
    "less, without a word": ({"relief": "hardship", "relief_amount": "10"}, "id_relief_note",
                             "Say in a sentence or two why, or what you give."),
    "work, without a word": ({"relief": "in_kind"}, "id_relief_note",
                             "Say in a sentence or two why, or what you give."),
    "a relief of their own": ({"relief": "free"}, "id_relief_group", NO_CHOICE % "free"),
}  # fmt: skip


def dues(**changes):
    return join_form(**{"amount": "12000", "relief": "none", "relief_note": ""} | changes)


def test_dues_that_do_not_fit_are_asked_for_again(fern, oak_street, scaled):
    before, answers = row_counts(oak_street), {}
    for what, (change, _anchor, _sentence) in DUES.items():
        answer = fern.post(f"/join/{scaled.pk}/", dues(**change))
        answers[what] = (answer.status_code, problems(answer))
    assert answers == {what: (422, [(a, s)]) for what, (_c, a, s) in DUES.items()}
    assert row_counts(oak_street) == before


UNDERSTOOD = {
    "a chip": ({"amount": "5000"}, ("none", 50_00, 1)),
    "another": ({"amount": "other", "other_amount": "$180.50"}, ("none", 180_50, 1)),
    "in parts": ({"amount": "25000", "instalments": "4"}, ("none", 250_00, 4)),
    "a note that nobody asked for": ({"relief_note": "Hello"}, ("none", 120_00, 1)),
    "nothing": (
        {"relief": "hardship", "relief_amount": "0", "relief_note": "H.", "instalments": "4"},
        ("hardship", 0, 1),
    ),
    "less": ({"relief": "hardship", "relief_amount": "10", "relief_note": "H."},
             ("hardship", 10_00, 1)),
    "work": ({"relief": "in_kind", "relief_note": "I paint."}, ("in_kind", 120_00, 1)),
}  # fmt: skip


def test_dues_that_are_understood(fern, oak_street, scaled):
    for n, (change, _kept) in enumerate(UNDERSTOOD.values()):
        form = dues(**change, email=f"p{n}@example.com")
        assert fern.post(f"/join/{scaled.pk}/", form).status_code == 302
    with in_alliance(oak_street):
        rows = Application.objects.order_by("id").values_list(
            "relief", "amount_minor", "instalments"
        )
        assert list(rows) == [kept for _change, kept in UNDERSTOOD.values()]


NASTY_NAMES = {
    "markup": "<script>alert(1)</script>",
    "an attribute": '" autofocus onfocus="alert(1)',
    "a template": "{{ 7|add:7 }}{% load x %}",
    "SQL": "Robert'); DROP TABLE members_application;--",
    "percent signs": "100%s %(name)s %d",
    "emoji": "Fern 🌿👩‍👩‍👧‍👦",
    "Hebrew": "חוה קסטלנו",
    "Arabic": "حواء",
    "combining": "É" + "\u0301" * 30 + "ve",
    "zero width": "F\u200bern",
    "the command": "=cmd|' /C calc'!A0",
}


def test_a_name_is_text_wherever_it_is_shown(fern, visit, oak_street, tier, ada):
    desk, addresses = visit(oak_street, ada), []
    for n, name in enumerate(NASTY_NAMES.values()):
        refused = fern.post(f"/join/{tier.pk}/", join_form(trade_name=name, email="nope"))
        assert (refused.status_code, kept(refused, "trade_name")) == (422, name)
        said = {"trade_name": name, "contact_name": name, "email": f"p{n}@example.com"}
        assert " ".join(name.split()) in words(
            fern.post(f"/join/{tier.pk}/", join_form(step="check", **said))
        ).replace("  ", " ") or name != escape(name)
        assert fern.post(f"/join/{tier.pk}/", join_form(**said)).status_code == 302
        addresses.append(confirmed(fern, oak_street))
    with in_alliance(oak_street):
        found = list(Application.objects.order_by("id"))
        assert [each.trade_name for each in found] == list(NASTY_NAMES.values())
        for each in found:
            approvals.approve(application=each, by=ada)
    pages = [fern.get(each) for each in addresses]
    pages += [desk.get("/staff/applications/")]
    pages += [desk.get(f"/staff/applications/{each.pk}/") for each in found]
    for shown in pages:
        assert (shown.status_code, active_parts(shown)) == (200, [])
    listed = " ".join(unescape(text(pages[len(addresses)])).split())
    for name in NASTY_NAMES.values():
        assert " ".join(name.split()) in listed
        assert name == escape(name) or name not in text(pages[len(addresses)])


def test_a_form_faster_than_anyone_reads_or_a_day_old_is_asked_for_again(fern, oak_street, tier):
    said = []
    for seconds in (0, 25 * 3600):
        form = join_form(form_key=form_key(seconds_ago=seconds))
        answer = fern.post(f"/join/{tier.pk}/", form)
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
        assert not Application.objects.exists()


def test_a_flood_to_one_inbox_is_refused_in_words(fern, oak_street, tier):
    answers = [fern.post(f"/join/{tier.pk}/", join_form(trade_name=f"Shop {n}")) for n in range(4)]
    assert [answer.status_code for answer in answers] == [302, 302, 302, 429]
    assert problems(answers[3])[0][0] == "id_email"
    with in_alliance(oak_street):
        assert Application.objects.count() == 3


def test_a_flood_from_one_place_is_refused(fern, oak_street, tier):
    statuses = [fern.post(f"/join/{tier.pk}/", {"step": "check"}).status_code for _n in range(121)]
    assert (statuses[:120], statuses[120]) == ([422] * 120, 429)


def test_a_tier_of_the_neighbours_or_one_that_is_gone_is_not_found(
    fern, oak_street, neighbour, tier, ada
):
    with in_alliance(neighbour.alliance):
        theirs = make.a_tier()
    with in_alliance(oak_street):
        hidden = make.a_tier(is_public=False)
    for one in (theirs, hidden):
        for answer in (fern.get(f"/join/{one.pk}/"), fern.post(f"/join/{one.pk}/", join_form())):
            assert answer.status_code == 404
    assert fern.get("/join/not-a-tier/").status_code == 404


def test_a_stranger_learns_nothing_from_the_sent_page(fern):
    assert fern.get("/join/sent/")["Location"] == "/join/"


def test_a_business_is_made_only_by_an_approval(fern, oak_street, tier):
    fern.post(f"/join/{tier.pk}/", join_form())
    confirmed(fern, oak_street)
    with in_alliance(oak_street):
        assert not Business.objects.exists()
