"""What people type by mistake or on purpose: what was typed stays, and one is led to the field."""

import re
from uuid import uuid4

import pytest

from tests.e2e import people
from tests.e2e.conftest import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
BOTH = pytest.mark.parametrize("javascript", [False, True], ids=["without scripts", "with scripts"])

DRIVE = "/pledge/gustoso-oven/"
A_SECOND = 1100


def refused(visitor, *, press, field, words, status=422):
    """The form comes back: title, summary with the focus, words at the field, a link to it."""
    page = visitor.page
    before = typed(page)
    with page.expect_navigation():
        page.get_by_role("button", name=press, exact=True).filter(visible=True).first.click()
    summary = page.locator("[data-error-summary]")
    if visitor.javascript:
        assert summary.evaluate("element => element === document.activeElement")
    visitor.look(status=status)
    assert page.title().startswith("Error: ")
    assert "There is a problem" in summary.inner_text()
    assert words in summary.inner_text()
    assert typed(page) == before
    link = summary.get_by_role("link").filter(has_text=words).first
    if field is None:
        assert link.count() == 0
        return
    assert words in page.locator(f".field:has({field})").first.inner_text()
    link.click()
    landed = page.locator(link.get_attribute("href")).first
    box = landed.bounding_box()
    assert 0 <= box["y"] <= page.viewport_size["height"] - 20
    if visitor.javascript:
        assert page.locator(field).first.evaluate("element => element === document.activeElement")


def typed(page):
    """What stands in the form's fields."""
    return page.evaluate(
        "() => [...document.querySelectorAll('main input:not([type=hidden]), main textarea,"
        " main select')].filter(field => field.type !== 'password' && !field.readOnly)"
        ".map(field => [field.name, field.type === 'radio' || field.type === 'checkbox'"
        " ? field.checked : field.value])"
    )


def fill(page, *, email="eve@example.com", name="Eve", other=None, consent=True):
    if other is not None:
        page.locator("label.choice", has_text="Another amount").click()
        page.locator("#id_other_amount").fill(other)
    page.locator("#id_name").evaluate("element => element.removeAttribute('maxlength')")
    page.locator("#id_name").fill(name)
    page.locator("#id_email").fill(email)
    page.locator("#id_consent").set_checked(consent)
    page.wait_for_timeout(A_SECOND)


NEAREST = "Please round to the nearest ten dollars: $240 or $250."
MISTAKES = [
    ({"name": ""}, "#id_name", "Enter your name"),
    ({"email": ""}, "#id_email", "Enter your e-mail address."),
    ({"email": "eve@example"}, "#id_email", "such as maria@example.com"),
    ({"consent": False}, "#id_consent", "Tick the box if you agree"),
    ({"other": ""}, "#id_other_amount", "Enter an amount."),
    ({"other": "245"}, "#id_other_amount", NEAREST),
    ({"other": "ein Schein €"}, "#id_other_amount", "such as 18 or 18.50"),
    ({"other": "5000"}, "#id_other_amount", "A pledge is between $20 and $2,000."),
    ({"name": "x" * 500}, "#id_name", "at most 80 characters"),
    ({"name": "\u202eevE"}, "#id_name", "hidden characters"),
]


@BOTH
def test_each_mistake_on_the_pledge_form_is_named_at_its_field(javascript, browse):
    eve = browse(javascript=javascript, **PHONE)
    # Scripts matter to where the focus goes, not to what is refused.
    for wrong, field, words in MISTAKES if javascript else MISTAKES[::3]:
        eve.go(DRIVE)
        fill(eve.page, **wrong)
        refused(eve, press="Pledge", field=field, words=words)


def test_a_business_cannot_pledge_at_itself(browse, stack):
    eve = browse(**PHONE)
    eve.go(DRIVE)
    fill(eve.page, email=stack["logins"]["member"]["email"])
    refused(eve, press="Pledge", field="#id_email", words="Owners and staff cannot pledge")


def test_names_are_text_whatever_they_hold(browse, letters):
    name = f"<b>Eve</b> שלום 🍕 {uuid4().hex[:6]}"
    email = people.fresh_email()
    eve = browse(**PHONE)
    eve.go(DRIVE)
    fill(eve.page, email=email, name=name)
    eve.press("Pledge")
    letter = letters.wait(email, subject="One more step")
    # Nobody has confirmed this address: it gets no text that somebody typed.
    assert name not in letter.text
    eve.go(letter.link("/pledge/confirm/"))
    eve.sees(name)
    eve.press("Yes, I pledge")
    eve.go(DRIVE)
    eve.sees(name)


def test_a_flood_to_one_inbox_ends_at_the_third_message(browse, letters):
    email = people.fresh_email("flooded")
    eve = browse(**PHONE)
    for _ in range(3):
        eve.go(DRIVE)
        fill(eve.page, email=email)
        eve.press("Pledge")
    eve.go(DRIVE)
    fill(eve.page, email=email)
    refused(eve, press="Pledge", field="#id_email", words="", status=429)
    letters.wait(email, count=3)
    assert len(letters.subjects(email)) == 3


def test_a_form_sent_twice_or_too_quickly_does_no_harm(browse, letters):
    email = people.fresh_email("twice")
    eve = browse(**PHONE)
    eve.go(DRIVE)
    fill(eve.page, email=email)
    # The second press breaks the first one's journey off; what it asked for is done all the same.
    eve.page.get_by_role("button", name="Pledge", exact=True).dblclick()
    eve.sees("Look into your mail")
    eve.page.wait_for_load_state()
    eve.look()
    letters.wait(email)
    assert len(letters.subjects(email)) == 1
    eve.go(DRIVE)
    eve.page.evaluate(
        "form => { form.name.value = 'Robot'; form.email.value = 'robot@example.com';"
        " form.consent.checked = true }",
        eve.page.locator("#pledge form").element_handle(),
    )
    refused(eve, press="Pledge", field=None, words="")


@BOTH
def test_links_that_are_forged_old_or_anothers_are_one_plain_page(javascript, browse, letters):
    email = people.fresh_email("links")
    eve = browse(javascript=javascript, **PHONE)
    eve.go(DRIVE)
    fill(eve.page, email=email)
    eve.press("Pledge")
    link = letters.wait(email, subject="One more step").link("/pledge/confirm/")
    eve.go(link[:-8] + "AAAAAAA/", status=404)
    neighbours = link.replace("//eastbay.", "//hudson.")
    eve.go(neighbours, status=404)
    eve.go("/pledge/card/nobodys-card/", status=404)
    eve.go("/pledge/change/forged/", status=404)
    eve.go(link)
    eve.press("Yes, I pledge")
    card = eve.page.url
    # The old link leads to the card that it made, and a second press changes nothing.
    eve.go(link)
    assert eve.page.url == card


def test_a_million_letters_are_refused_without_a_fault(browse):
    eve = browse(**PHONE)
    eve.go(DRIVE)
    eve.page.locator("#id_name").evaluate(
        "element => { element.removeAttribute('maxlength'); element.value = 'x'.repeat(2e6) }"
    )
    eve.page.wait_for_timeout(A_SECOND)
    with eve.page.expect_navigation():
        eve.page.get_by_role("button", name="Pledge", exact=True).click()
    eve.look(status=400)


@BOTH
def test_mistakes_at_the_till(javascript, signed_in, browse):
    marisol = signed_in("member", javascript=javascript, **PHONE)
    marisol.go("/me/till/")
    for code, words in (("", "Type the code"), ("K7QX", "eight letters"),
                        ("K7QX 2M9P", "No pledge for your business has this code.")):  # fmt: skip
        marisol.page.get_by_label("Code on the card").fill(code)
        refused(marisol, press="Find the pledge", field="#id_code", words=words)


def test_mistakes_of_businesses_and_staff(signed_in, letters):
    marisol = signed_in("member")
    marisol.go("/me/drive/new/gustoso-pizza/")
    marisol.page.get_by_label("Suggested pledge").fill("many")
    marisol.page.get_by_label("In one sentence").fill("<script>alert(1)</script>")
    refused(marisol, press="Save the draft", field="#id_title", words="Enter a title.")
    maya = signed_in("owner")
    for address, press, field in (
        ("/staff/seats/new/", "Give the seat and invite", "#id_email"),
        ("/staff/keys/", "Make the key", "#id_name"),
    ):
        maya.go(address)
        refused(maya, press=press, field=field, words="")
    maya.go("/staff/settings/")
    maya.page.get_by_label("E-mail address for replies").fill("nowhere")
    refused(maya, press="Save", field="#id_contact_email", words="valid email")
    void = maya.page
    maya.go("/staff/drives/gustoso-oven/")
    maya.press(re.compile("^Void"), role="link")
    refused(maya, press="Void the pledge", field="#id_reason", words="")
    assert void.locator("h1").count() == 1


def test_a_form_without_its_proof_of_origin_is_refused_kindly(browse):
    eve = browse(**PHONE)
    eve.go(DRIVE)
    fill(eve.page)
    eve.context.clear_cookies()
    with eve.page.expect_navigation():
        eve.page.get_by_role("button", name="Pledge", exact=True).click()
    eve.look(status=403)
