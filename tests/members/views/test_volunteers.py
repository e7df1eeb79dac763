"""Volunteering, on the member's side and on the desk's."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from members.models import ShiftSignup, VolunteerHours, VolunteerShift, VolunteerSkills
from members.services import volunteers

SHIFT = {
    "title": "Market stall",
    "place": "Under the arches",
    "day": "2031-06-02",
    "begins": "09:00",
    "ends": "11:30",
    "places": "2",
}


@pytest.fixture
def stall(oak_street, neighbour, ada, visit) -> VolunteerShift:
    """A shift planned on the desk's page."""
    answer = visit(oak_street, ada).post("/staff/volunteers/new/", SHIFT)
    assert answer.status_code == 302
    with in_alliance(oak_street):
        return VolunteerShift.objects.get()


def test_a_planned_shift_stands_at_the_alliances_own_time(oak_street, stall):
    starts, ends = (at.astimezone(oak_street.zone) for at in (stall.starts_at, stall.ends_at))
    assert (f"{starts:%d %H:%M}", f"{ends:%H:%M}") == ("02 09:00", "11:30")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": ""}, "title"),
        ({"ends": "08:00"}, "ends"),
        ({"day": "31 June"}, "day"),
        ({"places": "0"}, "places"),
        ({"places": "many"}, "places"),
    ],
)
def test_a_shift_that_cannot_be_says_why_and_keeps_what_was_typed(
    oak_street, neighbour, ada, visit, wrong, field
):
    page = visit(oak_street, ada).post("/staff/volunteers/new/", SHIFT | wrong)
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert "Under the arches" in page.content.decode()
    with in_alliance(oak_street):
        assert VolunteerShift.objects.count() == 0


def test_ben_signs_up_and_thinks_again(oak_street, stall, ben, visit):
    browser = visit(oak_street, ben)
    browser.post(f"/volunteer/{stall.pk}/place/")
    browser.post(f"/volunteer/{stall.pk}/place/")
    assert "1 of 2 places taken" in browser.get("/volunteer/").content.decode()
    browser.post(f"/volunteer/{stall.pk}/leave/")
    with in_alliance(oak_street):
        assert list(ShiftSignup.objects.values_list("left_at", flat=True)) != [None]


def test_ben_notes_his_hours_and_ada_confirms_them(oak_street, neighbour, ada, ben, visit):
    typed = {"on": "2026-01-10", "hours": "1.5", "what": "Letters", "is_policy": "on"}
    visit(oak_street, ben).post("/volunteer/hours/", typed)
    with in_alliance(oak_street):
        hours = VolunteerHours.objects.get()
    assert (hours.minutes, hours.is_policy, hours.confirmed_at) == (90, True, None)
    desk = visit(oak_street, ada)
    assert "Letters" in desk.get("/staff/volunteers/").content.decode()
    desk.post(f"/staff/volunteers/hours/{hours.pk}/confirmation/")
    with in_alliance(oak_street):
        assert VolunteerHours.objects.get().confirmed_at is not None


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"hours": "0"}, "hours"),
        ({"hours": "25"}, "hours"),
        ({"hours": "1.555"}, "hours"),
        ({"on": "2999-01-01"}, "on"),
        ({"what": ""}, "what"),
    ],
)
def test_hours_that_cannot_be(oak_street, neighbour, ben, visit, wrong, field):
    typed = {"on": "2026-01-10", "hours": "1.5", "what": "Letters"} | wrong
    page = visit(oak_street, ben).post("/volunteer/hours/", typed)
    assert (page.status_code, list(page.context["hours_form"].errors)) == (422, [field])


def test_skills_are_a_list_of_words(oak_street, neighbour, ada, ben, visit):
    visit(oak_street, ben).post("/volunteer/skills/", {"skills": " van , Spanish,, van"})
    with in_alliance(oak_street):
        assert VolunteerSkills.objects.get().skills == ["van", "Spanish"]
    assert "van, Spanish" in visit(oak_street, ada).get("/staff/volunteers/").content.decode()
    page = visit(oak_street, ben).post("/volunteer/skills/", {"skills": "w" * 41})
    assert page.status_code == 422


def test_the_roster_records_who_came(oak_street, stall, ada, ben, visit):
    visit(oak_street, ben).post(f"/volunteer/{stall.pk}/place/")
    with clock.at(stall.ends_at + timedelta(hours=1)):
        desk = visit(oak_street, ada)
        assert desk.get(f"/staff/volunteers/{stall.pk}/").context["is_over"]
        desk.post(f"/staff/volunteers/{stall.pk}/", {"came": [str(ben.pk)]})
        with in_alliance(oak_street):
            assert list(VolunteerHours.objects.values_list("seat", "minutes")) == [(ben.pk, 150)]
        desk.post(f"/staff/volunteers/thanks/{ben.pk}/", {"words": "Every table!"})
        with in_alliance(oak_street):
            assert VolunteerHours.objects.get().thanked_at is not None


def test_pages_cost_the_same_with_many(
    oak_street, stall, ada, visit, django_assert_max_num_queries
):
    with in_alliance(oak_street):
        for n in range(20):
            volunteers.plan_shift(
                title=f"Shift {n}", starts_at=stall.starts_at, ends_at=stall.ends_at, by=ada
            )
    browser = visit(oak_street, ada)
    with django_assert_max_num_queries(15):
        assert browser.get("/volunteer/").status_code == 200
    with django_assert_max_num_queries(15):
        assert browser.get("/staff/volunteers/").status_code == 200


def test_a_neighbours_shift_is_not_there(oak_street, neighbour, ben, visit):
    with in_alliance(neighbour.alliance):
        theirs = volunteers.plan_shift(
            title="Theirs",
            starts_at=clock.now() + timedelta(days=1),
            ends_at=clock.now() + timedelta(days=1, hours=1),
            by=neighbour.director,
        )
    assert visit(oak_street, ben).post(f"/volunteer/{theirs.pk}/place/").status_code == 404
    assert "Theirs" not in visit(oak_street, ben).get("/volunteer/").content.decode()
