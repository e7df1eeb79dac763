"""Treasurers, programs and a meddler in any order, on the real database, as its application.

After every step the books are compared with what was posted.
COMMONWEAL_HYPOTHESIS=long walks 2,000 × 50 steps instead of 20 × 25.
"""

import os
from collections import Counter
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from alliance.models import Seat
from alliance.tenancy.models import uuid7
from alliance.tenancy.scope import in_alliance
from ledger.chart import CHART
from ledger.models import Account, Entry, EntryKind, Line
from ledger.queries import balance_minor, check_chain, trial_balance
from ledger.queries.journal import entries, sealed
from ledger.seal import verify
from ledger.services import Amount, Draft, journal, post, post_all, reverse
from tests.factories import ledger as make

LONG = os.environ.get("COMMONWEAL_HYPOTHESIS") == "long"
WALK = settings(
    max_examples=2_000 if LONG else 20,
    stateful_step_count=50 if LONG else 25,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
WHICH = st.integers(0, 15)
ACCOUNTS = st.sampled_from(sorted(CHART))
AMOUNTS = st.integers(-10_000_00, 10_000_00).filter(bool)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
MEDDLING = [
    "UPDATE ledger_line SET amount_minor = amount_minor * 2",
    "UPDATE ledger_entry SET memo = 'something else'",
    "UPDATE ledger_account SET kind = 'income'",
    "DELETE FROM ledger_line",
    "DELETE FROM ledger_entry WHERE number = 1",
    "TRUNCATE ledger_entry, ledger_line, ledger_account",
    "ALTER TABLE ledger_entry DISABLE TRIGGER USER",
    "DROP TRIGGER ledger_seal ON ledger_entry",
]


@st.composite
def amounts(draw) -> list[Amount]:
    """Lines on any accounts that sum to zero; some of nothing, some concerning somebody."""
    found = [
        Amount(CHART[draw(ACCOUNTS)], minor, draw(st.sampled_from([None, uuid7()])), draw(WORDS))
        for minor in draw(st.lists(st.one_of(AMOUNTS, st.just(0)), min_size=1, max_size=4))
    ]
    rest = -sum(amount.amount_minor for amount in found)
    return [*found, Amount(CHART[draw(ACCOUNTS)], rest)]


class Books(RuleBasedStateMachine):
    """One alliance's books; `ada` and `neighbour` are set by the test."""

    ada: Seat
    neighbour: SimpleNamespace

    def __init__(self) -> None:
        super().__init__()
        self.run = transaction.atomic()
        self.run.__enter__()
        self.posted: list[Entry] = []
        self.reversed: set[int] = set()
        self.sums: Counter[str] = Counter()

    @initialize()
    def next_door(self):
        """The neighbour has books too."""
        with in_alliance(self.neighbour.alliance):
            self.theirs = post(make.dues("theirs", 7_00), by=self.neighbour.director)
            self.their_account = Account.objects.get(key="dues")
            self.their_dues = balance_minor(CHART["dues"])

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.run.__exit__(None, None, None)

    def draft(self, lines: list[Amount], memo: str = "") -> Draft:
        return Draft(f"k{len(self.posted)}:{uuid7()}", EntryKind.PAYMENT, memo, lines)

    def remember(self, entry: Entry, lines: list[Amount], sign: int = 1) -> None:
        self.posted.append(entry)
        for amount in lines:
            self.sums[amount.account.key] += sign * amount.amount_minor

    # --- by the rules -----------------------------------------------------------

    @rule(lines=amounts(), memo=WORDS)
    def post_one(self, lines, memo):
        draft = self.draft(lines, memo)
        if any(amount.amount_minor for amount in lines):
            self.remember(post(draft, by=self.ada), lines)
        else:
            with pytest.raises(ValueError, match="do not balance"):
                post(draft, by=self.ada)

    @rule(several=st.lists(amounts(), min_size=1, max_size=4))
    def post_several(self, several):
        several = [lines for lines in several if any(amount.amount_minor for amount in lines)]
        made = post_all([self.draft(lines) for lines in several], by=None)
        for entry, lines in zip(made, several, strict=True):
            self.remember(entry, lines)

    @rule(which=WHICH, lines=amounts())
    def replay(self, which, lines):
        if self.posted:
            entry = self.posted[which % len(self.posted)]
            again = Draft(entry.key, EntryKind.REFUND, "again", lines)
            assert post(again, by=self.ada) == entry

    @rule(which=WHICH)
    def take_back(self, which):
        ours = [entry for entry in self.posted if not entry.reverses_id]
        if ours:
            entry = ours[which % len(ours)]
            lines = [Amount(CHART[li.account.key], li.amount_minor) for li in entry.lines.all()]
            reversal = reverse(entry=entry, reason="Wrong.", by=self.ada)
            if entry.number not in self.reversed:
                self.reversed.add(entry.number)
                self.remember(reversal, lines, sign=-1)

    # --- against them -----------------------------------------------------------

    @rule(minor=AMOUNTS, account=ACCOUNTS)
    def unbalanced(self, minor, account):
        where = journal.account(CHART[account])
        with pytest.raises(DatabaseError, match="does not balance"):
            self.write([(where, minor), (where, -minor - 1 or 7)])

    @rule(which=WHICH, minor=AMOUNTS)
    def add_to_a_sealed_one(self, which, minor):
        if self.posted:
            entry = self.posted[which % len(self.posted)]
            where = entry.lines.first().account
            with pytest.raises(DatabaseError, match="is sealed"), transaction.atomic():
                Line.objects.create(entry=entry, position=90, account=where, amount_minor=minor)

    @rule(statement=st.sampled_from(MEDDLING))
    def meddle(self, statement):
        with (
            pytest.raises(DatabaseError, match=r"permission denied|must be owner"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

    @rule(which=WHICH)
    def lie_about_the_number(self, which):
        where = [journal.account(CHART[key]) for key in ("bank", "dues")]
        lie = {"number": which, "hash": "0" * 64, "previous_hash": "1" * 64}
        entry = self.write([(where[0], 5), (where[1], -5)], **lie)
        lines = [Amount(CHART["bank"], 5), Amount(CHART["dues"], -5)]
        self.remember(Entry.objects.get(pk=entry.pk), lines)

    @rule()
    def reach_for_the_neighbours(self):
        assert not Entry.objects.filter(pk=self.theirs.pk).exists()
        own = journal.account(CHART["bank"])
        with pytest.raises(DatabaseError, match="same_alliance"):
            self.write([(own, 5), (self.their_account, -5)])

    @transaction.atomic
    def write(self, parts, **fields):
        """An entry past the services, up to what a commit would check."""
        told = {"on": "2026-03-31", "kind": "payment", "currency": "USD", "memo": "x"}
        entry = Entry(**told, key=f"w{uuid7()}", **fields)
        for position, (account, minor) in enumerate(parts):
            Line.objects.create(entry=entry, position=position, account=account, amount_minor=minor)
        entry.save(force_insert=True)
        self.commit()
        return entry

    # --- what is true after each ------------------------------------------------

    @staticmethod
    def commit() -> None:
        """What a commit would check."""
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    @invariant()
    def it_could_be_committed(self):
        self.commit()

    @invariant()
    def the_books_are_what_was_posted(self):
        balance = trial_balance()
        assert balance.is_balanced
        found = {row.account.key: row.amount_minor for row in balance.rows}
        assert sum(found.values()) == 0
        assert {key: minor for key, minor in found.items() if minor} == {
            key: minor for key, minor in self.sums.items() if minor
        }

    @invariant()
    def the_chain_is_whole(self):
        check = check_chain()
        assert (check.is_whole, check.entries) == (True, len(self.posted))
        found = list(entries().order_by("number").prefetch_related("lines"))
        assert [entry.number for entry in found] == list(range(1, len(self.posted) + 1))
        assert [entry.key for entry in found] == [entry.key for entry in self.posted]
        verdict = verify(sealed(entry, list(entry.lines.all())) for entry in found)
        assert (verdict.broken_at, verdict.head) == (None, check.head)

    @invariant()
    def the_neighbours_books_are_theirs(self):
        with in_alliance(self.neighbour.alliance):
            check = check_chain()
            told = (check.is_whole, check.entries, check.head)
            assert told == (True, self.theirs.number, self.theirs.hash)
            assert balance_minor(CHART["dues"]) == self.their_dues


@pytest.fixture
def walk(neighbour, in_oak_street, ada):
    here = type("OakStreetBooks", (Books,), {"ada": ada, "neighbour": neighbour})
    return lambda how: run_state_machine_as_test(here, settings=how)


def test_whatever_the_order(walk):
    walk(WALK)


BRIEF = settings(WALK, max_examples=40, stateful_step_count=20, phases=[Phase.generate])


def test_control_a_reversal_that_forgets_its_sign_is_found(walk, monkeypatch):
    monkeypatch.setattr(
        journal,
        "Amount",
        lambda account, minor, party, memo: Amount(account, -minor, party, memo),
    )
    with pytest.raises(AssertionError):
        walk(BRIEF)


def test_control_a_key_that_is_not_looked_for_is_found(walk, monkeypatch):
    post_new = journal._entry
    monkeypatch.setattr(
        journal,
        "_entry",
        lambda draft, by: post_new(Draft(**vars(draft) | {"key": str(uuid7())}), by=by),
    )
    with pytest.raises((AssertionError, KeyError)):
        walk(BRIEF)
