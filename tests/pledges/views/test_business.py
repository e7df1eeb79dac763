"""A business's own drives: written, submitted, watched, by its own people only."""

import pytest
from django.http import HttpResponse

from alliance.tenancy.scope import in_alliance
from pledges.models import PledgeDrive
from tests.factories import pledges as make
from tests.pledges.reading import moves_of, row_counts
from tests.pledges.views.browsing import active_parts, drive_form, kept, problems, text, words

pytestmark = pytest.mark.usefixtures("neighbour")

NEW = "/me/drive/new/bens-bakery/"


@pytest.fixture
def desk(visit, oak_street, ben):
    """Ben's browser."""
    return visit(oak_street, ben)


def only(alliance) -> PledgeDrive:
    """The one drive there is."""
    with in_alliance(alliance):
        return PledgeDrive.objects.get()


def test_from_an_empty_page_to_a_submitted_drive(desk, oak_street):
    assert desk.get("/me/drive/").status_code == 200
    assert desk.get(NEW).status_code == 200
    saved = desk.post(NEW, drive_form(), follow=True)
    assert saved.redirect_chain == [("/me/drive/a-second-oven/", 302)]
    assert "Saved as a draft." in words(saved)
    drive = only(oak_street)
    assert (drive.title, drive.suggested_minor, drive.term_months, drive.seeks_loan) == (
        "A second oven",
        240_00,
        12,
        True,
    )
    assert desk.get("/me/drive/a-second-oven/submission/").status_code == 405
    sent = desk.post("/me/drive/a-second-oven/submission/", follow=True)
    assert "Submitted. The alliance reads it and writes to you." in words(sent)
    assert only(oak_street).state == "in_review"


def test_a_draft_is_edited_and_keeps_its_address(desk, oak_street):
    desk.post(NEW, drive_form())
    edit = "/me/drive/a-second-oven/edit/"
    assert kept(desk.get(edit), "title") == "A second oven"
    page = desk.post(edit, drive_form(title="A third oven", suggested="$1,000"), follow=True)
    assert page.redirect_chain == [("/me/drive/a-second-oven/", 302)]
    drive = only(oak_street)
    assert (drive.title, drive.suggested_minor) == ("A third oven", 1_000_00)


def test_pressing_submit_twice_submits_once(desk, oak_street):
    desk.post(NEW, drive_form())
    desk.post("/me/drive/a-second-oven/submission/")
    again = desk.post("/me/drive/a-second-oven/submission/", follow=True)
    assert "This drive is in review now; that step is no longer open." in words(again)
    assert len(moves(oak_street)) == 1


def moves(alliance):
    with in_alliance(alliance):
        return moves_of(PledgeDrive.objects.get())


def test_what_was_submitted_is_not_edited(desk, oven):
    assert desk.get(f"/me/drive/{oven.slug}/edit/").status_code == 404
    assert desk.post(f"/me/drive/{oven.slug}/edit/", drive_form()).status_code == 404


WRONG = {
    "no title": ({"title": ""}, ("id_title", "Enter a title.")),
    "a long title": (
        {"title": "t" * 121},
        ("id_title", "Ensure this value has at most 120 characters (it has 121)."),
    ),
    "no story": ({"story": ""}, ("id_story", "Tell your story.")),
    "an endless story": (
        {"story": "s" * 8001},
        ("id_story", "Ensure this value has at most 8000 characters (it has 8001)."),
    ),
    "a null byte": ({"story": "s\x00"}, ("id_story", "Null characters are not allowed.")),
    "too few days": (
        {"gathering_days": "6"},
        ("id_gathering_days", "Ensure this value is greater than or equal to 7."),
    ),
    "too many days": (
        {"gathering_days": "61"},
        ("id_gathering_days", "Ensure this value is less than or equal to 60."),
    ),
    "days of words": ({"gathering_days": "many"}, ("id_gathering_days", "Enter a whole number.")),
    "nobody": (
        {"target_pledgers": "0"},
        ("id_target_pledgers", "Ensure this value is greater than or equal to 1."),
    ),
    "everybody": (
        {"target_pledgers": "9" * 30},
        ("id_target_pledgers", "Ensure this value is less than or equal to 100000."),
    ),
    "an odd term": (
        {"term_months": "7"},
        ("id_term_months_group", "Select a valid choice. 7 is not one of the available choices."),
    ),
    "a rung of their own": (
        {"rung": "golden"},
        ("id_rung_group", "Select a valid choice. golden is not one of the available choices."),
    ),
    "an odd pledge": (
        {"suggested": "245"},
        ("id_suggested", "Please round to the nearest ten dollars: $240 or $250."),
    ),
    "a pledge in words": (
        {"suggested": "lots"},
        ("id_suggested", "Enter an amount in dollars, such as 18 or 18.50."),
    ),
}


def test_a_sentence_at_the_field_and_nothing_stored(desk, oak_street):
    before, answers = row_counts(oak_street), {}
    for what, (change, _problem) in WRONG.items():
        answer = desk.post(NEW, drive_form(**change))
        assert "nobody waits an hour" in text(answer)  # what was typed stays
        answers[what] = (answer.status_code, problems(answer))
    assert answers == {what: (422, [problem]) for what, (_change, problem) in WRONG.items()}
    assert row_counts(oak_street) == before


STORIES = {
    "script": "<script>alert(1)</script>",
    "an event": '<img src=x onerror="alert(1)">',
    "a javascript link": "[press](javascript:alert(1))",
    "htmx": '<a hx-get="/staff/">x</a>',
    "an iframe": "<iframe src=//x.example></iframe>",
    "a template": "{% load static %}{{ request.user }}",
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES)
def test_a_story_is_never_active(desk, visit, oak_street, ada, story):
    with in_alliance(oak_street):
        make.a_plain_policy()
    desk.post(NEW, drive_form(story=story, title=story[:100], purpose=story, money_use=story))
    drive = only(oak_street)
    desk.post(f"/me/drive/{drive.slug}/submission/")
    staff = visit(oak_street, ada)
    staff.post(f"/staff/drives/{drive.slug}/approval/")
    pages = [
        desk.get(f"/me/drive/{drive.slug}/"),
        staff.get(f"/staff/drives/{drive.slug}/"),
        visit(oak_street).get(f"/pledge/{drive.slug}/"),
        visit(oak_street).get("/"),
    ]
    assert [page.status_code for page in pages] == [200] * 4
    assert [active_parts(page) for page in pages] == [[], [], [], []]


def test_control_active_parts_are_found_where_there_are_some():
    page = HttpResponse("".join(STORIES.values()) + '<a href="JavaScript:x">press</a>')
    assert sorted(active_parts(page)) == ["a href", "a hx-get", "iframe", "img onerror", "script"]


def test_refused_at_submission_says_why(desk, oak_street, bakery):
    with in_alliance(oak_street):
        bakery.at_location_since = None
        bakery.save(update_fields=["at_location_since"])
    desk.post(NEW, drive_form())
    page = desk.post("/me/drive/a-second-oven/submission/", follow=True)
    assert "A drive of this kind needs 24 months at the present location." in words(page)
    assert only(oak_street).state == "draft"


def test_who_may_come(visit, oak_street, oven, ada, neighbour):
    paths = [
        "/me/drive/",
        NEW,
        f"/me/drive/{oven.slug}/",
        f"/me/drive/{oven.slug}/edit/",
    ]
    for path in paths:
        assert visit(oak_street).get(path)["Location"].startswith("/accounts/login/")
        for stranger in (ada, neighbour.dan):
            assert visit(oak_street, stranger).get(path).status_code == 404


def test_another_business_of_the_alliance_is_not_ones_own(visit, oak_street, oven):
    from alliance.models import Person
    from members.services.businesses import add_representative

    with in_alliance(oak_street):
        nora = Person.objects.create_user(email="nora@example.org", password="x", name="Nora")
        books = make.a_business(trade_name="The Book Nook")
        seat = add_representative(business=books, person=nora, by=None).seat
    desk = visit(oak_street, seat)
    assert desk.get(f"/me/drive/{oven.slug}/").status_code == 404
    assert desk.get(NEW).status_code == 404
    assert desk.post(f"/me/drive/{oven.slug}/submission/").status_code == 404
    assert "A second oven" not in words(desk.get("/me/drive/"))


def test_the_neighbours_drive_and_business_are_not_found(desk, neighbour):
    assert desk.get(f"/me/drive/{neighbour.drive.slug}/").status_code == 404
    assert desk.get(f"/me/drive/new/{neighbour.business.slug}/").status_code == 404


def test_the_drives_page_lists_its_purchases(desk, oak_street, oven, eves_pledge, ben):
    with in_alliance(oak_street):
        make.a_claim(eves_pledge, by=ben)
    page = desk.get(f"/me/drive/{oven.slug}/")
    assert (page.status_code, "$18" in words(page)) == (200, True)
