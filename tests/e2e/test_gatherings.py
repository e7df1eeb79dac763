"""Coming together: answering by e-mail on a phone, the waiting list, a series with an exception."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
import vobject
from icalendar import Calendar

from tests.e2e import people
from tests.e2e.letters import ask

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("e2e")]

PHONE = {"width": 375, "height": 667}
# A form that is sent sooner after it was opened is taken for a robot's.
A_SECOND = 1100


def tuesday(weeks: int = 2) -> date:
    """A Tuesday so many weeks ahead."""
    day = date.today() + timedelta(weeks=weeks)
    return day + timedelta(days=(1 - day.weekday()) % 7)


def write_event(tomas, *, title, **fields) -> str:
    """The staff's form, saved and published; the address of its page at the desk."""
    tomas.go("/staff/events/new/")
    page = tomas.page
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Day", exact=True).fill(fields.get("day", tuesday()).isoformat())
    page.get_by_label("From", exact=True).fill("18:00")
    page.get_by_label("To", exact=True).fill("19:30")
    page.get_by_label("Where (optional)").fill("The old depot")
    if places := fields.get("places"):
        page.get_by_label("How many places?").fill(str(places))
    if times := fields.get("times"):
        page.locator("label.choice", has_text="By the week").click()
        page.get_by_label("Every how many weeks or months?").fill("2")
        page.get_by_label("… or so many times").fill(str(times))
        tomas.press("Look at it first")
        tomas.sees("Every second Tuesday until", f"{times} dates")
    tomas.press("Save")
    tomas.press("Publish")
    tomas.sees("is published.")
    return tomas.page.url


def answer(eve, letters, path, *, email, name="Eve") -> str:
    """From a date's page through the mail to the answer; its address."""
    eve.go(path)
    page = eve.page
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Your e-mail").fill(email)
    page.get_by_label(re.compile("may write to me")).check()
    page.wait_for_timeout(A_SECOND)
    page.get_by_role("button", name=re.compile("I’ll come|waiting list")).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    eve.look()
    eve.sees("Look into your mail", email)
    eve.go(letters.wait(email, subject="One more step").link("/events/confirm/"))
    eve.press(re.compile("^Yes"))
    return eve.page.url


def public_path(tomas, day: date) -> str:
    """The public address of one date, from the desk's page."""
    slug = tomas.page.url.rstrip("/").rsplit("/", 1)[1]
    return f"/events/{slug}/{day}/"


def test_by_e_mail_alone_on_a_phone_without_scripts(browse, letters):
    email = people.fresh_email()
    eve = browse(javascript=False, **PHONE)
    eve.go("/")
    eve.follow("All events")
    eve.follow("East Bay Shop Local Forum")
    eve.sees("The old depot on 16th", "#EastBayLocal")
    own = answer(eve, letters, eve.page.url, email=email, name="Eve of the forum")
    eve.sees("You are coming")
    letters.wait(email, subject="You are coming")
    (event,) = Calendar.from_ical(ask(f"{own}event.ics")).walk("VEVENT")
    assert (str(event["summary"]), event["status"]) == ("East Bay Shop Local Forum", "CONFIRMED")
    assert vobject.readOne(ask(f"{own}event.ics")).vevent.location.value.startswith("The old depot")
    eve.follow("I can’t come")
    eve.press("Withdraw my answer")
    eve.sees("You are not coming")
    letters.wait(email, subject="You are not coming")


@pytest.mark.parametrize("javascript", [False, True], ids=["without scripts", "with scripts"])
def test_full_waiting_and_moved_up(browse, signed_in, letters, javascript):
    tomas = signed_in("community")
    write_event(tomas, title=f"A small table {uuid4().hex[:6]}", places=1)
    path = public_path(tomas, tuesday())
    first, second = people.fresh_email("ann"), people.fresh_email("bob")
    ann, bob = (browse(javascript=javascript, **PHONE) for _n in range(2))
    answer(ann, letters, path, email=first, name="Ann")
    ann.sees("You are coming")
    bob.go(path)
    bob.sees("Join the waiting list")
    answer(bob, letters, path, email=second, name="Bob")
    bob.sees("You are number 1.")
    ann.follow("I can’t come")
    ann.press("Withdraw my answer")
    letters.wait(second, subject="A place is yours")
    bob.go(bob.page.url)
    bob.sees("You are coming")
    assert letters.count(second, subject="A place is yours") == 1


def test_staff_make_a_series_with_an_exception(browse, signed_in, letters, stack):
    title = f"Evening table {uuid4().hex[:6]}"
    tomas = signed_in("community")
    desk = write_event(tomas, title=title, times=4, places=9)
    second, third = tuesday() + timedelta(weeks=2), tuesday() + timedelta(weeks=4)
    email = people.fresh_email()
    eve = browse(**PHONE)
    answer(eve, letters, public_path(tomas, second), email=email)
    eve.sees("You are coming")

    tomas.go(f"{desk}{second}/")
    tomas.page.get_by_label("Day", exact=True).fill((second + timedelta(days=1)).isoformat())
    tomas.page.get_by_label("Called").fill("With the mayor")
    tomas.press("Save")
    tomas.sees("moved", "With the mayor")
    assert "With the mayor" in letters.wait(email, subject="Changed").text
    tomas.go(f"{desk}{third}/cancellation/")
    tomas.page.get_by_label("Why?").fill("The depot is closed that week.")
    tomas.press("Call it off")
    tomas.sees("called off")

    feed = Calendar.from_ical(ask(f"{stack['alliances']['eastbay']}events/calendar.ics"))
    entries = [e for e in feed.walk("VEVENT") if str(e["SUMMARY"]) in (title, "With the mayor")]
    master, exception = sorted(entries, key=lambda e: "RECURRENCE-ID" in e)
    assert ("RRULE" in master, "EXDATE" in master, master["UID"] == exception["UID"]) == (
        True, True, True,
    )  # fmt: skip
    eve.go(f"/events/{desk.rstrip('/').rsplit('/')[-1]}/")
    eve.sees("Every second Tuesday until", "With the mayor", "called off")


def test_the_roster_at_the_door_by_keyboard(browse, signed_in):
    """Dates that are over wait at the desk until somebody has counted."""
    tomas = signed_in("community")
    tomas.go("/staff/events/")
    tomas.sees("Over, and nobody said who came")
    tomas.follow("Tea at the front desk")
    tomas.follow(re.compile("^Thu, "))
    tomas.sees("The list at the door")
    page = tomas.page
    button = page.get_by_role("button", name=re.compile("^Came")).first
    for _n in range(2):
        button.focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
        tomas.look()
        button = page.get_by_role("button", name=re.compile("^Undo|^Came")).first
    page.get_by_label("Name").fill("Somebody new")
    page.get_by_label("Name").press("Enter")
    page.wait_for_url(re.compile("roster"))
    tomas.look()
    tomas.sees("Somebody new is on the list.")
    tomas.go("/staff/events/")
    assert page.get_by_role("link", name="Tea at the front desk").count() == 1


def test_a_business_proposes_and_keeps_its_own_calendar(signed_in):
    marisol = signed_in("member", **PHONE)
    marisol.go("/events/")
    marisol.follow("My events")
    marisol.sees("Hosted by your business", "A slice for every new member")
    address = marisol.page.locator("#my-calendar").input_value()
    assert ask(address).startswith("BEGIN:VCALENDAR")
    marisol.press("Make a new address")
    assert marisol.page.locator("#my-calendar").input_value() != address
    marisol.follow("Propose an event")
    page = marisol.page
    page.get_by_label("Title", exact=True).fill(f"Flour and friends {uuid4().hex[:4]}")
    marisol.press("Save", status=422)
    marisol.sees("There is a problem", "Enter the day.")
    page.get_by_label("Day", exact=True).fill(tuesday(3).isoformat())
    page.get_by_label("From", exact=True).fill("18:00")
    page.get_by_label("To", exact=True).fill("20:00")
    marisol.press("Save")
    marisol.press("Submit it to the alliance")
    marisol.sees("The alliance reads it and writes to you.")
