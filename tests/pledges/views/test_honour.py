"""/honour/: the record of pledges kept, as a page, as CSV and as JSON."""

import csv
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from alliance.tenancy.scope import in_alliance
from pledges.services import pledges
from tests.pledges.reading import ended
from tests.pledges.views.browsing import active_parts, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")

MAY = datetime(2025, 5, 1, 9, tzinfo=ZoneInfo("America/Los_Angeles"))


@pytest.fixture
def past(oak_street, oven, eves_pledge):
    """2023: one kept; 2024: none; 2025: two kept, one in part, one released. Eve's runs."""
    with in_alliance(oak_street):
        ended(oven, "fulfilled", 240_00, at=MAY.replace(year=2023))
        ended(oven, "fulfilled", 240_00, at=MAY, people=2)
        ended(oven, "lapsed", 60_50, at=MAY)
        ended(oven, "released", 0, at=MAY)


def test_the_page_tells_each_year_and_what_still_runs(visit, oak_street, past):
    page = visit(oak_street).get("/honour/")
    read = words(page)
    assert (page.status_code, title(page), active_parts(page)) == (200, "Pledges kept", [])
    for part in (
        "2023: 100.0% of $240 pledged",
        "2025: 75.0% of $720 pledged",
        "2024 No pledge’s term ended.",
        "2025 3 2 1 0 0 $720 $540.50 75.0%",
        "Together 4 3 1 0 0 $960 $780.50 81.3%",
        "1 pledge more was released",
        "pledges run 1 pledged $240 bought so far $0",
        "A second oven Ben's Bakery 4 3 1 0 0 $960 $780.50 81.3%",
    ):
        assert part in read


def test_without_an_ended_pledge_the_page_says_so_and_shows_no_percent(visit, oak_street, oven):
    read = words(visit(oak_street).get("/honour/"))
    assert "Nothing to tell yet" in read
    assert "No pledge runs at the moment." in read
    assert "%" not in read


def test_the_neighbours_record_stays_with_the_neighbour(visit, oak_street, oven, neighbour):
    with in_alliance(neighbour.alliance):
        ended(neighbour.drive, "fulfilled", 240_00, at=MAY)
    browser = visit(oak_street)
    for path in ("/honour/", "/honour/record.csv", "/api/v1/honour/"):
        assert "cellar" not in text(browser.get(path))
    assert "A colder cellar" in words(visit(neighbour.alliance).get("/honour/"))


def test_a_change_is_seen_at_once(visit, oak_street, oven, eves_pledge):
    browser = visit(oak_street)
    first = browser.get("/honour/")
    assert browser.get("/honour/", headers={"if-none-match": first["ETag"]}).status_code == 304
    with in_alliance(oak_street):
        pledges.cancel(pledge=eves_pledge)
    again = browser.get("/honour/", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert ("pledges run 1" in words(first), "pledges run 0" in words(again)) == (True, True)


def test_the_spreadsheet_has_a_row_for_each_drive_and_year(visit, oak_street, past):
    answer = visit(oak_street).get("/honour/record.csv")
    rows = list(csv.reader(StringIO(answer.content.decode())))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    of, none = ["A second oven", "Ben's Bakery"], ["0"]
    assert rows == [
        ["year", "drive", "business", "pledges", "kept", "in_part", "not_kept", "withdrawn",
         "released", "running", "pledged", "honoured", "currency"],
        ["2023", *of, "1", "1", "0", "0", "0", "0", "0", "240.00", "240.00", "USD"],
        ["2025", *of, "3", "2", "1", "0", "0", "1", "0", "720.00", "540.50", "USD"],
        ["", *of, *(none * 6), "1", "240.00", "0.00", "USD"],
    ]  # fmt: skip


def test_a_title_that_is_a_formula_is_none_in_the_spreadsheet(visit, oak_street, past, oven):
    with in_alliance(oak_street):
        oven.title = '=HYPERLINK("https://evil.example")'
        oven.save(update_fields=["title"])
    assert ",=HYPERLINK" not in text(visit(oak_street).get("/honour/record.csv"))


def test_the_record_as_a_program_reads_it(visit, oak_street, past):
    told = visit(oak_street).get("/api/v1/honour/").json()
    assert told["currency"] == "USD"
    assert [(row["year"], row["ended"]["honour"]) for row in told["years"]] == [
        (2023, 1.0),
        (2024, None),
        (2025, 0.75),
    ]
    assert told["total"] == {
        "pledges": 4,
        "kept": 3,
        "in_part": 1,
        "not_kept": 0,
        "withdrawn": 0,
        "released": 1,
        "pledged_minor": 960_00,
        "honoured_minor": 780_50,
        "honour": 0.813,
    }
    assert told["running"] == {
        "pledges": 1,
        "in_full": 0,
        "pledged_minor": 240_00,
        "honoured_minor": 0,
        "withdrawn": 0,
        "released": 0,
    }
    assert [row["slug"] for row in told["drives"]] == ["a-second-oven"]


def test_pledge_pages_lead_to_it_and_so_does_the_sitemap(visit, oak_street, oven):
    browser = visit(oak_street)
    assert 'href="/honour/"' in text(browser.get("/pledge/"))
    assert "/honour/</loc>" in text(browser.get("/sitemap-pages.xml"))
