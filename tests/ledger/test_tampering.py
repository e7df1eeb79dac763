"""Thousands of entries with refunds and reversals; then somebody with the owner's login.

COMMONWEAL_HYPOTHESIS=long writes 10,000 entries instead of 500.
"""

import os
from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest
from django.db import connection, transaction
from psycopg2.extensions import parse_dsn

from alliance.tenancy.scope import in_alliance
from ledger.chart import BANK, CARD, CARD_FEES, CASH, CHART, DUES, RECEIVABLE
from ledger.models import Entry, EntryKind
from ledger.queries import balance_minor, check_chain, trial_balance
from ledger.queries.journal import entries, sealed
from ledger.seal import verify
from ledger.services import Amount, Draft, post_all, reverse

pytestmark = pytest.mark.django_db(transaction=True)

COUNT = 10_000 if os.environ.get("COMMONWEAL_HYPOTHESIS") == "long" else 500
KINDS = (EntryKind.INVOICE, EntryKind.PAYMENT, EntryKind.REFUND, EntryKind.ADJUSTMENT)


def some_draft(chance: Random, number: int) -> Draft:
    """An invoice, a payment with its fee, a refund, or money moved."""
    minor = chance.randrange(1, 50_000_00)
    kind, place = chance.choice(KINDS), chance.choice((BANK, CASH, CARD))
    fee = chance.randrange(minor) if place is CARD else 0
    signed = {
        EntryKind.INVOICE: [(RECEIVABLE, minor), (DUES, -minor)],
        EntryKind.PAYMENT: [(place, minor - fee), (CARD_FEES, fee), (RECEIVABLE, -minor)],
        EntryKind.REFUND: [(RECEIVABLE, minor), (CARD_FEES, -fee), (place, fee - minor)],
        EntryKind.ADJUSTMENT: [(BANK, minor), (place if place is not BANK else CASH, -minor)],
    }
    lines = [Amount(account, amount) for account, amount in signed[kind]]
    return Draft(f"{kind}:{number}", kind, f"Number {number} “x”", lines)


@pytest.fixture
def sums(oak_street, neighbour, ada) -> Counter[str]:
    """COUNT entries, a tenth of them reversals; each account's sum, added up beside the books."""
    chance, found = Random(20_260_331), Counter()
    drafts = [some_draft(chance, n) for n in range(COUNT * 9 // 10)]
    with in_alliance(oak_street):
        made = post_all(drafts, by=ada)
        for draft in drafts:
            found.update({line.account.key: 0 for line in draft.lines})
            for line in draft.lines:
                found[line.account.key] += line.amount_minor
        for place in chance.sample(range(len(made)), COUNT // 10):
            reverse(entry=made[place], reason="Taken back.", by=ada)
            for line in drafts[place].lines:
                found[line.account.key] -= line.amount_minor
    return found


@pytest.fixture
def as_owner(sums) -> Iterator[None]:
    """Signed in as the tables' owner, whom neither grants nor policies hold."""
    owner = parse_dsn(os.environ["OWNER_DATABASE_URL"])
    kept = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(USER=owner["user"], PASSWORD=owner["password"])
    yield
    connection.close()
    connection.settings_dict.update(kept)


def verdict():
    found = entries().order_by("number").prefetch_related("lines")
    return verify(sealed(entry, list(entry.lines.all())) for entry in found.iterator(500))


def test_the_books_are_what_was_posted_and_the_chain_is_whole(oak_street, neighbour, sums):
    with in_alliance(oak_street):
        balance = trial_balance()
        assert balance.is_balanced
        assert {row.account.key: row.amount_minor for row in balance.rows} == {
            key: sums[key] for key in sums
        }
        assert sum(sums.values()) == 0
        assert {key: balance_minor(CHART[key]) for key in sums} == dict(sums)
        check = check_chain()
        assert (check.entries, check.broken_at) == (COUNT, None)
        in_python = verdict()
        assert (in_python.entries, in_python.broken_at) == (COUNT, None)
        assert in_python.head == check.head == Entry.objects.get(number=COUNT).hash
    with in_alliance(neighbour.alliance):
        assert (check_chain().entries, check_chain().is_whole) == (3, True)


# What the owner does, to the entry with which number; the first number that no longer fits.
AT = COUNT // 3
LINE = (
    "(SELECT l.id FROM ledger_line l JOIN ledger_entry e ON e.id = l.entry_id "
    "WHERE e.number = %(at)s AND e.alliance_id = %(alliance)s ORDER BY l.position LIMIT 1)"
)
CHANGE = "UPDATE ledger_line SET"
ONE = "WHERE number = %(at)s AND alliance_id = %(alliance)s"
TAMPERING = {
    "another amount": (
        f"UPDATE ledger_line SET amount_minor = amount_minor + 1 WHERE id = {LINE}",
        0,
    ),
    "another account": (
        f"{CHANGE} account_id = (SELECT id FROM ledger_account WHERE key = 'card_fees' "
        f"AND alliance_id = %(alliance)s) WHERE id = {LINE}",
        0,
    ),
    "whom it concerns": (f"{CHANGE} party = gen_random_uuid() WHERE id = {LINE}", 0),
    "a note": (f"{CHANGE} memo = 'x' WHERE id = {LINE}", 0),
    "a line taken out": (f"DELETE FROM ledger_line WHERE id = {LINE}", 0),
    "other words": (f"UPDATE ledger_entry SET memo = memo || ' ' {ONE}", 0),
    "another day": (f'UPDATE ledger_entry SET "on" = "on" - 1 {ONE}', 0),
    "another moment": (f"UPDATE ledger_entry SET at = at - interval '1 microsecond' {ONE}", 0),
    "another cause": (f"UPDATE ledger_entry SET key = 'x' {ONE}", 0),
    "another seal": (f"UPDATE ledger_entry SET hash = repeat('0', 64) {ONE}", 0),
    "sealed anew after a change": (
        f"UPDATE ledger_entry SET memo = 'x' {ONE}; "
        f"UPDATE ledger_entry e SET hash = ledger_digest(e) {ONE}",
        1,
    ),
    "an entry taken out": (
        f"DELETE FROM ledger_line WHERE entry_id = (SELECT id FROM ledger_entry {ONE}); "
        f"DELETE FROM ledger_entry {ONE}",
        1,
    ),
    "two entries that change places": (
        f"UPDATE ledger_entry SET number = -1 {ONE}; "
        "UPDATE ledger_entry SET number = %(at)s WHERE number = %(at)s + 1 "
        "AND alliance_id = %(alliance)s; "
        "UPDATE ledger_entry SET number = %(at)s + 1 WHERE number = -1",
        0,
    ),
}


def test_each_tampering_is_found_at_its_number(oak_street, as_owner):
    found = {}
    for what, (statement, _after) in TAMPERING.items():
        with in_alliance(oak_street):
            with connection.cursor() as cursor:
                cursor.execute(statement, {"at": AT, "alliance": oak_street.pk})
            found[what] = (check_chain().broken_at, verdict().broken_at)
            transaction.set_rollback(True)
    # An entry gone is a gap to the database and an excerpt to whoever reads a file of it.
    wanted = {what: (AT + after, AT + after) for what, (_s, after) in TAMPERING.items()}
    wanted["an entry taken out"] = (AT + 1, None)
    assert found == wanted


def test_the_part_that_is_looked_at_is_what_is_checked(oak_street, as_owner):
    with in_alliance(oak_street):
        with connection.cursor() as cursor:
            cursor.execute(TAMPERING["other words"][0], {"at": AT, "alliance": oak_street.pk})
        parts = [(AT, None), (AT - 1, None), (COUNT, 10), (AT + 5, 10), (AT + 5, 5)]
        found = [check_chain(until=until, count=count) for until, count in parts]
        assert [(c.first, c.last, c.broken_at) for c in found] == [
            (1, AT, AT),
            (1, AT - 1, None),
            (COUNT - 9, COUNT, None),
            (AT - 4, AT + 5, AT),
            (AT + 1, AT + 5, None),
        ]
        transaction.set_rollback(True)


def test_a_chain_written_anew_is_whole_but_has_another_head(oak_street, as_owner):
    """What no chain shows by itself: hence the head in the minutes."""
    with in_alliance(oak_street):
        head = check_chain().head
        with connection.cursor() as cursor:
            cursor.execute(TAMPERING["other words"][0], {"at": AT, "alliance": oak_street.pk})
            for number in range(AT, COUNT + 1):
                cursor.execute(
                    "UPDATE ledger_entry e SET previous_hash = b.hash FROM ledger_entry b "
                    "WHERE e.number = %s AND b.number = e.number - 1 "
                    "AND e.alliance_id = %s AND b.alliance_id = e.alliance_id",
                    [number, oak_street.pk],
                )
                cursor.execute(
                    "UPDATE ledger_entry e SET hash = ledger_digest(e) "
                    "WHERE number = %s AND alliance_id = %s",
                    [number, oak_street.pk],
                )
        check = check_chain()
        assert (check.is_whole, check.head == head) == (True, False)
        transaction.set_rollback(True)
