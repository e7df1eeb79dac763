"""The desk's events: written, looked at, published, changed, called off."""

from datetime import date, timedelta

import pytest

from alliance.tenancy.scope import in_alliance
from gatherings.models import Gathering, Occurrence
from tests.factories import gatherings as make
from tests.gatherings.reading import days_of, mails
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import problems, words

pytestmark = pytest.mark.usefixtures("theirs")
TUESDAY = make.in_days(0) + timedelta(days=(1 - make.in_days(0).weekday()) % 7 + 7)


def filled(**changes):
    """A breakfast as the form sends it; None leaves a field out."""
    data = {
        "title": "Peer breakfast",
        "kind": "meeting",
        "words": "Coffee.",
        "hashtag": "#EastBayLocal",
        "day": TUESDAY.isoformat(),
        "begins": "08:00",
        "ends": "09:30",
        "timezone": "America/Los_Angeles",
        "repeats": "never",
        "interval": "1",
        "capacity": "12",
        "audience": "public",
        "invites": "nobody",
        "place_name": "The Long Table",
    } | changes
    return {name: value for name, value in data.items() if value is not None}


@pytest.fixture
def desk(visit, oak_street, cleo):
    return visit(oak_street, cleo)


def only(alliance) -> Gathering:
    with in_alliance(alliance):
        return Gathering.objects.get()


def test_every_second_tuesday_with_an_exception(desk, oak_street):
    form = filled(repeats="weekly", interval="2", count="4")
    shown = desk.post("/staff/events/new/", form | {"preview": "1"})
    assert shown.status_code == 200
    last = TUESDAY + timedelta(weeks=6)
    assert f"Every second Tuesday until {last.day} {last:%B %Y}" in words(shown)
    assert "4 dates" in words(shown)
    with in_alliance(oak_street):
        assert Gathering.objects.count() == 0

    saved = desk.post("/staff/events/new/", form, follow=True)
    assert saved.redirect_chain == [("/staff/events/peer-breakfast/", 302)]
    assert only(oak_street).hashtag == "EastBayLocal"
    assert "is published." in words(
        desk.post("/staff/events/peer-breakfast/publication/", follow=True)
    )
    second = TUESDAY + timedelta(weeks=2)
    moved = desk.post(
        f"/staff/events/peer-breakfast/{second}/",
        {
            "day": (second + timedelta(days=1)).isoformat(),
            "begins": "18:00",
            "ends": "19:00",
            "title": "Peer supper",
            "place_name": "",
            "address": "",
            "online_url": "",
        },
        follow=True,
    )
    assert "moved" in words(moved)
    third = TUESDAY + timedelta(weeks=4)
    path = f"/staff/events/peer-breakfast/{third}/cancellation/"
    assert desk.post(path, {"reason": ""}).status_code == 422
    assert "called off" in words(desk.post(path, {"reason": "Holiday."}, follow=True))
    with in_alliance(oak_street):
        made = Gathering.objects.get()
        assert days_of(made) == [(TUESDAY + timedelta(weeks=2 * n)).isoformat() for n in range(4)]
        rows = Occurrence.objects.order_by("original_day").select_related("gathering")
        assert [(each.name, each.is_cancelled) for each in rows] == [
            ("Peer breakfast", False), ("Peer supper", False), ("Peer breakfast", True),
            ("Peer breakfast", False),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "anchor", "said"),
    [
        ({"title": ""}, "id_title", "Enter a title."),
        ({"title": "x" * 10_000}, "id_title", None),
        ({"title": "a\nb"}, "id_title", None),
        ({"hashtag": "two words"}, "id_hashtag", None),
        ({"hashtag": "<script>"}, "id_hashtag", None),
        ({"words": "x" * 4001}, "id_words", None),
        ({"day": "1900-01-01"}, "id_day", "Choose a day that is still to come."),
        ({"day": "3000-01-01"}, "id_day", "Choose a day within the next 2 years."),
        ({"day": "0001-01-01"}, "id_day", None),
        ({"day": "9999-12-31", "ends_on": "9999-12-31"}, "id_day", None),
        ({"day": "soon"}, "id_day", "Enter a day such as 2027-03-31."),
        ({"ends": "07:59"}, "id_ends", "It ends after it begins."),
        ({"ends": "08:00"}, "id_ends", "It ends after it begins."),
        ({"ends_on": (TUESDAY - timedelta(days=1)).isoformat()}, "id_ends_on",
         "It ends after it begins."),
        ({"begins": "25:00"}, "id_begins", "Enter a time such as 18:30."),
        ({"timezone": "Mars/Olympus"}, "id_timezone", None),
        ({"capacity": "0"}, "id_capacity", None),
        ({"capacity": "-1"}, "id_capacity", None),
        ({"capacity": "1000000000"}, "id_capacity", None),
        ({"repeats": "weekly"}, "id_until", "Say when it ends: a last day, or how many times."),
        ({"repeats": "weekly", "count": "105"}, "id_repeats_group",
         "These are more than 104 dates. Choose an earlier end."),
        ({"repeats": "weekly", "until": "2100-01-01"}, "id_repeats_group",
         "This reaches more than 2 years ahead. Choose an earlier end."),
        ({"repeats": "weekly", "until": "2100-01-01", "count": "3"}, "id_until",
         "Choose one end: a last day, or how many times."),
        ({"repeats": "weekly", "count": "3", "weekdays": ["4"]}, "id_repeats_group",
         "The first day is none of the days on which it repeats."),
        ({"repeats": "weekly", "count": "3", "weekdays": ["9"]}, "id_weekdays_group", None),
        ({"repeats": "daily", "count": "3"}, "id_repeats_group", None),
        ({"online_url": "javascript:alert(1)"}, "id_online_url", None),
        ({"audience": "everyone"}, "id_audience_group", None),
        ({"business": "019a0000-0000-7000-8000-000000000000"}, "id_business", None),
        ({"slug": "taken"}, "id_slug", "Another event has this address."),
        ({"slug": "mine"}, "id_slug", "Another event has this address."),
        ({"slug": "two words"}, "id_slug", None),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_its_field_and_nothing_is_kept(
    desk, oak_street, changes, anchor, said
):
    with in_alliance(oak_street):
        make.a_draft(slug="taken")
    before = row_counts(oak_street)
    for preview in ({}, {"preview": "1"} if "slug" not in changes else {}):
        if preview and "day" in changes:
            continue
        answer = desk.post("/staff/events/new/", filled(**changes) | preview)
        assert (answer.status_code, problems(answer)[0][0]) == (422, anchor)
        if said:
            assert problems(answer)[0][1] == said
    assert row_counts(oak_street) == before


def test_the_neighbours_business_cannot_host(desk, oak_street, theirs):
    answer = desk.post("/staff/events/new/", filled(business=str(theirs.business.pk)))
    assert (answer.status_code, problems(answer)[0][0]) == (422, "id_business")


def test_what_was_typed_stays(desk):
    page = desk.post("/staff/events/new/", filled(title="", words="My words")).content.decode()
    assert ("My words" in page, 'value="12"' in page) == (True, True)


def test_the_form_shows_what_was_saved_and_saving_it_again_changes_nothing(desk, oak_street):
    form = filled(
        repeats="month_nth", interval="2", count="5", ends_on=(TUESDAY + timedelta(1)).isoformat()
    )
    if (TUESDAY.day - 1) // 7 == 4:
        form["repeats"] = "month_last"
    desk.post("/staff/events/new/", form)
    page = desk.get("/staff/events/peer-breakfast/edit/")
    data = {
        name: value for name, value in page.context["form"].initial.items() if value is not None
    }
    before = only(oak_street).sequence
    answer = desk.post("/staff/events/peer-breakfast/edit/", data)
    assert answer.status_code == 302
    assert (only(oak_street).sequence, only(oak_street).minutes) == (before, 24 * 60 + 90)


def test_a_proposal_waits_is_returned_and_published(visit, oak_street, ben, bakery, desk):
    own = visit(oak_street, ben)
    form = filled(business=str(bakery.pk), invites=None)
    assert own.post("/me/events/new/", form).status_code == 302
    own.post("/me/events/peer-breakfast/submission/")
    assert own.get("/me/events/peer-breakfast/edit/").status_code == 404
    assert "Events proposed by members" in words(desk.get("/staff/"))
    assert "It waits for you" in words(desk.get("/staff/events/peer-breakfast/"))
    assert desk.post("/staff/events/peer-breakfast/return/", {"reason": ""}).status_code == 422
    desk.post("/staff/events/peer-breakfast/return/", {"reason": "Which flour?"})
    assert "Which flour?" in words(own.get("/me/events/peer-breakfast/"))
    assert own.get("/me/events/peer-breakfast/edit/").status_code == 200
    assert own.post("/me/events/peer-breakfast/edit/", form | {"title": "Rye"}).status_code == 302
    own.post("/me/events/peer-breakfast/submission/")
    desk.post("/staff/events/peer-breakfast/publication/")
    assert only(oak_street).state == "published"
    with in_alliance(oak_street):
        assert mails() == [("returned", "ben@example.org"), ("published", "ben@example.org")]


def test_nobody_proposes_for_the_neighbours(visit, oak_street, theirs, ben, bakery):
    own = visit(oak_street, ben)
    answer = own.post("/me/events/new/", filled(business=str(theirs.business.pk), invites=None))
    assert (answer.status_code, problems(answer)[0][0]) == (422, "id_business")
    assert own.get(f"/me/events/{theirs.gathering.slug}/").status_code == 404


def test_calling_all_of_it_off_asks_why_and_names_how_many(desk, oak_street, eves):
    path = "/staff/events/breakfast/cancellation/"
    assert "1 person gets a letter." in words(desk.get(path))
    assert "called off" in words(desk.post(path, {"reason": "Moved away."}, follow=True)).lower()
    for again in ("cancellation/", "publication/", "edit/"):
        assert desk.post(f"/staff/events/breakfast/{again}", filled()).status_code in (302, 422)
    with in_alliance(oak_street):
        assert mails()[-1] == ("cancelled", "eve@example.com")
        assert [row[0] for row in mails()].count("cancelled") == 1


def test_the_lists_filters(desk, oak_street, breakfast):
    with in_alliance(oak_street):
        make.a_draft(title="A secret supper")

    def shown(query: str) -> list[bool]:
        page = words(desk.get(f"/staff/events/{query}"))
        return [name in page for name in ("Peer breakfast", "A secret supper", "A colder supper")]

    assert shown("") == [True, True, False]
    assert shown("?state=draft") == [False, True, False]
    assert shown("?q=BREAK&state=none") == [True, True, False]
    assert shown("?q=break") == [True, False, False]


def test_dates_that_the_rule_leaves_out_are_pointed_at(desk, oak_street, ada):
    with in_alliance(oak_street):
        series = make.a_series(3, starts_on=TUESDAY, by=ada, slug="tuesdays")
        last = make.date_of(series, 2)
        make.an_rsvp(last)
    answer = desk.post(
        "/staff/events/tuesdays/edit/",
        filled(title=series.title, repeats="weekly", count="2", capacity=""),
        follow=True,
    )
    assert "none of its rule any more" in words(answer)
    assert isinstance(last.original_day, date)
