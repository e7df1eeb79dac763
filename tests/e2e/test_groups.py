"""A member finds help: joining, introducing, asking, being answered, saying what helped."""

import re
from uuid import uuid4

import pytest

from tests.e2e import people
from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

GROUP = "Kitchens & Counters"
HERE = "/groups/kitchens-and-counters/"
# Each of them asks for few codes: an inbox gets three an hour.
ABEBA = "abeba@abebas-table.example"
LUCAS = "hello@grain-and-ember.example"
AUGUSTINO = "augustino@pelican-fish-market.example"
TERESA = "teresa@pupusas-menjivar.example"
# Owners of businesses in the demo who are in no group yet.
NEWCOMERS = {
    "without scripts": "phuong@lantern-laundry.example",
    "by phone": "winifred@paper-ladder-books.example",
}


def arrive(browse, letters, email, **options):
    """Signed in by a code from the mail."""
    visitor = browse(**options)
    visitor.go("/accounts/login/")
    people.by_code(visitor, email, letters)
    return visitor


def join(visitor):
    """From the list of groups into the group."""
    visitor.go("/groups/")
    visitor.follow(GROUP)
    visitor.follow("Join")
    visitor.sees("What we agreed on")
    visitor.press("Join", status=422)
    visitor.sees("There is a problem")
    visitor.page.get_by_label("I have read the agreements and accept them").check()
    visitor.press("Join")


def introduce(visitor):
    visitor.page.get_by_label("Your story").fill(
        "I press shirts from six in the morning and mend what people call lost."
    )
    visitor.page.get_by_label("One ask").fill("Who has found steam hoses that last?")
    visitor.page.get_by_label("One offer").fill("I can show anybody how to take wine out of linen.")
    visitor.press("Show it to the group")


def ask_for_help(visitor, title):
    page = visitor.page
    page.get_by_label("Help wanted").check()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Your words").fill("It leaks since Monday. **Whom** do you call?")
    visitor.press("Send")
    visitor.sees(title, "It leaks since Monday.")


@pytest.mark.parametrize(
    ("who", "options"),
    [("without scripts", {"javascript": False}), ("by phone", PHONE)],
    ids=["without scripts", "by phone"],
)
def test_from_joining_to_helped_me(who, options, browse, letters):
    title = f"A hose that leaks {uuid4().hex[:6]}"
    phuong = arrive(browse, letters, NEWCOMERS[who], **options)
    join(phuong)

    phuong.go(f"{HERE}topics/new/")
    phuong.sees("Introduce yourself")
    introduce(phuong)
    phuong.sees("New topic")
    ask_for_help(phuong, title)
    asked = phuong.page.url

    abeba = arrive(browse, letters, ABEBA)
    abeba.go(HERE)
    abeba.press(title, role="link")
    abeba.page.get_by_label("Your words").fill("The man on Fruitvale, on Sundays too.")
    abeba.press("Send")
    abeba.sees("The man on Fruitvale")

    phuong.go(asked)
    phuong.press("helped me")
    phuong.sees(re.compile("1 × helped me"))


def test_by_keyboard_alone(browse, letters):
    """Into the group, down the list with j, into a topic with Enter, and an answer."""
    lucas = arrive(browse, letters, LUCAS)
    lucas.go(HERE)
    page = lucas.page
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.textContent")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    lucas.look()
    lucas.sees(first)
    words = page.get_by_label("Your words")
    words.focus()
    page.keyboard.type(f"By keyboard alone, {uuid4().hex[:6]}.")
    said = words.input_value()
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.textContent.trim()") != "Send":
        page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    lucas.look()
    lucas.sees(said)


def test_words_survive_a_lost_connection(browse, letters):
    """What was typed while the line was away is there after a reload, and can be sent."""
    augustino = arrive(browse, letters, AUGUSTINO)
    augustino.go(f"{HERE}topics/new/")
    page = augustino.page
    said = f"Typed in a tunnel {uuid4().hex[:6]}"
    augustino.context.set_offline(True)
    page.get_by_label("Your words").fill(said)
    page.get_by_text("your words are kept in this browser").wait_for()
    augustino.context.set_offline(False)
    # The page had tried to send it.
    augustino.forget()
    augustino.go(f"{HERE}topics/new/")
    assert page.get_by_label("Your words").input_value() == said
