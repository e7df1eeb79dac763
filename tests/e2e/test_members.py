"""Membership as people live it: joining, dues by hand and by card, renewal, lapse, return."""

import re
from datetime import date, datetime, timedelta
from io import BytesIO
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from dateutil.relativedelta import relativedelta
from pypdf import PdfReader

from tests.e2e import people
from tests.e2e.conftest import PHONE
from tests.stripe_fake.server import Endpoint

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]
KEY, SECRET = "rk_test_the_browser_tests_own_key", "whsec_the_browser_tests_own_secret"
A_SECOND = 1100
NUMBER = re.compile(r"\d{4}-\d{4,}")


def apply(nora, *, name: str, email: str) -> None:
    """From the home page to the button in the mail, on a phone."""
    nora.go("/")
    nora.open_menu()
    nora.follow("Join")
    nora.press(re.compile("Choose.*Storefront|Choose"), role="link")
    page = nora.page
    page.get_by_label("Name of your business").fill(name)
    page.get_by_label("What kind of business is it?").select_option("retail")
    page.get_by_label("Your name").fill("Nora Lindgren")
    page.get_by_label("Your e-mail").fill(email)
    page.locator("#id_consent").check()
    # The form refuses whoever is quicker than a person.
    page.wait_for_timeout(A_SECOND)
    nora.press("Look it over")
    nora.sees(name, "Your dues")
    nora.press("Send the application")
    nora.sees("look into your mail")


def connect(leonard, stripe, home: str) -> None:
    """The treasurer pastes the alliance's keys, once in a run."""
    stripe.endpoints[KEY] = Endpoint(f"{home.rstrip('/')}/stripe/news/", SECRET)
    leonard.go("/staff/payments/stripe/")
    if leonard.page.get_by_label("Restricted key").is_visible():
        leonard.page.get_by_label("Restricted key").fill(KEY)
        leonard.page.get_by_label("Signing secret").fill(SECRET)
        leonard.press("Connect")
    leonard.sees("•••• ")


def pay_by_card(payer) -> None:
    """From the invoice to Stripe's page and back; pages that wait go on by themselves."""
    page = payer.page
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("by card")).click()
    stripes = page.get_by_text("A stand-in for Stripe.")
    stripes.wait_for(timeout=60_000)
    page.get_by_role("button", name=re.compile("^Pay")).click()
    page.get_by_role("heading", name="Thank you").wait_for(timeout=60_000)
    payer.look()


def town_day() -> date:
    """The day that East Bay writes: in its evening the machine's clock is a day ahead."""
    return datetime.now(ZoneInfo("America/Los_Angeles")).date()


def add_member(maya, *, name: str, since: date, until: date, email: str) -> None:
    """By hand, with a term that was paid for elsewhere."""
    maya.go("/staff/members/new/")
    page = maya.page
    page.get_by_label("Name on the sign").fill(name)
    page.get_by_label("Kind of business").select_option("services")
    page.get_by_label(re.compile("^Storefront")).check()
    page.get_by_label("Member since").fill(since.isoformat())
    page.get_by_label("Give it, up to a day").check()
    page.get_by_label("Last day of the term that you give").fill(until.isoformat())
    page.get_by_label("The owner’s e-mail address").fill(email)
    page.get_by_label("The owner’s name").fill("Quentin Wick")
    maya.press("Add the member")


def test_joining_paying_by_hand_and_the_paper(signed_in, browse, letters):
    nora, email = browse(javascript=False, **PHONE), people.fresh_email("nora")
    name = f"Lindgren’s Lamps {uuid4().hex[:4]}"
    apply(nora, name=name, email=email)
    nora.go(letters.wait(email).link("/join/confirm/"))
    nora.press("Yes, I apply")
    nora.sees("Your application has reached us.")

    maya = signed_in("owner")
    maya.go("/staff/")
    maya.sees("Applications to decide")
    maya.go("/staff/applications/")
    maya.press(name, role="link")
    maya.press("Approve")

    pay_link = letters.wait(email, subject="is taken in").link("/pay/")
    nora.go(pay_link)
    number = NUMBER.search(nora.page.locator("main").inner_text())[0]

    leonard = signed_in("treasurer")
    leonard.go(f"/staff/invoices/{number}/")
    leonard.follow("Record a payment")
    due = leonard.page.get_by_label("Amount").input_value()
    leonard.page.get_by_label("Amount").fill("1000")
    leonard.press("Record it", status=422)
    leonard.sees("There is a problem")
    leonard.page.get_by_label("Amount").fill(due)
    leonard.page.get_by_label("cheque").check()
    leonard.page.get_by_label("Reference").fill("Cheque 1042")
    leonard.press("Record it")
    leonard.sees("paid")

    letters.wait(email, subject="hank you")
    nora.go("/accounts/login/")
    people.by_code(nora, email, letters)
    nora.go("/me/")
    nora.sees(name, "new")
    nora.press(number, role="link")
    nora.press(re.compile("PDF"))
    nora.page.get_by_role("link", name="Download the PDF").wait_for(timeout=90_000)
    nora.look()
    with nora.page.expect_download() as download:
        nora.page.get_by_role("link", name="Download the PDF").click()
    text = "".join(
        page.extract_text() for page in PdfReader(BytesIO(download.value.path().read_bytes())).pages
    )
    assert number in text
    assert name in text


def test_renewing_from_the_mail_by_card(signed_in, browse, letters, stripe, stack):
    """A term that ends next month: the desk's renewal run, the letter, Stripe, another year."""
    email, name = people.fresh_email("quentin"), f"Wick & Daughters {uuid4().hex[:4]}"
    today = town_day()
    until = (today.replace(day=1) + relativedelta(months=2)) - timedelta(days=1)
    maya = signed_in("owner")
    add_member(maya, name=name, since=today, until=until, email=email)
    leonard = signed_in("treasurer")
    connect(leonard, stripe, stack["alliances"]["eastbay"])
    leonard.go("/staff/renewals/")
    leonard.page.get_by_label("Terms that end in", exact=True).select_option(
        until.strftime("%Y-%m")
    )
    leonard.press("Show")
    leonard.sees(name)
    leonard.press(re.compile("^Issue"))
    leonard.page.get_by_text(re.compile("invoices? issued")).wait_for(timeout=60_000)
    leonard.look()
    letter = letters.wait(email, subject="Invoice")

    quentin = browse(javascript=False, **PHONE)
    quentin.go(letter.link("/pay/"))
    pay_by_card(quentin)
    letters.wait(email, subject="hank you")
    maya.go(f"/staff/members/?q={name[-4:]}")
    maya.press(name, role="link")
    # Another year follows the old end without a gap.
    after = (until + relativedelta(years=1)).strftime("%Y")
    maya.sees(re.compile(rf"Paid until .*{after}"))


def test_lapsed_and_back(signed_in, browse, letters, stripe, stack):
    """A term that ended forty days ago; the next begins on the day of payment."""
    email, name = people.fresh_email("quentin"), f"The Late Shop {uuid4().hex[:4]}"
    ended = town_day() - timedelta(days=40)
    maya = signed_in("owner")
    add_member(maya, name=name, since=ended - timedelta(days=200), until=ended, email=email)
    maya.go(f"/staff/members/?status=lapsed&q={name[-4:]}")
    maya.press(name, role="link")
    maya.sees("lapsed")
    leonard = signed_in("treasurer")
    connect(leonard, stripe, stack["alliances"]["eastbay"])
    slug = maya.page.url.rstrip("/").rsplit("/", 1)[1]
    leonard.go(f"/staff/invoices/new/?member={slug}")
    leonard.press("Look at it")
    leonard.press("Issue the invoice")
    quentin = browse(**PHONE)
    quentin.go(letters.wait(email, subject="Invoice").link("/pay/"))
    pay_by_card(quentin)
    maya.go(f"/staff/members/{slug}/")
    maya.sees("current", re.compile("Paid until"))
