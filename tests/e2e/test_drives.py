"""A business writes a drive; the staff return it, then let it open."""

from uuid import uuid4

import pytest

from demo import content
from tests.e2e import people
from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
BOTH = pytest.mark.parametrize("javascript", [False, True], ids=["without scripts", "with scripts"])


# A member whose drive gathers no longer: one at a time is the rule.
LAUNDRY = "lantern-laundry"


def owner_of(business):
    """The address with which the owner of one of the demo's businesses signs in."""
    return content.load().alliances[0].business(business).email


def write(owner, title):
    """From the home page to the draft."""
    owner.go("/")
    owner.open_menu()
    owner.follow("My drive")
    owner.follow("Write a new drive")
    page = owner.page
    page.get_by_label("Title").fill(title)
    page.get_by_label("In one sentence").fill("A place to sit for those who wait for their wash.")
    page.get_by_label("Your story").fill("We have **one** bench.\n\nPeople stand in the rain.")
    page.get_by_label("What the money does").fill("Two benches\nAn awning")
    page.get_by_label("How many customers").fill("30")
    page.locator("label.choice", has_text="9 months").click()
    page.get_by_label("For how many days").fill("21")
    page.locator("label.choice", has_text="Starter").click()
    owner.press("Save the draft")
    owner.sees("Saved as a draft.", "one", "An awning")


def review(maya, title):
    """From the desk's queue to the drive."""
    maya.go("/staff/")
    maya.follow("Review")
    maya.follow(title)
    maya.sees("As the public reads it")


def end(maya):
    """On the desk's page of a drive: so that the noticeboard of the demo stays as it was."""
    maya.page.locator("summary", has_text="End the drive early").click()
    maya.page.get_by_label("Why does it end?").fill("Only a rehearsal.")
    maya.press("End it and release the pledges")


@BOTH
def test_a_drive_from_the_first_draft_to_the_noticeboard(javascript, signed_in, browse, letters):
    title, email = f"Benches by the dryers {uuid4().hex[:6]}", owner_of(LAUNDRY)
    owner = browse(javascript=javascript, **PHONE)
    owner.go("/accounts/login/")
    people.by_code(owner, email, letters)
    write(owner, title)
    owner.press("Submit it")
    owner.sees("Submitted.", "The alliance is reading it.")

    maya = signed_in("owner", javascript=javascript)
    review(maya, title)
    maya.page.locator("summary", has_text="Return it instead").click()
    maya.page.get_by_label("What should change?").fill("Say what the benches cost.")
    maya.press("Return the drive")
    letters.wait(email, subject=f"A word about “{title}”")

    owner.go("/me/drive/")
    owner.follow(title)
    owner.sees("Say what the benches cost.")
    owner.follow("Change it")
    assert owner.page.get_by_label("Title").input_value() == title
    owner.page.get_by_label("What the money does").fill("Two benches: $900\nAn awning: $1,400")
    owner.press("Save the draft")
    owner.press("Submit it")

    review(maya, title)
    maya.sees("An awning: $1,400")
    maya.press("Approve the drive")
    maya.sees(f"“{title}” is now: ")
    letters.wait(email, subject=f"“{title}” is open")

    eve = browse(javascript=javascript, **PHONE)
    eve.go("/pledge/")
    eve.follow(title)
    eve.sees("0 of 30 people", "The first line is still free.")
    end(maya)
    eve.go(eve.page.url)
    assert eve.page.get_by_role("button", name="Pledge", exact=True).count() == 0
