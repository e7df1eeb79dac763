"""A closed gathering is found by those whom an upper room names, and by nobody else at all."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db.models import Q

from alliance import clock
from alliance.errors import DomainError
from alliance.tenancy.scope import in_alliance
from gatherings import audiences
from gatherings.models import Gathering, Occurrence, Reminder
from gatherings.queries import dates, people
from gatherings.services import gatherings, invitations, reminders, rsvps
from tests.factories import gatherings as make
from tests.gatherings.reading import mails

pytestmark = pytest.mark.usefixtures("theirs")


@pytest.fixture
def circle(oak_street, ada, ben, monkeypatch) -> SimpleNamespace:
    """A closed meeting: Ben belongs to it, Ada directs and does not; and an open breakfast."""
    belonging = {ben.pk}

    def seen_by(seats):
        mine = any(seat.pk in belonging for seat in seats)
        return Gathering.objects.filter(title="Closed") if mine else Gathering.objects.none()

    own = audiences.Circle(
        key="tests",
        seen_by=seen_by,
        belongs=lambda: Q(seat__in=belonging),
        page=lambda gathering: f"/circle/{gathering.slug}/",
    )
    monkeypatch.setattr(audiences, "_circles", {})
    audiences.register(own)
    with in_alliance(oak_street):
        date = make.a_date(
            by=ada,
            title="Closed",
            slug="closed",
            audience="closed",
            invites="members",
            online_url="https://meet.example/secret",
        )
        make.a_date(by=ada, title="Open", slug="open")
        rsvp = rsvps.come(occurrence=date, person=ben.person, seat=ben, wording="Yes.")
    return SimpleNamespace(date=date, rsvp=rsvp, belonging=belonging, own=own)


def test_no_page_feed_or_api_of_this_room_knows_it(oak_street, circle, visit, ada, cleo, ben):
    day = circle.date.original_day
    for path in (
        "/events/closed/",
        f"/events/closed/{day}/",
        f"/events/closed/{day}/event.ics",
        "/events/closed/calendar.ics",
        f"/events/closed/{day}/roster/",
        "/staff/events/closed/",
        "/staff/events/closed/edit/",
        "/staff/events/closed/cancellation/",
        f"/staff/events/closed/{day}/",
        f"/staff/events/closed/{day}/cancellation/",
        "/api/v1/gatherings/closed/",
        f"/api/v1/occurrences/{circle.date.pk}/",
    ):
        for who in (ada, cleo, ben):
            assert visit(oak_street, who).get(path).status_code == 404, path
    for path in (f"/events/closed/{day}/coming/", "/staff/events/closed/publication/"):
        assert visit(oak_street, ada).post(path).status_code == 404, path


@pytest.mark.parametrize(
    "path",
    ["/", "/events/", "/events/calendar.ics", "/events/feed.atom", "/staff/events/",
     "/api/v1/gatherings/", "/api/v1/occurrences/", "/sitemap-pages.xml"],
)  # fmt: skip
def test_no_list_shows_it_to_others(oak_street, circle, visit, ada, path):
    for who in (ada, None):
        page = visit(oak_street, who).get(path)
        assert "closed/" not in page.content.decode(), path
    if path == "/events/":
        assert 'href="/events/open/' in page.content.decode()


def test_those_who_belong_find_it_among_the_events_with_its_own_page(
    oak_street, circle, visit, ben, ada
):
    assert 'href="/circle/closed/"' in visit(oak_street, ben).get("/events/").content.decode()
    with in_alliance(oak_street):
        assert {each.name for each in dates.listed([ben])} == {"Closed", "Open"}
        assert {each.name for each in dates.listed([ada])} == {"Open"}
        assert {each.name for each in dates.listed([])} == {"Open"}


def test_an_answer_ends_with_belonging(oak_street, circle, visit, ben):
    day = timedelta(days=1)
    with in_alliance(oak_street):
        url = circle.rsvp.get_absolute_url()
    assert visit(oak_street).get(url).status_code == 200
    with in_alliance(oak_street):
        assert people.ahead_of(ben.person) == [circle.rsvp]
        before = people.calendar_mark(ben.person, "x")
    circle.belonging.clear()
    assert [visit(oak_street).get(f"{url}{part}").status_code for part in ("", "event.ics")] == [
        404,
        404,
    ]
    with in_alliance(oak_street):
        assert people.ahead_of(ben.person) == people.calendar_of(ben.person) == []
        assert people.calendar_mark(ben.person, "x") != before
        gatherings.cancel_gathering(gathering=circle.date.gathering, reason="Ill.", by=None)
        assert "cancelled" not in [what for what, _to in mails()]
    with clock.at(circle.date.starts_at - day):
        reminders.send_due(oak_street)
    with in_alliance(oak_street):
        assert Reminder.objects.count() == 0


def test_control_who_belongs_is_reminded_and_told(oak_street, circle):
    with clock.at(circle.date.starts_at - timedelta(days=1)):
        assert reminders.send_due(oak_street) == 1
    with in_alliance(oak_street):
        gatherings.cancel_gathering(gathering=circle.date.gathering, reason="Ill.", by=None)
        assert ("cancelled", "ben@example.org") in mails()


def test_nobody_is_invited_and_nobody_answers_by_mail(oak_street, circle):
    assert invitations.send_due(oak_street) == 0
    with in_alliance(oak_street), pytest.raises(DomainError, match="Sign in"):
        rsvps.ask(occurrence=circle.date, answer=make.an_answer())


def test_it_is_no_choice_in_a_form(oak_street, circle, visit, ada):
    assert 'value="closed"' not in visit(oak_street, ada).get("/staff/events/new/").content.decode()


def test_a_room_that_is_not_there_leaves_it_to_nobody(oak_street, circle, ben):
    audiences._circles.pop("tests")
    with in_alliance(oak_street):
        assert {each.name for each in dates.listed([ben])} == {"Open"}
        assert circle.date.get_absolute_url() == "/"
        assert people.uncounted().count() == 0


def test_two_circles_of_one_name_are_refused(circle):
    audiences.register(circle.own)
    with pytest.raises(ValueError, match="tests"):
        audiences.register(
            audiences.Circle(key="tests", seen_by=list, belongs=Q, page=lambda each: None)
        )


def test_control_an_open_date_over_is_to_be_counted(oak_street, ada, circle):
    with in_alliance(oak_street):
        open_date = Occurrence.objects.get(gathering__slug="open")
        make.an_rsvp(open_date)
    with in_alliance(oak_street), clock.at(open_date.ends_at + timedelta(days=1)):
        assert [each.pk for each in people.uncounted()] == [open_date.pk]
