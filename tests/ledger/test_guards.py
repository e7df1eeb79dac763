"""What the database refuses the application's own role, each with its control.

Each attempt runs as `commonweal_app`, in a transaction of the administrator
that is undone. The control takes the guard away first: then the same attempt
goes through.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest

from alliance.models import Seat
from alliance.tenancy.scope import in_alliance
from ledger.models import Account
from ledger.services import post
from tests.architecture.catalogue import APP
from tests.factories import ledger as make

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "019a0000-0000-7000-8000-000000000001"
ENTRY = (
    'INSERT INTO ledger_entry (id, alliance_id, at, "on", kind, currency, memo, key) '
    f"VALUES ('{NEW}', %(ours)s, now(), '2026-03-31', 'payment', 'USD', 'x', 'x')"
)


def line(
    amount: int, position: int, *, entry: str = NEW, account: str = "account", of: str = "ours"
) -> str:
    """Adds a line; `account` and `of` name values of the scene."""
    return (
        "INSERT INTO ledger_line (id, alliance_id, entry_id, position, account_id, amount_minor, "
        f"memo) VALUES (gen_random_uuid(), %({of})s, '{entry}', {position}, %({account})s, "
        f"{amount}, '')"
    )


def drop(*triggers: str) -> str:
    tables = {"ledger_seal": "ledger_entry", "ledger_entry_balanced": "ledger_entry"}
    return "; ".join(f"DROP TRIGGER {t} ON {tables.get(t, 'ledger_line')}" for t in triggers)


BALANCED = ("ledger_entry_balanced", "ledger_line_balanced")
TWO_LINES = [line(5, 1), line(-5, 2, account="dues")]
LATE = [line(5, 3, entry="{entry}"), line(-5, 4, entry="{entry}", account="dues")]
GRANT = f"GRANT UPDATE, DELETE, TRUNCATE ON ledger_entry, ledger_line, ledger_account TO {APP}"
NO_POLICY = "ALTER TABLE ledger_line DISABLE ROW LEVEL SECURITY"

# What is tried, what the database says, and what must be away for it to go through.
ATTEMPTS = {
    "an entry whose lines sum to something": (
        [line(5, 1), line(-4, 2, account="dues"), ENTRY],
        "does not balance",
        drop(*BALANCED),
    ),
    "an entry without lines": ([ENTRY], "does not balance", drop("ledger_entry_balanced")),
    "an entry of one line": ([line(5, 1), ENTRY], "does not balance", drop(*BALANCED)),
    "a line more in a sealed entry": (
        LATE,
        "is sealed",
        drop("ledger_closed", "ledger_line_balanced"),
    ),
    "a line after its entry": (
        [ENTRY, *TWO_LINES],
        "is sealed",
        drop("ledger_closed", "ledger_line_balanced"),
    ),
    "lines without an entry": (
        TWO_LINES,
        "ledger_line_entry_id_same_alliance",
        drop("ledger_line_balanced")
        + "; ALTER TABLE ledger_line DROP CONSTRAINT ledger_line_entry_id_same_alliance",
    ),
    "a line of nothing": (
        [line(0, 1), line(5, 2), line(-5, 3, account="dues"), ENTRY],
        "line_amount_not_zero",
        "ALTER TABLE ledger_line DROP CONSTRAINT line_amount_not_zero",
    ),
    "another amount": (
        ["UPDATE ledger_line SET amount_minor = amount_minor * 2"],
        "permission denied",
        GRANT,
    ),
    "another memo": (["UPDATE ledger_entry SET memo = 'y'"], "permission denied", GRANT),
    "another seal": (["UPDATE ledger_entry SET hash = ''"], "permission denied", GRANT),
    "another account's name": (
        ["UPDATE ledger_account SET key = key || 'x'"],
        "permission denied",
        GRANT,
    ),
    "lines taken out": (["DELETE FROM ledger_line"], "permission denied", GRANT),
    "an entry taken out": (
        ["DELETE FROM ledger_line", "DELETE FROM ledger_entry"],
        "permission denied",
        GRANT,
    ),
    "everything taken out": (["TRUNCATE ledger_entry, ledger_line"], "permission denied", GRANT),
    "the guards switched off": (
        ["ALTER TABLE ledger_line DISABLE TRIGGER USER"],
        "must be owner",
        f"ALTER TABLE ledger_line OWNER TO {APP}",
    ),
    "a line on the neighbour's account": (
        [line(5, 1, account="their_account"), line(-5, 2, account="dues"), ENTRY],
        "ledger_line_account_id_same_alliance",
        "ALTER TABLE ledger_line DROP CONSTRAINT ledger_line_account_id_same_alliance",
    ),
    "a line in the neighbour's name": (
        [line(5, 1, of="theirs"), line(-5, 2, account="dues", of="theirs")],
        "row-level security",
        f"{NO_POLICY}; {drop('ledger_line_balanced')}; "
        "ALTER TABLE ledger_line DROP CONSTRAINT ledger_line_entry_id_same_alliance, "
        "DROP CONSTRAINT ledger_line_account_id_same_alliance",
    ),
    "a reversal of the neighbour's entry": (
        [
            *TWO_LINES,
            ENTRY.replace(", key)", ", key, reverses_id)").replace("'x')", "'x', %(their_entry)s)"),
        ],
        "ledger_entry_reverses_id_same_alliance",
        "ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_reverses_id_same_alliance",
    ),
    "one cause twice": (
        [*TWO_LINES, ENTRY.replace("'x')", "'one')")],
        "entry_key_once",
        "ALTER TABLE ledger_entry DROP CONSTRAINT entry_key_once",
    ),
}


@pytest.fixture
def scene(oak_street: Any, neighbour: SimpleNamespace, ada: Seat) -> dict[str, str]:
    """An entry in each alliance, committed; the ids that the attempts need."""
    with in_alliance(oak_street):
        entry = post(make.dues("one"), by=ada)
        accounts = {account.key: account.pk for account in Account.objects.all()}
    with in_alliance(neighbour.alliance):
        theirs = post(make.dues("one", 7_00), by=neighbour.director)
        their_account = Account.objects.get(key="dues").pk
    found = {
        "ours": oak_street.pk,
        "entry": entry.pk,
        "account": accounts["receivable"],
        "dues": accounts["dues"],
        "theirs": neighbour.alliance.pk,
        "their_entry": theirs.pk,
        "their_account": their_account,
    }
    return {name: str(value) for name, value in found.items()}


@contextmanager
def undone() -> Iterator[Any]:
    """The administrator in this process's database; whatever it does is undone."""
    connection = psycopg2.connect(os.environ["ADMIN_DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20s'")
            yield cursor
    finally:
        connection.rollback()
        connection.close()


def attempt(cursor: Any, scene: dict[str, str], statements: list[str]) -> None:
    """As the application, inside oak_street, up to what a commit would check."""
    cursor.execute(f"SET LOCAL ROLE {APP}")
    cursor.execute("SET LOCAL app.alliance = %s", [scene["ours"]])
    for statement in statements:
        cursor.execute(statement.replace("{entry}", scene["entry"]), scene)
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def answer(scene: dict[str, str], statements: list[str], *, without: str = "") -> str:
    """What the database says to an attempt; "" if it goes through."""
    with undone() as cursor:
        if without:
            cursor.execute(without)
        try:
            attempt(cursor, scene, statements)
        except psycopg2.Error as error:
            return str(error)
    return ""


def test_the_database_refuses_each_attempt(scene: dict[str, str]) -> None:
    said = {what: answer(scene, statements) for what, (statements, _w, _g) in ATTEMPTS.items()}
    wanted = {what: words for what, (_s, words, _g) in ATTEMPTS.items()}
    assert {what: said[what] for what in wanted if wanted[what] not in said[what]} == {}


def test_control_without_its_guard_each_goes_through(scene: dict[str, str]) -> None:
    said = {
        what: answer(scene, statements, without=guard)
        for what, (statements, _w, guard) in ATTEMPTS.items()
    }
    assert {what: words for what, words in said.items() if words} == {}


def test_the_same_by_the_rules_goes_through(scene: dict[str, str]) -> None:
    assert answer(scene, [*TWO_LINES, ENTRY]) == ""


def test_either_of_the_two_that_balance_is_enough(scene: dict[str, str]) -> None:
    unbalanced = [line(5, 1), line(-4, 2, account="dues"), ENTRY]
    for guard in BALANCED:
        assert "does not balance" in answer(scene, unbalanced, without=drop(guard))


LIE = ENTRY.replace(", key)", ", key, number, hash, previous_hash)").replace(
    "'x')", "'x', 99, 'mine', 'mine')"
)


def told(cursor: Any) -> tuple[Any, ...]:
    cursor.execute("SELECT number, hash, previous_hash FROM ledger_entry WHERE id = %s", [NEW])
    return tuple(cursor.fetchone())


def test_a_number_and_a_seal_of_ones_own_are_overwritten(scene: dict[str, str]) -> None:
    with undone() as cursor:
        attempt(cursor, scene, [*TWO_LINES, LIE])
        number, seal, before = told(cursor)
        cursor.execute("SELECT hash FROM ledger_entry WHERE id = %s", [scene["entry"]])
        assert (number, before, len(seal)) == (2, cursor.fetchone()[0], 64)


def test_control_without_the_seal_they_would_stand(scene: dict[str, str]) -> None:
    with undone() as cursor:
        cursor.execute(drop("ledger_seal", *BALANCED))
        attempt(cursor, scene, [*TWO_LINES, LIE])
        assert told(cursor) == (99, "mine", "mine")


def test_the_neighbours_books_are_neither_seen_nor_touched(scene: dict[str, str]) -> None:
    counts = "SELECT count(*), (SELECT count(*) FROM ledger_line) FROM ledger_entry"
    with undone() as cursor:
        cursor.execute(counts)
        assert cursor.fetchone() == (5, 10)
        cursor.execute(GRANT)
        attempt(cursor, scene, ["UPDATE ledger_line SET memo = 'seen'"])
        cursor.execute(counts)
        assert cursor.fetchone() == (1, 2)
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT DISTINCT alliance_id::text FROM ledger_line WHERE memo = 'seen'")
        assert cursor.fetchall() == [(scene["ours"],)]
