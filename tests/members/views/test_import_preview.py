"""What a page shows of a run: every number, every row, every question."""

import csv
from io import StringIO

import pytest

from alliance.models import Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from tests.conftest import _person
from tests.members.importing import preview, read
from tests.members.views.import_pages import page_of, worked
from tests.pledges.views.browsing import active_parts, text, words

pytestmark = pytest.mark.usefixtures("neighbour")

SHOWN = {
    "": {2, 3, 4, 5, 6},
    "show=create": {2, 3},
    "show=ask": {4},
    "show=refuse": {5, 6},
    "show=skip": set(),
    "problem=date": {5},
    "problem=email": {5},
    "problem=nothing": set(),
    "after=3": {4, 5, 6},
    "after=x": {2, 3, 4, 5, 6},
    "after=99999999999999": {2, 3, 4, 5, 6},
    "show=loud": {2, 3, 4, 5, 6},
    "problem=%27%3B--": set(),
}


def test_every_number_leads_to_its_rows(desk, run):
    found = {}
    for query in SHOWN:
        rows = text(desk.get(f"{page_of(run)}?{query}"))
        found[query] = {n for n in range(2, 7) if f'data-label="Row">{n}</td>' in rows}
    assert found == SHOWN


def test_problems_stand_by_what_puts_them_right(desk, run):
    page = words(desk.get(page_of(run)))
    assert "A day cannot be read: write it as 2026-03-31." in page
    assert "“13/13/2026” is not a day that we can read." in page
    assert "Bring in 2 rows" in page
    assert "3 rows stay out" in page


def test_a_question_is_answered_without_scripts(desk, oak_street, run):
    page = text(desk.get(f"{page_of(run)}?show=ask"))
    with in_alliance(oak_street):
        asked = run.rows.get(number=4)
    assert f'name="answer-{asked.pk}"' in page
    assert "goes with Moss &amp; Fern Plants of this file: " in page
    answer = desk.post(f"{page_of(run)}answers/", {f"answer-{asked.pk}": "new"}, follow=True)
    assert "1 row is decided." in words(answer)
    assert '<option value="new" selected>' in text(desk.get(f"{page_of(run)}?show=ask"))
    everyone = desk.post(f"{page_of(run)}answers/", {"all": "out", "answer-x": "y"}, follow=True)
    assert "0 rows are decided." in words(everyone)


def test_words_are_explained_by_whom_tiers_are_a_matter(desk, visit, oak_street, ada, tier):
    with in_alliance(oak_street):
        person = _person("Mo")
        mo = give_seat(person=person, role=Role.MEMBERSHIP, by=None)
        run = preview("Business name,Tier,Dues\nBen,Patron,500\n", by=ada)
    page = desk.get(page_of(run))
    assert "The tier “Patron” is (optional) 1 row" in words(page)
    assert "a new tier, $500 a year" in words(page)
    theirs = visit(oak_street, mo)
    assert "a new tier" not in words(theirs.get(page_of(run)))
    theirs.post(f"{page_of(run)}words/", {"word-0": "new:50000"})
    with in_alliance(oak_street):
        run.refresh_from_db()
        assert (run.state, run.options["tiers"]) == ("checked", {})
    desk.post(f"{page_of(run)}words/", {"word-0": "new:50000"})
    assert worked(oak_street).counts["create"] == 1


def test_rows_that_stay_out_are_given_back_as_they_came(desk, oak_street, run):
    answer = desk.get(f"{page_of(run)}rows-that-stayed-out.csv")
    rows = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows[0][-2:] == ["Row", "Why it stayed out"]
    assert [(row[0], row[-2]) for row in rows[1:]] == [
        ("Moss & Fern Nursery", "4"),
        ("Zeitlers Schuhe – Repair", "5"),
        ("", "6"),
    ]
    assert rows[2][-1] == "Expiration Date: “13/13/2026” is not a day that we can read."
    assert answer["Content-Disposition"].startswith("attachment")


def test_what_is_given_back_would_not_run_and_reads_the_same(desk, oak_street, ada):
    with in_alliance(oak_street):
        run = preview("Business name,City,Phone\n,\"+cmd|' /C calc'!A0\",'=1\n", by=ada)
    content = desk.get(f"{page_of(run)}rows-that-stayed-out.csv").content
    cells = list(csv.reader(StringIO(content.decode("utf-8-sig"))))[1]
    assert cells[1:3] == ["'+cmd|' /C calc'!A0", "'=1"]
    with in_alliance(oak_street):
        again = read(content, by=ada)
        assert again.rows.get().cells[1:3] == run.rows.get().cells[1:3]


def test_the_empty_sheet_is_known_whole(desk, oak_street, ada):
    content = desk.get("/staff/import/members.csv").content
    with in_alliance(oak_street):
        run = read(content + b"Ben\n", by=ada)
        assert set(run.mapping) == set(run.columns)


def test_hostile_words_are_words(desk, oak_street, ada):
    evil = "<script>alert(1)</script>"
    with in_alliance(oak_street):
        run = preview(f"Business name,{evil},E-mail\n{evil},{evil},{evil}\n", by=ada)
    page = desk.get(page_of(run))
    assert (page.status_code, active_parts(page), evil in text(page)) == (200, [], False)
    desk.post(f"{page_of(run)}columns/")
    page = desk.get(page_of(run))
    assert (page.status_code, active_parts(page), evil in text(page)) == (200, [], False)
