"""A pledge passed on to a friend, and a business's letter to those who pledged."""

import re
from uuid import uuid4

import pytest

from tests.e2e import people
from tests.e2e.conftest import PHONE
from tests.e2e.letters import ask
from tests.e2e.test_drives import LAUNDRY, end, owner_of, review, write
from tests.e2e.test_pledging import A_SECOND, BOTH, a_card, at_the_till

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

SHOP = "Lantern Laundry"


def offer(giver, letters, *, name, email):
    """From the giver's card to the link in the friend's mail."""
    giver.follow("Pass it on to a friend")
    giver.page.get_by_label("Your friend’s name").fill(name)
    giver.page.get_by_label("Your friend’s e-mail").fill(email)
    giver.page.wait_for_timeout(A_SECOND)
    giver.press("Offer it")
    giver.sees("Your friend has mail, and 14 days to accept.", f"Offered to {name}", email)
    return letters.wait(email, subject="A pledge to Gustoso Pizza, passed on to you").link(
        "/pledge/passed/"
    )


@BOTH
def test_a_whole_pledge_goes_to_a_friend(javascript, browse, letters):
    email, friends = people.fresh_email(), people.fresh_email("flo")
    name = f"Eve {uuid4().hex[:6]}"
    eve = browse(javascript=javascript, **PHONE)
    card = a_card(eve, letters, email=email, name=name, amount=240)
    link = offer(eve, letters, name="Flo Rider", email=friends)

    flo = browse(javascript=javascript, **PHONE)
    flo.go(link)
    flo.sees(re.compile(f"{name} meant to spend \\$240 at Gustoso Pizza"))
    assert flo.page.get_by_label("Your name").input_value() == "Flo Rider"
    flo.press("Yes, I take the $240", status=422)
    flo.page.get_by_label("I mean to buy").check()
    flo.press("Yes, I take the $240")
    flo.sees("The pledge is yours. This is your card.", "$0 of $240 counted")
    assert flo.page.url != card
    theirs = flo.page.url
    assert letters.wait(friends, subject="Your pledge card").link("/pledge/card/") == theirs

    letters.wait(email, subject="has been passed on")
    eve.go(card)
    eve.sees("This pledge was passed on to a friend.")
    # The link leads to the card from now on, and nobody takes the same pledge twice.
    flo.go(link)
    assert flo.page.url == theirs


def test_what_was_counted_stays_with_the_giver(browse, signed_in, letters):
    email, friends = people.fresh_email(), people.fresh_email("flo")
    name = f"Eve {uuid4().hex[:6]}"
    eve = browse(**PHONE)
    card = a_card(eve, letters, email=email, name=name, amount=240)
    code = eve.page.locator(".card-code").inner_text()
    at_the_till(signed_in("member", **PHONE), code=code, name=name, spent="33")
    eve.go(card)
    link = offer(eve, letters, name="Flo Rest", email=friends)
    eve.sees(re.compile(r"Your friend takes \$200 .* your own pledge becomes \$40"))

    # An offer that is taken back opens nothing any more; the next one does.
    eve.press("Take the offer back")
    flo = browse(**PHONE)
    flo.go(link, status=410)
    eve.go(card)
    friends = people.fresh_email("flo")
    flo.go(offer(eve, letters, name="Flo Rest", email=friends))
    flo.page.get_by_label("I mean to buy").check()
    flo.press("Yes, I take the $200")
    flo.sees("$0 of $200 counted")
    eve.go(card)
    eve.sees("$33 of $40 counted", "from $240 to $40")


@pytest.fixture
def drive(browse, signed_in, letters):
    """A drive of this test's own, open; its title and its owner. Ended afterwards."""
    title = f"A folding table {uuid4().hex[:6]}"
    owner, maya = browse(**PHONE), signed_in("owner")
    owner.go("/accounts/login/")
    people.by_code(owner, owner_of(LAUNDRY), letters)
    write(owner, title)
    owner.press("Submit it")
    review(maya, title)
    maya.press("Approve the drive")
    page = maya.page.url
    yield title, owner
    maya.go(page)
    end(maya)


def test_a_letter_to_the_pledgers_and_the_link_that_stops_them(drive, browse, letters):
    title, owner = drive
    readers = people.fresh_email(), people.fresh_email("flo")
    eve = browse(**PHONE)
    shop = {"drive": title, "business": SHOP, "months": 9}
    for email in readers:
        card = a_card(eve, letters, email=email, name="Eve Reader", amount=240, **shop)

    subject = f"The table is here {uuid4().hex[:6]}"
    a_letter_is_written(owner, title, subject)
    owner.page.get_by_role("button", name="Send it").click()
    # The page comes again by itself while the letter goes out.
    sent = owner.page.locator("details", has_text=subject).locator("summary")
    sent.filter(has_text="to 2 people").wait_for()
    owner.look()
    owner.go(owner.page.url)
    owner.sees("One letter a week.")
    assert owner.page.get_by_label("Your letter").count() == 0

    one, other = (letters.wait(email, subject=f"{SHOP}: {subject}") for email in readers)
    assert "Come & sit <down>." in one.text
    eve.go(one.link("/pledge/letters/"))
    eve.sees("No more letters?", readers[0])
    eve.press("Stop these letters")
    eve.sees(f"{SHOP} does not write to {readers[0]} about “{title}” any more.")
    # A mail program's one press has neither a cookie nor the page.
    said = ask(other.link("/pledge/letters/"), b"List-Unsubscribe=One-Click")
    assert f"does not write to {readers[1]}" in said
    eve.go(other.link("/pledge/card/"))
    assert eve.page.url == card
    eve.sees("$0 of $240 counted")


def a_letter_is_written(owner, title, subject):
    """From the home page to the letter as it is read once more; changed once on the way."""
    owner.go("/")
    owner.open_menu()
    owner.follow("My drive")
    owner.follow(title)
    owner.follow("Write to your pledgers")
    owner.sees("It goes to the 2 people who stand by this drive")
    owner.page.get_by_label("What is it about?").fill(subject)
    owner.press("Read it once more", status=422)
    owner.sees("Write your letter.")
    assert owner.page.get_by_label("What is it about?").input_value() == subject
    owner.page.get_by_label("Your letter").fill("Come <down>.\n\nBring your wash.")
    owner.press("Read it once more")
    owner.press("Change it")
    owner.page.get_by_label("Your letter").fill("Come & sit <down>.\n\nBring your wash.")
    owner.press("Read it once more")
    owner.sees(subject, "Come & sit <down>.", "Bring your wash.")
