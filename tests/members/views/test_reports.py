"""The reports' pages: every number opens its list."""

import re
from datetime import date
from html import unescape
from urllib.parse import urlencode

import pytest

from alliance.models import Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from members.views import report_tables
from tests.factories import members as make
from tests.members.views.street import REPORTS, YEAR, a_street, cells_of, lede_of
from tests.pledges.views.browsing import active_parts, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")

LINK = re.compile(r'href="(/staff/reports/list/\?[^"]*)">([^<]*)<')


@pytest.fixture
def desk(visit, oak_street, ada):
    """Ada's browser."""
    return visit(oak_street, ada)


@pytest.fixture
def street(oak_street, bakery, neighbour):
    """Four members over two years."""
    return a_street(oak_street, bakery, neighbour)


def links_of(page) -> list[tuple[str, str]]:
    """Each number's address and the number, as the page shows it."""
    return [(unescape(url), unescape(number)) for url, number in LINK.findall(text(page))]


def test_from_the_desk_to_a_list(desk, street):
    assert "Reports" in words(desk.get("/staff/"))
    page = desk.get(f"{REPORTS}?{YEAR}")
    assert (page.status_code, title(page), active_parts(page)) == (200, "Reports", [])
    assert cells_of(page, "By status") == [
        ["Status", "Members"],
        ["Pending", "0"],
        ["New", "0"],
        ["Current", "1"],
        ["Renewing", "0"],
        ["Grace", "0"],
        ["Lapsed", "1"],
        ["Cancelled", "1"],
        ["Suspended", "1"],
        ["Active in all", "1"],
    ]
    assert cells_of(page, "From the first day to the last") == [
        ["What happened", "Members"],
        ["Active before 1 Jan 2026", "4"],
        ["Joined", "0"],
        ["Brought from another system", "0"],
        ["Reinstated", "1"],
        ["Released from a suspension", "0"],
        ["Lapsed", "1"],
        ["Cancelled", "1"],
        ["Suspended", "1"],
        ["Taken back by a credit note", "1"],
        ["Active at the end of 31 Oct 2026", "1"],
    ]


def test_every_number_is_the_length_of_its_list(desk, street):
    page = desk.get(f"{REPORTS}?{YEAR}")
    links = links_of(page)
    assert len(links) > 40
    kinds = {re.search(r"what=(\w+)", url)[1] for url, _number in links}
    assert kinds == {
        *("active", "status", "returned", "lapsed", "ended", "suspended", "credited", "left"),
        *("joined", "renewals", "due", "renewed", "lost"),
        *("invoiced", "credit_notes", "received", "refunded"),
    }
    for url, number in links:
        listed = desk.get(url)
        assert listed.status_code == 200, url
        said = lede_of(listed).rsplit(": ", 1)[1]
        is_money = number.startswith("$")
        assert said.startswith(f"{number}, " if is_money else f"{number} row"), (url, number, said)
        assert text(listed).count("<tr>") - 1 == int(said.split(", ")[-1].split()[0])


def test_a_list_names_each_row(desk, street):
    page = desk.get(f"{REPORTS}list/?what=left&{YEAR}")
    assert lede_of(page) == "from 1 January 2026 to 31 October 2026: 4 rows"
    assert [row[:3] for row in cells_of(page, "Ceased to be active")[1:]] == [
        ["10 Feb 2026", "Cy's Café & Cakes", "Cancelled"],
        ["31 Mar 2026", "Ada's Antiques", "Lapsed"],
        ["1 Aug 2026", "=Bike Barn", "Taken back by a credit note"],
        ["1 Sep 2026", "Ada's Antiques", "Suspended"],
    ]
    assert 'href="/staff/members/da-/"' in text(page)


def test_money_lists_its_entries(desk, street):
    page = desk.get(f"{REPORTS}list/?what=refunded&{YEAR}")
    assert lede_of(page) == "from 1 January 2026 to 31 October 2026: $20, 1 row"
    [row] = cells_of(page, "Refunded")[1:]
    assert (row[0], row[2], row[4]) == ("1 Sep 2026", "Ben's Bakery", "$20")


def test_parts_of_the_members(desk, street):
    page = desk.get(f"{REPORTS}?since=2025-06-01&until=2025-12-31")
    assert cells_of(page, "Active by region") == [
        ["Region", "Members"],
        ["No address", "2"],
        ["Oakland", "1"],
        ["Temescal, Oakland", "1"],
        ["Active in all", "4"],
    ]
    urls = {number: url for url, number in links_of(page) if "neighbourhood=Temescal" in url}
    page = desk.get(urls["1"])
    assert lede_of(page) == "Temescal, Oakland, at the end of 31 December 2025: 1 row"
    assert [row[0] for row in cells_of(page, "Active members")[1:]] == ["Ada's Antiques"]


def test_many_regions_are_folded_behind_the_twelfth(desk, street, oak_street, monkeypatch):
    monkeypatch.setattr(report_tables, "PLACES_AT_ONCE", 1)
    page = desk.get(f"{REPORTS}?since=2025-06-01&until=2025-12-31")
    assert cells_of(page, "Active by region") == [
        ["Region", "Members"],
        ["No address", "2"],
        ["Active in all", "4"],
    ]
    assert cells_of(page, "Active by region: the others") == [
        ["Region", "Members"],
        ["Oakland", "1"],
        ["Temescal, Oakland", "1"],
    ]
    assert "<summary>2 more</summary>" in text(page)


def test_months_before_the_first_record_are_unknown(desk, street):
    page = desk.get(f"{REPORTS}?since=2024-12-01&until=2025-03-31")
    assert "The first record of a member is of 1 Feb 2025" in words(page)
    rows = cells_of(page, "Month by month")
    assert rows[1:5] == [
        ["December 2024", *["unknown"] * 7],
        ["January 2025", *["unknown"] * 7],
        ["February 2025", "1", "0", "0", "0", "0", "unknown", "1"],
        ["March 2025", "1", "0", "0", "0", "0", "0%", "2"],
    ]
    years = {row[0]: row[1:] for row in cells_of(page, "Five years side by side")}
    assert years["Joined"] == [*["unknown"] * 4, "2"]
    assert cells_of(page, "Dues by month")[1:4] == [
        ["December 2024", *["unknown"] * 4],
        ["January 2025", *["unknown"] * 4],
        ["February 2025", "$120", "$0", "$120", "$0"],
    ]


def test_retention_by_cohort(desk, street):
    page = desk.get(f"{REPORTS}?{YEAR}")
    rows = {row[0]: row[1:] for row in cells_of(page, "Retention by cohort")}
    assert rows["January 2026"] == ["1", "1", "0", "0", "100%"]
    assert rows["February 2026"] == ["1", "0", "0", "1", "0%"]
    assert rows["March 2026"] == ["1", "1", "0", "0", "100%"]
    assert rows["April 2026"] == ["1", "0", "0", "1", "0%"]
    assert rows["May 2026"] == ["0", "0", "0", "0", "–"]
    assert rows["Together"] == ["4", "2", "0", "2", "50%"]


def test_the_snapshot_is_a_witness(desk, street, oak_street):
    page = desk.get(f"{REPORTS}?{YEAR}")
    assert "the snapshot of that night, with 4 memberships, says the same." in words(page)
    assert "The last snapshot is of the end of 31 Oct 2026." in words(page)
    page = desk.get(f"{REPORTS}?since=2026-01-01&until=2026-10-30")
    assert "no snapshot was taken at the end of this day" in words(page)
    with in_alliance(oak_street):
        make.a_term(street[2], starts_on=date(2026, 9, 1))
    page = desk.get(f"{REPORTS}?{YEAR}")
    assert "says otherwise of 1 of them" in words(page)
    page = desk.get(f"{REPORTS}list/?what=different&until=2026-10-31")
    [row] = cells_of(page, "Where the snapshot says otherwise")[1:]
    assert row[:4] == ["=Bike Barn", "Corner", "current", "lapsed"]


def test_without_members_it_says_what_to_do(desk):
    page = desk.get(REPORTS)
    assert (page.status_code, "Nothing to count up to this day" in words(page)) == (200, True)
    assert '<svg class="chart' not in text(page)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("until=2999-01-01", [("id_until", "This day is still to come.")]),
        ("until=0001-01-01", [("id_until", "No alliance is that old.")]),
        ("until=x", [("id_until", "Enter a valid date.")]),
        ("since=2026-02-01&until=2026-01-01", [("id_since", "The first day is after the last.")]),
        ("since=2010-01-01&until=2026-01-01", [("id_since", "At most ten years at a time.")]),
        ("since=0001-01-01", [("id_since", "At most ten years at a time.")]),
    ],
)
def test_days_that_cannot_be(desk, query, found):
    page = desk.get(f"{REPORTS}?{query}")
    assert (page.status_code, problems(page), title(page)) == (422, found, "Error: Reports")


def test_days_that_can(desk, street):
    for query in ("since=&until=", "since=2016-11-01&until=2026-10-31", "x=1"):
        assert desk.get(f"{REPORTS}?{query}").status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "",
        "what=",
        "what=everything",
        "what=status",
        "what=status&status=rich",
        "what=active&tier=1",
        "what=active&until=2999-01-01",
        "what=active&until=0001-01-01",
        "what=left&since=2026-02-01&until=2026-01-01",
        "what=left&since=x",
    ],
)
def test_a_list_that_does_not_exist(desk, query):
    for answer in (
        desk.get(f"{REPORTS}list/?{query}", follow=True),
        desk.post(f"{REPORTS}list/export/?{query}", follow=True),
    ):
        assert answer.redirect_chain == [(REPORTS, 302)]
        assert "There is no such list. Choose a number below." in words(answer)


def test_a_cursor_that_cannot_be_read_shows_the_first_page(desk, street):
    for what in ("active", "left", "received"):
        url = f"{REPORTS}list/?what={what}&since=2026-01-01&until=2026-10-31"
        rows = text(desk.get(url)).count("<tr>")
        for after in ("x", "~", "2026-01-01~", "9~9", "é~" + "0" * 40):
            page = desk.get(f"{url}&{urlencode({'after': after})}")
            assert (page.status_code, text(page).count("<tr>")) == (200, rows)


@pytest.mark.parametrize("role", [Role.COMMUNITY, Role.LENDING_OFFICER, Role.MEMBER])
def test_who_may_not_see_them_learns_nothing(visit, oak_street, ada, street, role):
    with in_alliance(oak_street):
        person = ada.person.__class__.objects.create_user(email="pat@example.org", name="Pat")
        give_seat(person=person, role=role, by=None)
    browser = visit(oak_street, person)
    assert browser.get(REPORTS).status_code == 404
    assert browser.get(f"{REPORTS}list/?what=active").status_code == 404
    assert browser.post(f"{REPORTS}list/export/?what=active").status_code == 404


def test_nothing_of_the_neighbour(desk, street):
    for path in (f"?{YEAR}", "list/?what=active", f"list/?what=received&{YEAR}"):
        assert "Dairy" not in text(desk.get(REPORTS + path))
