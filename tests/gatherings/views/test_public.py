"""A visitor's way: the events, one date, its form, the mail, the link, the answer."""

import re
from datetime import time, timedelta

import feedparser
import pytest
import time_machine
from django.utils import timezone
from icalendar import Calendar

from alliance import links
from alliance.tenancy.scope import in_alliance
from gatherings.models import Rsvp
from gatherings.services import calendar_links, dates, gatherings, letters
from tests.factories import gatherings as make
from tests.gatherings.reading import last_mail, mails, people_of, places_of
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import form_key, hidden, path_in, problems, title, words

pytestmark = pytest.mark.usefixtures("theirs")


def filled(**changes):
    """The form as a visitor sends it."""
    data = {
        "name": "Eve Castellano",
        "email": "eve@example.com",
        "consent": "on",
        "website": "",
        "form_key": form_key(),
    } | changes
    return {name: value for name, value in data.items() if value is not None}


def page_of(occurrence) -> str:
    return f"/events/{occurrence.gathering.slug}/{occurrence.original_day}/"


def mailed(alliance) -> str:
    """The path of the link in the newest letter."""
    with in_alliance(alliance):
        return path_in(last_mail().context["url"])


def test_from_the_list_to_the_place(visit, oak_street, breakfast):
    eve = visit(oak_street)
    assert "Peer breakfast" in words(eve.get("/events/"))
    page = eve.get(page_of(breakfast))
    assert (page.status_code, title(page).startswith("Peer breakfast, ")) == (200, True)
    assert "2 of 2 left" in words(page)

    with time_machine.travel(timezone.now() + timedelta(seconds=40)):
        form = filled(form_key=hidden(page, "form_key"))
        sent = eve.post(page_of(breakfast), form, follow=True)
    assert sent.redirect_chain == [("/events/sent/", 302)]
    assert "eve@example.com" in words(sent)
    with in_alliance(oak_street):
        assert places_of(breakfast) == (0, 2)

    link = mailed(oak_street)
    for _n in range(2):
        assert title(eve.get(link)) == "Confirm that you come"
    with in_alliance(oak_street):
        assert people_of(breakfast) == [("Eve Castellano", "asked")]

    answer = eve.post(link, follow=True)
    assert "A place is yours. We have written to you." in words(answer)
    with in_alliance(oak_street):
        assert places_of(breakfast) == (1, 2)
    again = eve.post(link, follow=True)
    assert (again.status_code, "You are coming" in words(again)) == (200, True)

    entry = eve.get(f"{answer.redirect_chain[-1][0]}event.ics")
    (event,) = Calendar.from_ical(entry.content).walk("VEVENT")
    assert event["dtstart"].dt == breakfast.starts_at

    gone = eve.post(f"{answer.redirect_chain[-1][0]}withdrawal/", follow=True)
    assert "You are not coming" in words(gone)
    with in_alliance(oak_street):
        assert (people_of(breakfast), places_of(breakfast)) == (
            [("Eve Castellano", "withdrawn")], (0, 2),
        )  # fmt: skip
    (event,) = Calendar.from_ical(eve.get(f"{answer.redirect_chain[-1][0]}event.ics").content).walk(
        "VEVENT"
    )
    assert event["status"] == "CANCELLED"


def test_full_is_a_waiting_list_that_says_the_place(visit, oak_street, breakfast):
    with in_alliance(oak_street):
        for n in range(3):
            make.an_rsvp(breakfast, f"p{n}@example.com")
    eve = visit(oak_street)
    assert "Join the waiting list" in words(eve.get(page_of(breakfast)))
    eve.post(page_of(breakfast), filled())
    answer = eve.post(mailed(oak_street), follow=True)
    assert "You are number 2." in words(answer)


def test_signed_in_it_is_one_press(visit, oak_street, breakfast, ben):
    browser = visit(oak_street, ben)
    assert 'name="email"' not in browser.get(page_of(breakfast)).content.decode()
    for _n in range(2):
        answer = browser.post(f"{page_of(breakfast)}coming/", follow=True)
        assert "You are coming" in words(answer)
    with in_alliance(oak_street):
        assert mails() == [("coming", "ben@example.org")]
        assert Rsvp.objects.get().seat == ben
    assert "Peer breakfast" in words(browser.get("/me/events/"))


@pytest.mark.parametrize(
    ("changes", "anchor"),
    [
        ({"name": ""}, "id_name"),
        ({"name": "Eve\r\nBcc: all@example.com"}, "id_name"),
        ({"name": "x" * 81}, "id_name"),
        ({"email": "eve@"}, "id_email"),
        ({"email": "eve@example.com\r\nBcc: all@example.com"}, "id_email"),
        ({"consent": None}, "id_consent"),
        ({"website": "http://spam.example"}, "id_website"),
        ({"form_key": "forged"}, ""),
        ({"form_key": None}, ""),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_is_kept(
    visit, oak_street, breakfast, changes, anchor
):
    before = row_counts(oak_street)
    answer = visit(oak_street).post(page_of(breakfast), filled(**changes))
    assert (answer.status_code, problems(answer)[0][0]) == (422, anchor)
    assert answer.content.decode().count("<title>Error:") == 1
    assert row_counts(oak_street) == before


def test_a_form_sent_twice_is_one_letter(visit, oak_street, breakfast):
    eve, form = visit(oak_street), filled()
    assert [eve.post(page_of(breakfast), form).status_code for _n in range(3)] == [302] * 3
    with in_alliance(oak_street):
        assert mails() == [("confirm", "eve@example.com")]


def test_links_forged_foreign_and_old(visit, oak_street, theirs, breakfast):
    with in_alliance(oak_street):
        asked = make.an_asked(breakfast)
        payload = {"rsvp": str(asked.pk), "version": 1}
        wrong = links.sign("pledge-confirm", payload)
        nobody = links.sign(letters.CONFIRM, {"rsvp": str(theirs.coming.pk), "version": 1})
    with in_alliance(theirs.alliance):
        foreign = links.sign(letters.CONFIRM, payload)
    eve, before = visit(oak_street), row_counts(oak_street)
    for token in ("x", "e30:1v:bad", "%00", "a" * 3000, wrong, foreign, nobody):
        for act in (eve.get, eve.post):
            assert act(f"/events/confirm/{token}/").status_code == 404
    link = mailed(oak_street)
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=2)):
        assert eve.post(link).status_code == 410
    assert row_counts(oak_street) == before
    assert visit(theirs.alliance).post(link).status_code == 404


def test_an_evening_is_on_its_own_day_wherever_midnight_is(visit, oak_street, ada):
    day = make.in_days(9)
    with in_alliance(oak_street):
        evening = make.a_date(by=ada, starts_on=day, starts_time=time(20), title="Late")
    for path in ("/events/", page_of(evening)):
        page = visit(oak_street).get(path).content.decode()
        leaf = re.search(r'class="leaf__day">(\d+)<', page)
        assert (leaf[1], f"{day:%A}, {day.day} {day:%B}" in page) == (str(day.day), True)


@pytest.mark.parametrize("secret", ["x", "%00", "a" * 200, "🍕"])
def test_a_guessed_answer_is_not_found(visit, oak_street, secret):
    for part in ("", "withdrawal/", "event.ics"):
        assert visit(oak_street).get(f"/events/rsvp/{secret}/{part}").status_code == 404
    assert visit(oak_street).get(f"/events/mine/{secret}.ics").status_code == 404


def test_an_answer_never_confirmed_has_no_page(visit, oak_street, breakfast):
    with in_alliance(oak_street):
        path = make.an_asked(breakfast).get_absolute_url()
    assert visit(oak_street).get(path).status_code == 404


def test_an_answers_page_leaks_to_nobody(visit, oak_street, eves):
    with in_alliance(oak_street):
        page = visit(oak_street).get(eves.get_absolute_url())
    assert (page["Referrer-Policy"], page["Cache-Control"], page["X-Robots-Tag"]) == (
        "same-origin", "private, no-store", "noindex",
    )  # fmt: skip


def test_who_sees_which(visit, oak_street, theirs, breakfast, ada, ben):
    with in_alliance(oak_street):
        inside = make.a_date(by=ada, title="Members’ evening", audience="members")
        draft = make.date_of(make.a_draft(by=ada, title="A secret supper"))
        hosted = make.date_of(make.a_draft(by=ben, title="A tasting", business=ben_s(ben)))
    names = ("Peer breakfast", "Members’ evening", "A secret supper", "A colder supper")
    seen = {
        who: [name in words(visit(oak_street, seat).get("/events/")) for name in names]
        for who, seat in (("eve", None), ("ben", ben), ("ada", ada), ("dan", theirs.dan))
    }
    assert seen == {
        "eve": [True, False, False, False],
        "ben": [True, True, False, False],
        "ada": [True, True, False, False],
        "dan": [True, False, False, False],
    }
    pages = (inside, draft, hosted)
    statuses = {
        who: [visit(oak_street, seat).get(page_of(each)).status_code for each in pages]
        for who, seat in (("eve", None), ("ben", ben), ("ada", ada), ("dan", theirs.dan))
    }
    assert statuses == {
        "eve": [404, 404, 404],
        "ben": [200, 404, 200],
        "ada": [200, 200, 200],
        "dan": [404, 404, 404],
    }
    assert visit(oak_street).post(page_of(inside), filled()).status_code == 404
    assert visit(oak_street).get(page_of(theirs.date)).status_code == 404


def ben_s(ben):
    return ben.represents.first().business


def test_filters_search_and_the_past(visit, oak_street, breakfast, ada):
    with in_alliance(oak_street):
        make.a_gathering(by=ada, title="Read your lease", kind="workshop")
    eve = visit(oak_street)

    def shown(query: str) -> list[bool]:
        page = words(eve.get(f"/events/{query}"))
        return [name in page for name in ("Peer breakfast", "Read your lease")]

    assert shown("?q=LEASE") == [False, True]
    assert shown("?kind=meeting") == [True, False]
    assert shown("?kind=none") == [True, True]
    assert eve.get("/events/?q=%00").status_code == 400
    assert shown("?after=zzz") == [True, True]
    assert shown("?past=1") == [False, False]
    assert "No event is like that." in words(eve.get("/events/?q=nothing"))
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        assert shown("") == [False, False]
        assert shown("?past=1") == [True, True]
        assert "Nothing is planned today" in words(eve.get("/events/"))


def test_called_off_it_says_why_and_takes_no_answers(visit, oak_street, breakfast, ada):
    with in_alliance(oak_street):
        dates.cancel_date(occurrence=breakfast, reason="The boiler broke.", by=ada)
    page = visit(oak_street).get(page_of(breakfast))
    assert ("The boiler broke." in words(page), 'name="email"' in page.content.decode()) == (
        True,
        False,
    )
    assert "EventCancelled" in page.content.decode()
    with in_alliance(oak_street):
        series = make.a_series(3, by=ada, slug="tuesdays")
        gatherings.cancel_gathering(gathering=series, reason="No more.", by=ada)
    whole = visit(oak_street).get("/events/tuesdays/")
    assert (whole.status_code, "No more." in words(whole)) == (200, True)


def test_a_hostile_title_and_hostile_words_stay_words(visit, oak_street, ada):
    nasty = '"><script>alert(1)</script>'
    with in_alliance(oak_street):
        date = make.a_date(by=ada, title=nasty, words=f"{nasty}\n\n<img src=x onerror=alert(1)>")
    for path in ("/events/", page_of(date), f"/events/{date.gathering.slug}/", "/"):
        page = visit(oak_street).get(path).content.decode()
        assert "<script>alert" not in page
        assert not re.search(r"<img[^>]*onerror", page)


def test_the_zone_is_named_where_it_is_another(visit, oak_street, breakfast, ada):
    with in_alliance(oak_street):
        date = make.a_date(by=ada, timezone="America/New_York")
    assert "(Eastern Time)" in words(visit(oak_street).get(page_of(date)))
    assert "Pacific Time" not in words(visit(oak_street).get(page_of(breakfast)))


# --- feeds ------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/events/calendar.ics", "/events/feed.atom"])
def test_a_feed_says_304_to_whoever_has_seen_it_and_sets_no_cookie(
    visit, oak_street, breakfast, ada, path
):
    program = visit(oak_street)
    first = program.get(path)
    assert (first.status_code, first.cookies, b"Peer breakfast" in first.content) == (200, {}, True)
    assert b"A colder supper" not in first.content
    again = program.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with in_alliance(oak_street):
        gatherings.change_gathering(gathering=breakfast.gathering, by=ada, title="Peer supper")
    newer = program.get(path, headers={"If-None-Match": first["ETag"]})
    assert (newer.status_code, b"Peer supper" in newer.content) == (200, True)


def test_the_news_feed_is_one(visit, oak_street, breakfast):
    found = feedparser.parse(visit(oak_street).get("/events/feed.atom").content)
    assert (found.bozo, found.version, found.feed.title) == (
        False, "atom10", "Events of Oak Street Alliance",
    )  # fmt: skip
    assert [(entry.title, entry.link) for entry in found.entries] == [
        ("Peer breakfast", "http://oak-street.commonweal.test/events/breakfast/")
    ]


def test_a_feed_is_read_whatever_signs_somebody_typed(visit, oak_street, breakfast, ada):
    with in_alliance(oak_street):
        gathering = breakfast.gathering
        gatherings.change_gathering(gathering=gathering, by=ada, words="Eggs\x01\x0b and tea.")
        type(gathering).objects.filter(pk=gathering.pk).update(title="Peer\x02 breakfast")
    found = feedparser.parse(visit(oak_street).get("/events/feed.atom").content)
    (entry,) = found.entries
    assert (found.bozo, entry.title, entry.summary.partition("\n\n")[2]) == (
        False, "Peer breakfast", "Eggs and tea.",
    )  # fmt: skip


def test_my_calendar_holds_where_i_come_and_its_old_address_nothing(
    visit, oak_street, theirs, breakfast, ben
):
    with in_alliance(oak_street):
        make.an_rsvp(breakfast, "ben@example.org")
        old = calendar_links.link_of(person=ben.person).secret
    program = visit(oak_street)
    feed = program.get(f"/events/mine/{old}.ics")
    assert [str(e["summary"]) for e in Calendar.from_ical(feed.content).walk("VEVENT")] == [
        "Peer breakfast"
    ]
    assert (feed["Cache-Control"], feed.cookies) == ("private", {})
    again = program.get(f"/events/mine/{old}.ics", headers={"If-None-Match": feed["ETag"]})
    assert again.status_code == 304
    assert visit(theirs.alliance).get(f"/events/mine/{old}.ics").status_code == 404
    assert visit(oak_street, ben).post("/me/events/calendar/").status_code == 302
    assert program.get(f"/events/mine/{old}.ics").status_code == 404


def test_one_gatherings_calendar_and_one_dates_entry(visit, oak_street, breakfast):
    program = visit(oak_street)
    for path in ("/events/breakfast/calendar.ics", f"{page_of(breakfast)}event.ics"):
        answer = program.get(path)
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        assert len(Calendar.from_ical(answer.content).walk("VEVENT")) == 1
    for path in ("/events/none/calendar.ics", "/events/breakfast/2031-02-03/event.ics",
                 "/events/breakfast/2031-02-30/", "/events/breakfast/0000-00-00/"):  # fmt: skip
        assert program.get(path).status_code == 404
