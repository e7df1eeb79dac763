"""Ways to count a purchase besides the card's code: each side's, and what happens offline."""

import hashlib
import hmac
import json
import re
import time
import urllib.error
from datetime import UTC, datetime
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image, ImageDraw

from tests.e2e import people
from tests.e2e.conftest import PHONE
from tests.e2e.letters import ask
from tests.e2e.test_pledging import A_SECOND, BOTH, a_card, to_the_till

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

MINUTE = 60
# The page with the code comes anew each minute; looking at it takes no longer than this.
A_LOOK = 25
NO_LINE = "1 entry waits for the connection"


def a_name():
    """Somebody whom nobody mistakes for the customer of another test."""
    return f"Eve {uuid4().hex[:8]}"


def a_receipt():
    """A photo of a receipt, as a phone would upload it."""
    picture = Image.new("RGB", (600, 900), "#f6f1e7")
    ImageDraw.Draw(picture).text((60, 80), "GUSTOSO PIZZA\n\n1 Margherita   18.50", fill="black")
    content = BytesIO()
    picture.save(content, format="PNG")
    return {"name": "receipt.png", "mimeType": "image/png", "buffer": content.getvalue()}


def code_of_the_till(marisol):
    """Read off the till's page, which is left before it comes anew."""
    to_the_till(marisol)
    left = MINUTE - time.time() % MINUTE
    if left < A_LOOK:
        marisol.page.wait_for_timeout(left * 1000 + A_SECOND)
    marisol.follow("Show a code to the customer")
    shown = marisol.page.locator(".till-code").inner_text()
    assert marisol.page.locator(".qr img").evaluate("picture => picture.naturalWidth") > 0
    marisol.follow("Back to the till")
    assert re.fullmatch(r"[0-9]{3} [0-9]{3}", shown)
    return shown


def enter(visitor, *, code, spent):
    """Types a code and an amount; does not send them."""
    visitor.page.get_by_label(re.compile("^Code")).fill(code)
    visitor.page.get_by_label("What was spent?").fill(spent)


def purchases(eve, card):
    """What the card lists, a text for each purchase."""
    eve.go(card)
    return eve.page.locator(".receipt__lines > li").all_inner_texts()


@BOTH
def test_the_customer_types_the_tills_code_and_the_shop_confirms(
    javascript, browse, signed_in, letters
):
    name = a_name()
    eve = browse(javascript=javascript, **PHONE)
    card = a_card(eve, letters, email=people.fresh_email(), name=name, amount=240)
    marisol = signed_in("member", javascript=javascript, **PHONE)
    code = code_of_the_till(marisol)

    eve.follow("I am at the till")
    wrong = f"{(int(code.replace(' ', '')) + 1) % 1_000_000:06d}"
    enter(eve, code=wrong, spent="18.50")
    eve.press("Enter it", status=422)
    eve.sees("That is not the code of this till.")
    assert eve.page.get_by_label("What was spent?").input_value() == "18.50"
    enter(eve, code=code, spent="18.50")
    eve.press("Enter it")
    assert eve.page.url == card
    eve.sees("Noted. The shop confirms it", "Waits for Gustoso Pizza", "$18.50 of $240 counted")

    to_the_till(marisol)
    marisol.follow("To confirm")
    marisol.press(re.compile(rf"It was so.*\$18\.50, {name}"))
    marisol.sees("Confirmed. It counts.")
    (counted,) = purchases(eve, card)
    assert "$18.50" in counted
    assert "the till’s code" in counted
    # Nobody is waited for, and nothing can be taken back: it is confirmed.
    assert "Waits for" not in counted
    assert "Take it back" not in counted
    eve.sees("$18.50 of $240 counted")


def test_a_receipt_is_shown_and_rejected_with_a_reason(browse, signed_in, letters):
    email, name = people.fresh_email(), a_name()
    eve = browse(**PHONE)
    card = a_card(eve, letters, email=email, name=name, amount=240)
    eve.follow("I have a receipt")
    eve.page.get_by_label("Photo of the receipt").set_input_files(a_receipt())
    eve.page.get_by_label("What was spent?").fill("18.50")
    eve.press("Send it")
    eve.sees("Thank you. The shop looks at it", "By receipt", "$18.50 of $240 counted")

    marisol = signed_in("member", **PHONE)
    to_the_till(marisol)
    marisol.follow("To confirm")
    marisol.follow(re.compile(rf"It was not.*\$18\.50, {name}"))
    photo = marisol.page.locator(".receipt-photo")
    assert photo.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 600
    reason = "That receipt is from last spring."
    marisol.page.get_by_label("Why?").fill(reason)
    marisol.press("Send the answer")
    marisol.sees("Noted. The customer can read why.")

    letter = letters.wait(email, subject="Your purchase at Gustoso Pizza was not counted")
    assert reason in letter.text
    eve.go(letter.link("/pledge/card/"))
    assert eve.page.url == card
    eve.sees("By receipt", "rejected", "$0 of $240 counted")


def test_a_purchase_entered_by_name_is_the_customers_to_confirm(browse, signed_in, letters):
    email, name = people.fresh_email(), a_name()
    eve = browse(**PHONE)
    card = a_card(eve, letters, email=email, name=name, amount=240)
    marisol = signed_in("member", **PHONE)
    to_the_till(marisol)
    marisol.follow("Find by name")
    marisol.page.get_by_label("The customer’s name").fill(name.lower())
    marisol.press("Find")
    marisol.follow(re.compile(f"This one.*{name}"))
    marisol.page.get_by_label("What was spent?").fill("27")
    marisol.press("Count it")
    marisol.sees("Counted. The customer has been told.", name)

    eve.go(letters.wait(email, subject="Was that you at Gustoso Pizza?").link("/purchases/"))
    eve.sees("entered by name", "$27")
    eve.press("Yes, that was me")
    assert eve.page.url == card
    eve.sees("Thank you. The purchase counts.", "$27 of $240 counted")
    (counted,) = purchases(eve, card)
    assert "Something wrong?" not in counted


def test_an_entry_without_a_line_waits_and_is_sent_once(browse, signed_in, letters):
    eve, marisol, card, code = eve_at_the_till(browse, signed_in, letters)
    sent = entries_sent(marisol)
    marisol.context.set_offline(True)
    enter(marisol, code=code, spent="18.50")
    marisol.page.get_by_role("button", name="Find the pledge").click()
    marisol.sees(NO_LINE, "No connection. The purchase is kept here", re.compile(r"18\.50 · "))
    assert marisol.page.get_by_label("What was spent?").input_value() == ""
    marisol.look()
    # Whatever the page tried to load meanwhile could not come.
    marisol.forget()
    assert sent == []

    with marisol.page.expect_navigation():
        marisol.context.set_offline(False)
    marisol.look()
    marisol.page.get_by_text(NO_LINE).wait_for(state="hidden")
    assert len(sent) == 1
    (counted,) = purchases(eve, card)
    assert "$18.50" in counted
    eve.sees("$18.50 of $240 counted")


def test_an_entry_whose_answer_was_lost_counts_once(browse, signed_in, letters):
    eve, marisol, card, code = eve_at_the_till(browse, signed_in, letters)
    sent = entries_sent(marisol)
    wire = marisol.context.new_cdp_session(marisol.page)
    answers = []

    def lose(paused):
        answers.append(paused["responseStatusCode"])
        lost = {"requestId": paused["requestId"], "errorReason": "ConnectionReset"}
        wire.send("Fetch.failRequest", lost)

    wire.on("Fetch.requestPaused", lose)
    entries = {"urlPattern": "*/me/till/entries/", "requestStage": "Response"}
    wire.send("Fetch.enable", {"patterns": [entries]})
    enter(marisol, code=code, spent="18.50")
    marisol.page.get_by_role("button", name="Find the pledge").click()
    marisol.sees(NO_LINE)
    marisol.forget()
    assert answers == [200]

    wire.send("Fetch.disable")
    with marisol.page.expect_navigation():
        marisol.page.evaluate("dispatchEvent(new Event('online'))")
    marisol.look()
    assert len(sent) == 2
    (counted,) = purchases(eve, card)
    assert "$18.50" in counted
    eve.sees("$18.50 of $240 counted")


def eve_at_the_till(browse, signed_in, letters):
    """A customer with a card, the member with the till's page open; the card, its code."""
    eve = browse(**PHONE)
    card = a_card(eve, letters, email=people.fresh_email(), name=a_name(), amount=240)
    code = eve.page.locator(".card-code").inner_text()
    marisol = signed_in("member", **PHONE)
    to_the_till(marisol)
    return eve, marisol, card, code


def entries_sent(marisol):
    """A list that grows with every entry that the till's script sends."""
    sent = []
    marisol.page.on(
        "request", lambda request: "/till/entries/" in request.url and sent.append(request.url)
    )
    return sent


def test_a_till_that_tells_by_itself_is_heard_until_it_is_revoked(browse, signed_in, letters):
    eve, marisol, card, code = eve_at_the_till(browse, signed_in, letters)
    name = f"Counter {uuid4().hex[:6]}"
    marisol.follow("Connect your own till")
    marisol.page.get_by_label("What is it?").fill(name)
    marisol.press("Make its secret")
    marisol.sees("Copy it now.")
    secret = marisol.page.get_by_label("Secret").input_value()
    address = marisol.page.get_by_label("Address to send purchases to").input_value()
    marisol.follow("I have copied both")
    assert secret not in marisol.page.content()

    sale = {
        "id": f"sale-{uuid4().hex}",
        "code": code.replace(" ", ""),
        "amount_minor": 1850,
        "currency": "USD",
        "at": datetime.now(UTC).isoformat(),
    }
    assert tell(address, secret + "x", sale)[0] == 400
    assert purchases(eve, card) == []
    answers = [tell(address, secret, sale) for _ in range(10)]
    assert {status for status, _ in answers} == {200}
    assert len({said for _, said in answers}) == 1
    assert json.loads(answers[0][1])["counted_minor"] == 1850
    (counted,) = purchases(eve, card)
    assert "$18.50" in counted
    assert "the till by itself" in counted
    eve.sees("$18.50 of $240 counted")

    marisol.page.locator("summary", has_text=re.compile(f"Revoke: {name}")).click()
    marisol.look()
    marisol.press("Yes, revoke it")
    marisol.sees("Revoked. It counts nothing any more.")
    assert tell(address, secret, sale)[0] == 404
    eve.go(card)
    eve.sees("$18.50 of $240 counted")


def tell(address, secret, sale):
    """One message as the guide for tills has it; the answer's status and its words."""
    body, at = json.dumps(sale).encode(), str(int(time.time()))
    digest = hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "Commonweal-Signature": f"t={at},v1={digest}"}
    try:
        return 200, ask(address, body, **headers)
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
