"""The API: entries with their lines, accounts with their balances, for readers and keys."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from alliance import clock
from alliance.models import Role
from alliance.services import keys
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from ledger import seal
from ledger.models import Account, Entry
from ledger.seal import Sealed
from ledger.services import post, post_all, reverse
from tests.conftest import _person
from tests.factories import ledger as make
from tests.pledges.test_api_schema import NASTY

pytestmark = pytest.mark.usefixtures("neighbour")

ENTRIES, ACCOUNTS = "/api/v1/entries/", "/api/v1/accounts/"
PROBLEM = "application/problem+json"
HEADER = ["number", "id", "at", "on", "kind", "currency", "memo", "key", "reverses", "seat"]


@pytest.fixture
def books(oak_street, neighbour, bakery, ada):
    """An invoice of January, a payment of February, a reversal; the neighbour's own."""
    with in_alliance(oak_street):
        invoice = post(make.dues(party=bakery.pk, on=date(2026, 1, 15)), by=ada)
        with clock.at(datetime(2026, 2, 1, 9, 0, tzinfo=UTC)):  # not a microsecond more
            paid = post(make.payment(fee=3_20, on=date(2026, 2, 1)), by=None)
        back = reverse(entry=invoice, reason="Wrong.", by=ada)
    with in_alliance(neighbour.alliance):
        post(make.dues(minor=777_00), by=neighbour.director)
    return invoice, paid, back


@pytest.fixture
def make_key(oak_street, ada):
    """`make_key("ledger:read")`: the header of a key with this scope."""

    def make_one(scope: str, alliance=oak_street, by=ada) -> dict[str, str]:
        with in_alliance(alliance):
            _key, secret = keys.make_key(name="A program", scopes=[scope], days=30, by=by)
        return {"authorization": f"Bearer {secret}"}

    return make_one


@pytest.fixture
def read(visit, oak_street, ada):
    """`read(path)`: what Ada gets."""
    return lambda path: visit(oak_street, ada).get(path).json()


def test_an_entry_with_its_lines(read, oak_street, ada, bakery, books):
    invoice, paid, _back = books
    with in_alliance(oak_street):
        accounts = {account.code: str(account.pk) for account in Account.objects.all()}
    body = read(f"{ENTRIES}{invoice.pk}/")
    assert body.pop("at")
    assert body == {
        "id": str(invoice.pk),
        "number": 1,
        "on": "2026-01-15",
        "kind": "invoice",
        "currency": "USD",
        "memo": "Dues 2026",
        "key": "invoice:1",
        "reverses": None,
        "seat": str(ada.pk),
        "previous_hash": "",
        "hash": invoice.hash,
        "lines": [
            {
                "position": position,
                "account": code,
                "account_id": accounts[code],
                "amount_minor": minor,
                "party": str(bakery.pk),
                "memo": "",
            }
            for position, code, minor in ((1, "1200", 100_00), (2, "4000", -100_00))
        ],
    }
    assert read(f"{ENTRIES}{paid.pk}/")["seat"] is None


def test_entries_come_highest_number_first_and_page_by_page(read, oak_street, ada, books):
    with in_alliance(oak_street):
        post_all([make.dues(f"d{n}") for n in range(60)], by=ada)
    numbers, path = [], f"{ENTRIES}?page_size=20"
    while path:
        page = read(path)
        numbers += [entry["number"] for entry in page["results"]]
        path = page["next"]
    assert numbers == list(range(63, 0, -1))


def test_which_entries(read, oak_street, bakery, books):
    with in_alliance(oak_street):
        fees = Account.objects.get(key="card_fees").pk
    asked = {
        f"account={fees}": [2],
        f"party={bakery.pk}": [3, 1],
        f"party={uuid4()}": [],
        "kind=payment": [2],
        "kind=": [3, 2, 1],
        "until=2026-02-01": [2, 1],
        "since=2026-02-01&until=2026-02-01": [2],
    }
    found = {
        query: [entry["number"] for entry in read(f"{ENTRIES}?{query}")["results"]]
        for query in asked
    }
    assert found == asked


def test_a_program_can_verify_the_chain(visit, oak_street, books, make_key):
    page = visit(oak_street).get(ENTRIES, headers=make_key("ledger:read")).json()
    chain = [
        Sealed(
            number=e["number"],
            previous_hash=e["previous_hash"],
            hash=e["hash"],
            header=[str(e[name] if e[name] is not None else "") for name in HEADER],
            lines=[
                [
                    str(line[name] if line[name] is not None else "")
                    for name in ("position", "account_id", "amount_minor", "party", "memo")
                ]
                for line in e["lines"]
            ],
        )
        for e in reversed(page["results"])
    ]
    found = seal.verify(chain)
    assert (found.entries, found.broken_at) == (3, None)


def test_accounts_with_their_balances(read, books):
    page = read(ACCOUNTS)
    shown = [(row["code"], row["key"], row["name"], row["kind"]) for row in page["results"]]
    assert shown == [
        ("1000", "bank", "Bank", "asset"),
        ("1200", "receivable", "Dues receivable", "asset"),
        ("4000", "dues", "Dues", "income"),
        ("5100", "card_fees", "Card fees", "expense"),
    ]
    assert [row["balance_minor"] for row in page["results"]] == [96_80, -100_00, 0, 3_20]
    assert [row["balance_minor"] for row in read(f"{ACCOUNTS}?on=2026-01-31")["results"]] == [
        0,
        100_00,
        -100_00,
        0,
    ]
    bank = page["results"][0]
    assert read(f"{ACCOUNTS}{bank['id']}/") == bank


@pytest.mark.parametrize("path", [ENTRIES, ACCOUNTS])
def test_who_reads_the_books(visit, oak_street, ada, ben, cleo, neighbour, books, path):
    with in_alliance(oak_street):
        tess = give_seat(person=_person("Tess"), role=Role.TREASURER, by=None)
        otto = give_seat(person=_person("Otto"), role=Role.AUDITOR, by=None)
    people = {"ada": ada, "tess": tess, "otto": otto, "cleo": cleo, "ben": ben}
    people |= {"dan": neighbour.dan, "flora": neighbour.director, "nobody": None}
    found = {name: visit(oak_street, who).get(path) for name, who in people.items()}
    assert {name: answer.status_code for name, answer in found.items()} == {
        **dict.fromkeys(("ada", "tess", "otto"), 200),
        **dict.fromkeys(("cleo", "ben", "dan", "flora"), 403),
        "nobody": 401,
    }
    assert found["cleo"]["Content-Type"] == PROBLEM


@pytest.mark.parametrize("path", [ENTRIES, ACCOUNTS])
def test_which_key_reads_the_books(visit, oak_street, neighbour, books, make_key, path):
    theirs = make_key("ledger:read", alliance=neighbour.alliance, by=neighbour.director)
    headers = [make_key("ledger:read"), make_key("pledges:read"), theirs]
    program = visit(oak_street)
    assert [program.get(path, headers=h).status_code for h in headers] == [200, 403, 401]


def test_the_neighbours_and_none_are_alike(visit, oak_street, neighbour, books, make_key):
    with in_alliance(neighbour.alliance):
        entry, account = Entry.objects.first().pk, Account.objects.first().pk
    program, header = visit(oak_street), make_key("ledger:read")
    for path in (ENTRIES, ACCOUNTS):
        for pk in (entry, account, uuid4()):
            assert program.get(f"{path}{pk}/", headers=header).status_code == 404
    assert "77700" not in program.get(ENTRIES, headers=header).content.decode()
    query = {"account": str(account)}
    assert program.get(ENTRIES, query, headers=header).json()["results"] == []


WRONG = {
    ENTRIES: ["since=x", "until=2026-02-30", "account=x", "party=1", "kind=loud", "since=%00"],
    ACCOUNTS: ["on=x", "on=2026-02-30", "on=%00"],
}


@pytest.mark.parametrize("path", WRONG)
def test_what_cannot_be_read_is_said(visit, oak_street, ada, books, path):
    for query in WRONG[path]:
        answer = visit(oak_street, ada).get(f"{path}?{query}")
        assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM), query


@pytest.mark.parametrize("path", [ENTRIES, ACCOUNTS])
def test_a_cursor_that_we_did_not_write(visit, oak_street, ada, books, path):
    # p=x, p=1|2, p=10 nines more than any number has, p=NUL, garbage
    for cursor in ("cD14", "cD0tMQ==", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "cD0A", "xyz"):
        answer = visit(oak_street, ada).get(f"{path}?cursor={cursor}")
        is_text = path == ACCOUNTS and cursor in ("cD14", "cD0tMQ==")
        long_text = path == ACCOUNTS and cursor.startswith("cD05")
        assert answer.status_code == (200 if is_text or long_text else 404), cursor


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_is_written_by_the_api(visit, oak_street, ada, books, make_key, method):
    invoice = books[0]
    for path in (ENTRIES, ACCOUNTS, f"{ENTRIES}{invoice.pk}/"):
        for who, headers in ((ada, {}), (None, make_key("ledger:read"))):
            answer = getattr(visit(oak_street, who), method)(path, headers=headers)
            assert answer.status_code in (403, 405)


PARAMETERS = {
    ENTRIES: ["account", "party", "since", "until", "kind", "cursor", "page_size"],
    ACCOUNTS: ["on", "cursor", "page_size"],
}


@pytest.mark.parametrize("path", PARAMETERS)
def test_whatever_a_program_sends_it_gets_an_answer(visit, oak_street, ada, books, path):
    browser = visit(oak_street, ada)
    found = {
        (name, value): browser.get(path, {name: value}).status_code
        for name in PARAMETERS[path]
        for value in NASTY
    }
    assert {asked: status for asked, status in found.items() if status not in (200, 400, 404)} == {}
