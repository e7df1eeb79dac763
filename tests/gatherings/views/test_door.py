"""At the door: the roster, one press for each, somebody without an answer, the figures."""

from uuid import uuid4

import pytest
import time_machine

from alliance.models import Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from gatherings.models import Rsvp
from tests.conftest import _person
from tests.factories import gatherings as make
from tests.gatherings.reading import people_of
from tests.pledges.views.browsing import problems, text, words

pytestmark = pytest.mark.usefixtures("theirs")


@pytest.fixture
def tasting(oak_street, ada, bakery):
    """The bakery's tasting with Eve and, on the waiting list, Zoe."""
    with in_alliance(oak_street):
        date = make.a_date(by=ada, title="Tasting", slug="tasting", business=bakery, capacity=1)
        make.an_rsvp(date)
        make.an_rsvp(date, "zoe@example.com", name="Zoe Waits")
    return date


def roster(occurrence) -> str:
    return f"/events/{occurrence.gathering.slug}/{occurrence.original_day}/roster/"


def press(browser, rsvp, step: str):
    return browser.post(f"/events/attendance/{rsvp.pk}/{step}/", follow=True)


def test_ben_keeps_the_door_of_his_own_tasting(visit, oak_street, tasting, ben):
    browser = visit(oak_street, ben)
    with in_alliance(oak_street):
        eve, zoe = Rsvp.objects.order_by("id")
    before = browser.get(roster(tasting))
    assert ("Eve Castellano" in words(before), "eve@example.com" in words(before)) == (True, False)
    assert "Who came is noted from an hour" in words(press(browser, eve, "came"))
    with time_machine.travel(tasting.starts_at):
        browser = visit(oak_street, ben)
        for step in ("came", "came", "not-came", "came"):
            page = press(browser, eve, step)
        press(browser, zoe, "came")
        key = uuid4().hex
        for _n in range(2):
            page = browser.post(roster(tasting), {"name": "Max", "form_key": key}, follow=True)
        wrong = browser.post(roster(tasting), {"name": "", "email": "x"})
    assert [anchor for anchor, _said in problems(wrong)] == ["id_name", "id_email"]
    with in_alliance(oak_street):
        assert people_of(tasting) == [
            ("Eve Castellano", "coming"), ("Zoe Waits", "coming"), ("Max", "coming"),
        ]  # fmt: skip
        assert Rsvp.objects.filter(attended_at__isnull=False).count() == 3
    assert "2 without asking" in words(page)


def test_staff_see_addresses_and_take_people_off(visit, oak_street, tasting, cleo):
    browser = visit(oak_street, cleo)
    assert "eve@example.com" in words(browser.get(roster(tasting)))
    with in_alliance(oak_street):
        eve = Rsvp.objects.get(name="Eve Castellano")
    assert "Eve Castellano is off the list" in words(press(browser, eve, "removal"))
    with in_alliance(oak_street):
        assert people_of(tasting) == [("Eve Castellano", "withdrawn"), ("Zoe Waits", "coming")]


def test_others_find_no_door(visit, oak_street, tasting, breakfast, eves, ben, theirs):
    with in_alliance(oak_street):
        tess = give_seat(person=_person("Terry"), role=Role.TREASURER, by=None)
        rsvp = Rsvp.objects.filter(occurrence=tasting).first()
    for seat, dates in ((ben, [breakfast]), (tess, [tasting, breakfast]), (theirs.dan, [tasting])):
        browser = visit(oak_street, seat)
        for date in dates:
            for answer in (browser.get(roster(date)), browser.post(roster(date), {"name": "X"}),
                           browser.post(f"{roster(date)}nobody/")):  # fmt: skip
                assert answer.status_code == 404
    for step in ("came", "not-came", "removal"):
        assert press(visit(oak_street, ben), eves, step).status_code == 404
        assert press(visit(oak_street, tess), rsvp, step).status_code == 404
        assert press(visit(oak_street, ben), theirs.coming, step).status_code == 404
    with in_alliance(oak_street):
        assert not Rsvp.objects.filter(attended_at__isnull=False).exists()


def test_a_draft_has_no_door(visit, oak_street, ada):
    with in_alliance(oak_street):
        date = make.date_of(make.a_draft())
    assert visit(oak_street, ada).get(roster(date)).status_code == 404


def test_the_desk_asks_until_somebody_counted(visit, oak_street, breakfast, eves, cleo):
    with time_machine.travel(breakfast.ends_at):
        desk = visit(oak_street, cleo)
        assert "Events over, nobody said who came" in words(desk.get("/staff/"))
        assert "Over, and nobody said who came" in words(desk.get("/staff/events/"))
        assert "Noted: nobody came." in words(desk.post(f"{roster(breakfast)}nobody/", follow=True))
        assert "Events over, nobody said who came" not in words(desk.get("/staff/"))


def test_the_desk_leads_to_the_roster_whoever_keeps_the_door(
    visit, oak_street, breakfast, eves, cleo
):
    with in_alliance(oak_street):
        auditor = give_seat(person=_person("Bjorn"), role=Role.AUDITOR, by=None)
    with time_machine.travel(breakfast.ends_at):
        for path in ("/staff/events/", "/staff/events/breakfast/"):
            kept, seen = (text(visit(oak_street, who).get(path)) for who in (cleo, auditor))
            assert (roster(breakfast) in kept, roster(breakfast) in seen) == (True, False)
            assert breakfast.get_absolute_url() in seen


def test_the_export_is_started_from_the_roster(visit, oak_street, tasting, cleo, tess):
    path = f"/staff/events/tasting/{tasting.original_day}/export/"
    assert visit(oak_street, cleo).post(path)["Location"].startswith("/staff/jobs/")
    assert visit(oak_street, tess).post(path).status_code == 404
