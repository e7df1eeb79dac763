"""The way of a spreadsheet through the pages, with scripts or without."""

import pytest

from alliance.models import JobProgress, Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from members.models import Business
from members.services.imports import upload
from tests.conftest import _person
from tests.factories import members as make
from tests.members import rosters
from tests.members.importing import bring, preview, read
from tests.members.sheets.test_hostile import FILES, bomb
from tests.members.views.import_pages import LIST, columns, page_of, sent, worked
from tests.pledges.reading import queries_of
from tests.pledges.views.browsing import problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


def test_from_a_file_to_members_and_back(desk, oak_street, tier):
    assert "Nothing was brought yet" in words(desk.get("/staff/import/"))
    answer = sent(desk, LIST)
    run = worked(oak_street)
    assert (answer.status_code, answer["Location"]) == (302, page_of(run))

    page = desk.get(page_of(run))
    assert title(page) == "members.csv"
    assert "One row was read. What does each column hold?" in words(page)
    assert desk.post(page_of(run), columns(run))["Location"] == page_of(run)

    worked(oak_street)
    page = desk.get(page_of(run))
    assert "This is what would happen. Nothing has been written yet." in words(page)
    assert "Bring in 1 row" in words(page)
    desk.post(f"{page_of(run)}commit/")

    worked(oak_street)
    page = desk.get(page_of(run))
    assert "It is in" in words(page)
    assert "1 new, 0 changed" in words(page)
    with in_alliance(oak_street):
        assert Business.objects.filter(trade_name="Corner Cafe").exists()
    desk.post(f"{page_of(run)}undo/")

    worked(oak_street)
    page = desk.get(page_of(run))
    assert "Taken back" in words(page)
    assert "undone" in words(desk.get("/staff/import/"))


@pytest.mark.parametrize("name", ["empty", *FILES])
def test_what_is_no_list_is_said_at_the_field(desk, name):
    content = FILES[name][0] if name in FILES else b""
    page = sent(desk, content, "members.xlsx")
    found = problems(page)
    assert (page.status_code, title(page)[:7], len(found)) == (422, "Error: ", 1)
    assert found[0][0] == "id_file"


def test_nothing_chosen_and_a_bomb(desk):
    page = desk.post("/staff/import/", {})
    assert problems(page) == [("id_file", "Choose a file.")]
    assert "far larger than a list of members" in words(sent(desk, bomb(99), "x.xlsx"))


def test_a_page_that_waits_comes_again_by_itself_and_then_no_more(desk, oak_street, ada):
    with in_alliance(oak_street):
        run = upload.start(name="m.csv", content=LIST.encode(), by=ada)
        JobProgress.objects.filter(pk=run.job_id).update(done=1, total=4)
    page = desk.get(page_of(run))
    assert page["Refresh"] == "2"
    assert '<progress id="job" max="4" value="1">' in text(page)
    assert "1 of 4 rows" in words(page)
    worked(oak_street)
    assert "Refresh" not in desk.get(page_of(run))


def test_a_broken_file_says_why_and_leads_on(desk, oak_street):
    sent(desk, "Business name,City\n")
    run = worked(oak_street)
    page = desk.get(page_of(run))
    assert "Below the headings there are no rows in this file." in words(page)
    assert "Bring another file" in words(page)


def test_columns_that_do_not_fit_are_said_and_kept(desk, oak_street, tier):
    sent(desk, LIST)
    run = worked(oak_street)
    page = desk.post(page_of(run), columns(run, **{"column-0": "", "column-2": "email"}))
    assert page.status_code == 422
    assert problems(page) == [
        ("", "Say which column holds the businesses’ names."),
        ("id_column-2", "“E-mail” is filled by “E-mail” already. Leave one of them out."),
    ]
    wrong = columns(run, **{"column-0": "nonsense", "date_order": "x", "default_tier": "y"})
    assert desk.post(page_of(run), wrong).status_code == 422
    with in_alliance(oak_street):
        run.refresh_from_db()
        assert run.state == "mapping"


def test_the_neighbours_tier_is_no_choice(desk, oak_street, neighbour, tier):
    with in_alliance(neighbour.alliance):
        theirs = make.a_tier(name="Theirs")
    sent(desk, LIST)
    run = worked(oak_street)
    page = desk.post(page_of(run), columns(run, default_tier=str(theirs.pk)))
    assert page.status_code == 422
    assert "Theirs" not in text(page)


def test_steps_are_posted_and_said_when_they_do_not_fit(desk, oak_street, run):
    for step in ("commit", "undo", "columns", "drop", "answers", "words", "invitations"):
        assert desk.get(f"{page_of(run)}{step}/").status_code == 405
    page = desk.post(f"{page_of(run)}undo/", follow=True)
    assert "This import is checked, waiting for your word now; that step is not open." in words(
        page
    )
    page = desk.post(f"{page_of(run)}invitations/", follow=True)
    assert "There is nobody to write to." in words(page)
    page = desk.post(page_of(run), {}, follow=True)
    assert "This import is checked, waiting for your word now." in words(page)


def test_going_back_and_throwing_away(desk, oak_street, run):
    desk.post(f"{page_of(run)}columns/")
    assert "What does each column hold?" in words(desk.get(page_of(run)))
    desk.post(f"{page_of(run)}drop/")
    assert "Nothing of this file came in" in words(desk.get(page_of(run)))


def test_another_alliances_import_is_no_page(desk, neighbour):
    with in_alliance(neighbour.alliance):
        theirs = preview(LIST, by=neighbour.director)
    paths = ("", "rows-that-stayed-out.csv")
    assert [desk.get(f"{page_of(theirs)}{path}").status_code for path in paths] == [404, 404]
    steps = ("commit", "undo", "columns", "drop", "answers", "words", "invitations")
    assert {desk.post(f"{page_of(theirs)}{step}/").status_code for step in steps} == {404}


def test_somebody_elses_import_of_this_alliance_can_be_finished_here(visit, oak_street, run, desk):
    with in_alliance(oak_street):
        mo = give_seat(person=_person("Mo"), role=Role.MEMBERSHIP, by=None)
    visit(oak_street, mo).post(f"{page_of(run)}commit/")
    assert worked(oak_street).state == "committed"


def test_inviting_leads_to_its_job(desk, oak_street, ada, tier):
    with in_alliance(oak_street):
        run = bring(LIST, by=ada)
    assert "Invite the 1 person who came with it" in words(desk.get(page_of(run)))
    answer = desk.post(f"{page_of(run)}invitations/")
    assert answer["Location"].startswith("/staff/jobs/")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exporting_leads_to_its_job(desk, oak_street, bakery, kind):
    assert "1 business with all that is kept of it" in words(desk.get("/staff/export/members/"))
    assert desk.get(f"/staff/export/members.{kind}").status_code == 405
    answer = desk.post(f"/staff/export/members.{kind}")
    assert answer["Location"].startswith("/staff/jobs/")


def test_a_page_costs_the_same_with_few_rows_and_with_many(desk, oak_street, ada, tier):
    def cost(count: int) -> list[int]:
        with in_alliance(oak_street):
            run = read(rosters.as_csv(rosters.roster(count)), by=ada)
        paths = [page_of(run), "/staff/import/"]
        found = [queries_of(lambda p=path: desk.get(p)) for path in paths]
        with in_alliance(oak_street):
            run = preview(rosters.as_csv(rosters.roster(count)), by=ada)
        return [*found, queries_of(lambda: desk.get(page_of(run)))]

    desk.get("/staff/import/")
    few = cost(3)
    assert cost(60) == few
    assert max(few) <= 14
