"""A listing as people keep it: written, looked at, published, confirmed, taken out."""

import re
from datetime import date, timedelta
from random import randint

import pytest

from tests.directory import pictures
from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
LISTING = "/me/listing/"


def a_day() -> date:
    """Some day of the next year and a half; another in each run."""
    return date.today() + timedelta(days=randint(40, 600))


def fetched(page, address):
    """What the browser itself gets for an address."""
    return page.evaluate(
        """async address => {
            const answer = await fetch(address, {cache: "no-store"});
            const headers = name => answer.headers.get(name);
            return {
                status: answer.status, type: headers("content-type"),
                cache: headers("cache-control"), text: await answer.text(),
            };
        }""",
        address,
    )


def test_a_member_writes_looks_and_publishes_without_scripts(signed_in):
    marisol = signed_in("member", javascript=False, **PHONE)
    marisol.go("/me/")
    marisol.sees("In the directory")
    marisol.go(LISTING)
    marisol.press(re.compile("Write"), role="link")
    page = marisol.page
    page.get_by_label("What people look for").fill(", ".join(f"tag {n}" for n in range(400)))
    page.get_by_label("Your story").fill("The oven came first.\n\nThen the room.")
    marisol.press("Publish", status=422)
    marisol.sees("There is a problem", "These are 400.")
    assert page.get_by_label("Your story").input_value().startswith("The oven came first.")
    page.get_by_label("What people look for").fill("square pies, take-away")
    page.get_by_role("button", name="One more day").click()
    page.locator("#days input[type=date]").last.fill(a_day().isoformat())
    page.get_by_label("closed all day").last.check()
    marisol.look()
    marisol.press("Look at it first")
    marisol.sees("This is the draft", "Then the room.")
    marisol.press("Publish")
    marisol.sees("Published.", "public")


def test_hours_by_keyboard(signed_in):
    marisol = signed_in("member")
    marisol.go(f"{LISTING}edit/")
    page = marisol.page
    first = page.get_by_label("Tuesday opens", exact=True)
    first.focus()
    for keys in ("1130AM", "0230PM", "0500PM", "0100AM"):
        page.keyboard.type(keys)
        # The second time past the button that opens the clock.
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
    typed = [
        page.get_by_label(f"Tuesday {name}", exact=True).input_value()
        for name in ("opens", "closes", "opens again", "closes again")
    ]
    assert typed == ["11:30", "14:30", "17:00", "01:00"]
    page.get_by_label("Tuesday closes again", exact=True).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    marisol.look()
    marisol.sees("The draft is kept.")
    marisol.go(f"{LISTING}edit/")
    assert page.get_by_label("Tuesday closes again", exact=True).input_value() == "01:00"


def test_a_photograph_forgets_where_it_was_taken(signed_in, browse):
    marisol = signed_in("member", **PHONE)
    marisol.go(f"{LISTING}photographs/")
    page = marisol.page
    file = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": pictures.from_a_phone()}
    page.get_by_label("Photograph").set_input_files(files=[file])
    marisol.press("Add it", status=422)
    marisol.sees("Say what the photograph shows.")
    page.get_by_label("Photograph").set_input_files(files=[file])
    page.get_by_label("What does it show?").last.fill("The oven on its flatbed")
    marisol.press("Add it")
    picture = page.get_by_role("img", name="The oven on its flatbed").last
    address = picture.get_attribute("src")
    kept = fetched(page, address)
    assert (kept["status"], kept["cache"], "SECRET" in kept["text"]) == (
        200, "private, no-store", False,
    )  # fmt: skip
    marisol.press("Publish the draft")
    eve = browse()
    eve.go("/")
    shown = fetched(eve.page, address)
    assert (shown["status"], shown["type"]) == (200, "image/webp")
    assert shown["cache"] == "public, no-cache"


def test_two_members_confirm_and_the_staff_take_out_and_put_back(signed_in):
    marisol = signed_in("member")
    marisol.go("/me/confirmations/")
    marisol.sees("Calle Ocho y Media")
    marisol.press(re.compile("I know that it is so.*Calle Ocho"))
    marisol.sees("Thank you for standing up for Calle Ocho y Media.")

    maya = signed_in("owner")
    maya.go("/staff/")
    maya.sees("Local ownership to confirm", "Corrections from visitors")
    maya.go("/staff/ownership/")
    maya.sees("Marisol Benedetti of Gustoso Pizza has confirmed it.")
    maya.press(re.compile("^Confirm.*Calle Ocho"))
    maya.sees("is confirmed as locally owned")
    maya.go("/staff/listings/?q=calle+ocho")
    maya.press("Calle Ocho y Media", role="link")
    maya.page.get_by_text("Take it out of the directory").click()
    maya.page.get_by_label("Why?").fill("The owner asked for it.")
    maya.press("Take it out")
    maya.sees("The alliance has taken it out: The owner asked for it.")
    maya.press("Put it back into the directory")
    maya.sees("Everybody can find it")


def test_the_desk_sends_a_customer_and_settles_a_correction(signed_in, letters):
    maya, marisol = signed_in("owner"), signed_in("member", **PHONE)
    maya.go("/staff/referrals/new/?q=pizza")
    maya.page.get_by_label(re.compile("Gustoso Pizza")).check()
    maya.page.get_by_label("What is looked for?").last.fill("Supper for twelve volunteers")
    maya.press("Write to them")
    maya.sees("Sent to: Gustoso Pizza.")
    marisol.go("/me/referrals/")
    marisol.press(re.compile("What came of it.*Supper for twelve"), role="link")
    marisol.page.get_by_label("became a customer").check()
    marisol.press("Save")
    marisol.sees("became a customer")
    maya.go("/staff/corrections/")
    maya.press(re.compile("^Settle"), role="link")
    maya.page.get_by_label("What did you do about it?").fill("Asked, and changed it.")
    maya.press("Settle it")
    maya.sees("Settled", "Asked, and changed it.")
