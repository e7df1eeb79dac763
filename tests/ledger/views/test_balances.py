"""The trial balance of any day, and the chain's page."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from alliance.tenancy.scope import in_alliance
from ledger.models import Account, Entry
from ledger.queries.balances import ChainCheck
from ledger.services import post
from ledger.views import balances
from tests.factories import ledger as make
from tests.pledges.views.browsing import text, words

pytestmark = pytest.mark.usefixtures("neighbour")
BALANCE, INTEGRITY = "/staff/ledger/trial-balance/", "/staff/ledger/integrity/"


@pytest.fixture
def books(oak_street, neighbour, tess):
    """January's dues, February's payment; the neighbour's dues."""
    with in_alliance(oak_street):
        post(make.dues(on=date(2026, 1, 15)), by=tess)
        post(make.payment(fee=3_20, on=date(2026, 2, 1)), by=tess)
    with in_alliance(neighbour.alliance):
        post(make.dues(minor=777_00, on=date(2026, 1, 1)), by=neighbour.director)


def rows(page) -> list[str]:
    """The table's lines, each as a reader reads it."""
    body = text(page).partition("<tbody>")[2].partition("</table>")[0]
    page.content = body.encode()
    return words(page).replace("</tr>", "\n")


def test_without_entries_it_says_what_will_stand_here(desk):
    assert "Nothing to balance yet" in words(desk.get(BALANCE))
    assert "No chain yet" in words(desk.get(INTEGRITY))


DAYS = {
    "2026-01-14": "1000 Bank asset 1200 Dues receivable asset 4000 Dues income "
    "5100 Card fees expense Both sides, equal $0 $0",
    "2026-01-15": "1000 Bank asset 1200 Dues receivable asset $100 4000 Dues income $100 "
    "5100 Card fees expense Both sides, equal $100 $100",
    "2026-02-01": "1000 Bank asset $96.80 1200 Dues receivable asset 4000 Dues income $100 "
    "5100 Card fees expense $3.20 Both sides, equal $100 $100",
}


def test_any_day_as_it_was(desk, books):
    assert {day: rows(desk.get(f"{BALANCE}?on={day}")) for day in DAYS} == DAYS


def test_without_a_day_it_is_today_where_the_alliance_is(desk, books):
    for query in ("", "?on=", "?on=soon", "?on=2026-02-30"):
        with time_machine.travel(datetime(2026, 4, 1, 6, 30, tzinfo=UTC), tick=False):
            page = desk.get(f"{BALANCE}{query}")
        assert page.status_code == 200
        assert "Every account at the end of 31 Mar 2026. Both sides are equal." in words(page)


def test_every_figure_opens_the_lines_behind_it(desk, oak_street, books):
    with in_alliance(oak_street):
        bank = Account.objects.get(key="bank").get_absolute_url()
    page = text(desk.get(f"{BALANCE}?on=2026-02-01"))
    assert page.count(f'href="{bank}?until=2026-02-01"') == 2
    opened = words(desk.get(f"{bank}?until=2026-02-01"))
    assert "At the end of 1 Feb 2026 $96.80" in opened


def test_a_whole_chain_says_so_and_shows_its_head(desk, oak_street, books):
    page = words(desk.get(INTEGRITY))
    with in_alliance(oak_street):
        head = Entry.objects.get(number=2).hash
    assert "The chain is whole Entries 1 to 2 were read anew just now" in page
    assert f"Head of the chain {head}" in page


def test_a_broken_chain_says_where(desk, books, monkeypatch):
    found = ChainCheck(entries=2, head="x", broken_at=2)
    monkeypatch.setattr(balances, "check_chain", lambda **kwargs: found)
    page = words(desk.get(INTEGRITY))
    assert "The chain is broken at entry 2" in page
    assert "The chain is whole" not in page


def test_a_long_chain_is_read_part_by_part(desk, oak_street, tess, monkeypatch):
    monkeypatch.setattr(balances, "AT_ONCE", 4)
    with in_alliance(oak_street):
        make.some_entries(10, by=tess)
    seen, path = [], INTEGRITY
    while path:
        page = desk.get(path)
        seen.append(words(page).partition("Entries ")[2].partition(" were read")[0])
        following = text(page).partition(f'href="{INTEGRITY}?until=')[2].partition('"')[0]
        path = f"{INTEGRITY}?until={following}" if following else ""
    assert seen == ["7 to 10", "3 to 6", "1 to 2"]


@pytest.mark.parametrize("until", ["x", "-1", "9" * 30, "0", "³", "1.5", "%F0%9F%8D%95"])
def test_a_number_that_nobody_has(desk, books, until):
    assert desk.get(f"{INTEGRITY}?until={until}").status_code == 200
