"""The journal, one entry, one account, and the way to the file."""

from datetime import date
from uuid import uuid4

import pytest

from alliance.models import JobProgress, Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from ledger.models import Account, Entry
from ledger.services import move, post, post_all, reverse
from tests.factories import ledger as make
from tests.pledges.views.browsing import text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")
JOURNAL = "/staff/ledger/"


@pytest.fixture
def books(oak_street, neighbour, bakery, tess) -> dict[str, Entry]:
    """An entry of several kinds here, and one next door."""
    with in_alliance(oak_street):
        invoice = post(make.dues(party=bakery.pk, on=date(2026, 1, 15)), by=tess)
        paid = post(make.payment(fee=3_20, on=date(2026, 2, 1), memo="By card"), by=None)
        moved = move(order=make.a_move(), key="form", by=tess)
        back = reverse(entry=moved, reason="It was the other box.", by=tess)
    with in_alliance(neighbour.alliance):
        post(make.dues(memo="Dues of Dan's Dairy"), by=neighbour.director)
    return {"invoice": invoice, "paid": paid, "moved": moved, "back": back}


def account(alliance, key: str) -> Account:
    with in_alliance(alliance):
        return Account.objects.get(key=key)


def test_empty_books_say_what_they_are_for(desk):
    page = words(desk.get(JOURNAL))
    assert "The books are still empty" in page
    assert "Move money" in page


def test_the_journal_shows_the_newest_first(desk, books):
    page = words(desk.get(JOURNAL))
    places = [
        page.index(said)
        for said in (
            "It was the other box. reversal $80",
            "3 31 Mar 2026 Deposit slip 88 adjustment $80",
            "2 1 Feb 2026 By card payment $100",
            "1 15 Jan 2026 Dues 2026 invoice $100",
        )
    ]
    assert places == sorted(places)
    assert "Dues of Dan's Dairy" not in page


SHOWN = {
    "": {"invoice", "paid", "moved", "back"},
    "q=CARD": {"paid"},
    "q=%25": set(),
    "kind=invoice": {"invoice"},
    "kind=loud": {"invoice", "paid", "moved", "back"},
    "account={card_fees}": {"paid"},
    "account={receivable}": {"invoice", "paid"},
    "account={receivable}&kind=payment": {"paid"},
    "account=x": {"invoice", "paid", "moved", "back"},
    "since=2026-02-01": {"paid", "moved", "back"},
    "until=2026-02-01": {"invoice", "paid"},
    "since=2026-02-01&until=2026-02-01": {"paid"},
    "since=2026-02-02&until=2026-02-01": set(),
    "since=yesterday": {"invoice", "paid", "moved", "back"},
    "party={bakery}": {"invoice"},
    "party={bakery}&account={dues}": {"invoice"},
    "party={nobody}": set(),
    "party=x": {"invoice", "paid", "moved", "back"},
}


def test_search_and_filter(desk, oak_street, bakery, books):
    values = {key: account(oak_street, key).pk for key in ("card_fees", "receivable", "dues")}
    values |= {"bakery": bakery.pk, "nobody": uuid4()}
    # A reversal is dated today.
    with in_alliance(oak_street):
        assert Entry.objects.get(pk=books["back"].pk).on > date(2026, 3, 31)
    found = {}
    for query in SHOWN:
        page = text(desk.get(f"{JOURNAL}?{query.format(**values)}"))
        found[query] = {name for name, entry in books.items() if str(entry.pk) in page}
    assert found == SHOWN


STATUSES = {
    "after=x": 200,
    "after=MTIz": 200,
    "after=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5": 200,
    "after=LTE": 200,
    "since=0001-01-01&until=9999-12-31": 200,
    "since=2026-02-30": 200,
    "account=%F0%9F%8D%95&party=%27--": 200,
    "q=%FF%FE": 200,
    "q=%00": 400,
}


def test_a_query_that_nobody_typed(desk, oak_street, books):
    for path in (JOURNAL, account(oak_street, "bank").get_absolute_url()):
        assert {query: desk.get(f"{path}?{query}").status_code for query in STATUSES} == STATUSES


def test_page_by_page_each_entry_comes_once(desk, oak_street, tess):
    with in_alliance(oak_street):
        made = make.some_entries(60, by=tess)
    seen, path = [], JOURNAL
    while path:
        page = text(desk.get(path))
        # The address of each row's entry, in the order of the page.
        seen += [pk for pk in page.split("/staff/ledger/entries/") if pk[:36].count("-") == 4]
        following = page.partition('rel="next" href="?')[2].partition('"')[0]
        path = f"{JOURNAL}?{following}" if following else ""
    assert [pk[:36] for pk in seen] == [str(entry.pk) for entry in reversed(made)]


# --- one entry ----------------------------------------------------------------------------


def test_an_entry_has_its_lines_its_writer_and_its_seal(desk, books):
    page = desk.get(books["invoice"].get_absolute_url())
    read = words(page)
    assert title(page) == "Entry 1"
    for said in (
        "1200 Dues receivable Ben's Bakery $100",
        "4000 Dues Ben's Bakery $100",
        "Both sides $100 $100",
        "Who Tess",
        f"Seal before — Seal {books['invoice'].hash} Checked now fits its seal",
        "An invoice is corrected by a credit note.",
    ):
        assert said in read
    assert 'href="/staff/members/bens-bakery/"' in text(page)


def test_an_entry_and_its_reversal_know_each_other(desk, books):
    moved, back = (words(desk.get(books[name].get_absolute_url())) for name in ("moved", "back"))
    assert "taken back" in moved
    assert "Taken back by entry 4 : It was the other box." in moved
    assert "Takes back entry 3 : Deposit slip 88" in back
    assert "Take it back" not in moved
    assert "by itself" in words(desk.get(books["paid"].get_absolute_url()))


def test_only_a_move_that_stands_can_be_taken_back(desk, visit, oak_street, tess, books):
    with in_alliance(oak_street):
        standing = move(order=make.a_move(), key="another", by=tess)
        auditor = give_seat(person=tess.person, role=Role.AUDITOR, by=None)
        auditor.person = type(tess.person).objects.create_user(email="a@example.net", password="x")
        auditor.save()
    offered = {
        name: f"{entry.pk}/reversal/" in text(desk.get(entry.get_absolute_url()))
        for name, entry in {**books, "standing": standing}.items()
    }
    assert offered == {name: name == "standing" for name in offered}
    page = visit(oak_street, auditor).get(standing.get_absolute_url())
    assert (page.status_code, "reversal/" in text(page)) == (200, False)


# --- one account --------------------------------------------------------------------------


def test_an_account_runs_to_its_balance(desk, oak_street, books):
    page = words(desk.get(account(oak_street, "receivable").get_absolute_url()))
    assert "asset 1200 Dues receivable" in page
    assert "With all entries $0" in page
    assert "1 Feb 2026 2 By card — $100 $0" in page
    assert "15 Jan 2026 1 Dues 2026 Ben's Bakery $100 $100" in page


def test_an_account_that_grows_by_credits_reads_the_way_one_says_it(desk, oak_street, books):
    page = words(desk.get(account(oak_street, "dues").get_absolute_url()))
    assert "With all entries $100" in page
    assert "1 Dues 2026 Ben's Bakery $100 $100" in page


def test_between_two_days_the_balance_begins_where_it_stood(desk, oak_street, tess):
    with in_alliance(oak_street):
        days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 1)]
        for n, day in enumerate(days):
            post(make.dues(f"d{n}", 10**n * 100, on=day), by=tess)
    path = account(oak_street, "receivable").get_absolute_url()
    page = words(desk.get(f"{path}?since=2026-02-01&until=2026-02-28"))
    assert "Before the first day $1 At the end of 28 Feb 2026 $111" in page
    assert "28 Feb 2026 3 Dues 2026 — $100 $111" in page
    assert "1 Feb 2026 2 Dues 2026 — $10 $11" in page
    assert "$1,000" not in page


def test_the_balance_runs_on_over_the_pages(desk, oak_street, tess):
    with in_alliance(oak_street):
        post_all([make.dues(f"d{n}", 100) for n in range(1, 61)], by=tess)
    path, seen = account(oak_street, "receivable").get_absolute_url(), []
    following = ""
    for _page in range(3):
        page = text(desk.get(f"{path}?{following}"))
        rows = page.split('data-label="Balance">')[1:]
        seen += [int(row.partition("</td>")[0].removeprefix("$")) for row in rows]
        following = page.partition('rel="next" href="?')[2].partition('"')[0]
    assert seen == list(range(60, 0, -1))


def test_one_members_lines_of_an_account(desk, oak_street, bakery, books):
    path = account(oak_street, "receivable").get_absolute_url()
    page = desk.get(f"{path}?party={bakery.pk}")
    assert "With all entries $100" in words(page)
    assert "Ben's Bakery Show everybody" in words(page)
    assert "By card" not in words(page)


# --- the file and the neighbours ----------------------------------------------------------


def test_the_button_exports_what_is_shown(desk, oak_street, books):
    started = desk.post("/staff/ledger/export/", {"kind": "payment", "since": "x"})
    with in_alliance(oak_street):
        job = JobProgress.objects.get()
    assert (started["Location"], job.total) == (f"/staff/jobs/{job.pk}/", 1)
    assert desk.get("/staff/ledger/export/").status_code == 405


def test_the_neighbours_entries_and_accounts_are_not_found(desk, neighbour, books):
    with in_alliance(neighbour.alliance):
        theirs = Entry.objects.get(key="invoice:1").get_absolute_url()
        account_of_theirs = Account.objects.get(key="dues").get_absolute_url()
    paths = [theirs, f"{theirs}reversal/", account_of_theirs]
    assert [desk.get(path).status_code for path in paths] == [404] * 3
    assert desk.post(f"{theirs}reversal/", {"reason": "Not ours."}).status_code == 404


READERS = {"owner", "treasurer", "auditor"}
WRITERS = {"owner", "treasurer"}
MAY = {
    JOURNAL: READERS,
    "/staff/ledger/entries/{moved}/": READERS,
    "/staff/ledger/accounts/{bank}/": READERS,
    "/staff/ledger/trial-balance/": READERS,
    "/staff/ledger/integrity/": READERS,
    "/staff/ledger/moves/new/": WRITERS,
    "/staff/ledger/entries/{moved}/reversal/": WRITERS,
}


def test_who_may_come(visit, oak_street, books, ada, neighbour):
    values = {"moved": books["moved"].pk, "bank": account(oak_street, "bank").pk}
    browsers = {}
    for role in Role.values:
        person = type(ada.person).objects.create_user(email=f"{role}@example.net", password="x")
        with in_alliance(oak_street):
            browsers[role] = visit(oak_street, give_seat(person=person, role=Role(role), by=None))
    for path, may in MAY.items():
        here = path.format(**values)
        assert visit(oak_street).get(here)["Location"].startswith("/accounts/login/")
        assert visit(oak_street, neighbour.director).get(here).status_code == 404
        assert {role for role, b in browsers.items() if b.get(here).status_code == 200} == may
    export = {r for r, b in browsers.items() if b.post("/staff/ledger/export/").status_code == 302}
    assert export == READERS
