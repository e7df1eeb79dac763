"""Everybody at the same moment: numbers without gap, a chain without fork, and nothing slips in.

The guards are the alliance's lock and what is checked at commit; the controls
take them away and show what would happen.
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread

import psycopg2
import pytest
from django.db import IntegrityError, connection, connections, transaction

from alliance.tenancy.models import uuid7
from alliance.tenancy.scope import in_alliance
from ledger import services
from ledger.models import Account, Entry, Line
from ledger.queries import check_chain, trial_balance
from ledger.queries.journal import entries, sealed
from ledger.seal import verify
from ledger.services import post, post_all, reverse_adjustment
from tests.factories import ledger as make
from tests.pledges.at_once import at_once, broker_instead_of_eager, waiting_for_locks

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _real_broker():
    with broker_instead_of_eager():
        yield


@contextmanager
def without(change: str) -> Iterator[None]:
    """Changes something as the owner and puts all of the ledger's triggers back afterwards."""
    found = "SELECT pg_get_functiondef('ledger_seal'::regproc)"
    triggers = (
        "SELECT tgname, tgrelid::regclass, pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE NOT tgisinternal AND tgname LIKE 'ledger_%'"
    )
    with psycopg2.connect(os.environ["OWNER_DATABASE_URL"]) as owner, owner.cursor() as cursor:
        cursor.execute(found)
        function = cursor.fetchone()[0]
        cursor.execute(triggers)
        before = cursor.fetchall()
        cursor.execute(change)
    try:
        yield
    finally:
        with psycopg2.connect(os.environ["OWNER_DATABASE_URL"]) as owner, owner.cursor() as cursor:
            cursor.execute(function)
            for name, table, definition in before:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}; {definition}")


NO_LOCK = """
    CREATE OR REPLACE FUNCTION ledger_seal() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE before record;
    BEGIN
        SELECT number, hash INTO before FROM ledger_entry
            WHERE alliance_id = NEW.alliance_id ORDER BY number DESC LIMIT 1;
        NEW.number := coalesce(before.number, 0) + 1;
        NEW.previous_hash := coalesce(before.hash, '');
        NEW.hash := ledger_digest(NEW);
        RETURN NEW;
    END $$
"""


def is_one_chain(count: int) -> bool:
    """Numbers 1 to count, each sealed to the one before, by SQL and by Python."""
    found = list(entries().order_by("number").prefetch_related("lines"))
    assert [entry.number for entry in found] == list(range(1, count + 1))
    verdict = verify(sealed(entry, list(entry.lines.all())) for entry in found)
    return check_chain().is_whole and verdict.broken_at is None and trial_balance().is_balanced


def test_fifty_entries_at_once_are_one_chain(oak_street, neighbour, ada):
    with in_alliance(neighbour.alliance):
        before = check_chain()
    drafts = [make.dues(f"d{n}", 100 + n) for n in range(50)]
    answers = at_once(oak_street, [partial(post, draft, by=ada) for draft in drafts])
    assert Counter(type(answer).__name__ for answer in answers) == {"Entry": 50}
    with in_alliance(oak_street):
        assert is_one_chain(50)
        assert trial_balance().debit_minor == sum(100 + n for n in range(50))
    with in_alliance(neighbour.alliance):
        assert check_chain() == before


def test_batches_and_single_entries_at_once_are_one_chain(oak_street, ada):
    batches = [[make.payment(f"{b}:{n}", fee=n) for n in range(12)] for b in range(8)]
    acts = [partial(post_all, batch, by=ada) for batch in batches]
    acts += [partial(post, make.dues(f"d{n}"), by=ada) for n in range(16)]
    answers = at_once(oak_street, acts)
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    with in_alliance(oak_street):
        assert is_one_chain(8 * 12 + 16)
        for batch in answers[:8]:
            numbers = [entry.number for entry in Entry.objects.filter(pk__in=[e.pk for e in batch])]
            assert sorted(numbers) == list(range(min(numbers), min(numbers) + 12))


def test_one_cause_from_twenty_sides_is_one_entry(oak_street, ada):
    answers = at_once(oak_street, [partial(post, make.dues("the same"), by=ada)] * 20)
    assert len({answer.pk for answer in answers}) == 1
    with in_alliance(oak_street):
        assert is_one_chain(1)


def test_one_move_confirmed_ten_times_at_once_is_one_entry(oak_street, ada):
    press = partial(services.move, order=make.a_move(), key="the same form", by=ada)
    answers = at_once(oak_street, [press] * 10)
    assert len({answer.pk for answer in answers}) == 1
    again = partial(reverse_adjustment, entry=answers[0], reason="Wrong.", by=ada)
    reversals = at_once(oak_street, [again] * 10)
    assert len({reversal.pk for reversal in reversals}) == 1
    with in_alliance(oak_street):
        assert is_one_chain(2)


def second_while_the_first_is_open(alliance, ada) -> list[object]:
    """Posts, and has another connection post before the first commits; what that one got."""
    answers: list[object] = []

    def another() -> None:
        try:
            with in_alliance(alliance):
                answers.append(post(make.dues("second"), by=ada).number)
        except IntegrityError as error:
            answers.append(error)
        finally:
            connections.close_all()

    thread = Thread(target=another)
    with in_alliance(alliance):
        post(make.dues("first"), by=ada)
        thread.start()
        until = time.monotonic() + 60
        while waiting_for_locks() < 1:
            assert time.monotonic() < until
    thread.join()
    return answers


def test_an_entry_waits_for_the_one_before(oak_street, ada):
    with in_alliance(oak_street):
        services.account(make.RECEIVABLE), services.account(make.DUES)
    assert second_while_the_first_is_open(oak_street, ada) == [2]


def test_control_without_the_lock_it_takes_the_same_number(oak_street, ada):
    with in_alliance(oak_street):
        services.account(make.RECEIVABLE), services.account(make.DUES)
    with without(NO_LOCK):
        [answer] = second_while_the_first_is_open(oak_street, ada)
    assert "entry_number_once" in str(answer)


def slip_in(alliance, ada) -> Entry:
    """Lines for an entry that another connection adds meanwhile: balanced, but not sealed."""
    entry = Entry(pk=uuid7(), alliance=alliance)

    def another() -> None:
        with in_alliance(alliance), connection.cursor() as cursor:
            accounts = list(Account.objects.order_by("code"))
            fields = {"alliance": alliance, "entry": entry}
            for place, minor in enumerate((5, -5)):
                Line(**fields, position=place, account=accounts[place], amount_minor=minor).save(
                    force_insert=True
                )
            cursor.execute(
                'INSERT INTO ledger_entry (id, alliance_id, at, "on", kind, currency, memo, key) '
                "VALUES (%s, %s, now(), '2026-03-31', 'payment', 'USD', 'x', 'x')",
                [entry.pk, alliance.pk],
            )
        connections.close_all()

    with in_alliance(alliance):
        accounts = list(Account.objects.order_by("code"))
        for place, minor in enumerate((70, -70)):
            Line.objects.create(
                entry=entry, position=8 + place, account=accounts[place], amount_minor=minor
            )
        thread = Thread(target=another)
        thread.start()
        thread.join()
    return entry


def test_lines_that_slip_in_beside_an_entry_are_refused_at_commit(oak_street, ada):
    with in_alliance(oak_street):
        post(make.dues("accounts"), by=ada)
    with pytest.raises(IntegrityError, match="is sealed"):
        slip_in(oak_street, ada)
    with in_alliance(oak_street):
        assert is_one_chain(2)
        assert Line.objects.count() == 4


def test_control_without_the_check_at_commit_they_would_stay(oak_street, ada):
    with in_alliance(oak_street):
        post(make.dues("accounts"), by=ada)
    with without("DROP TRIGGER ledger_line_balanced ON ledger_line"):
        entry = slip_in(oak_street, ada)
    with in_alliance(oak_street):
        assert Line.objects.filter(entry=entry).count() == 4
        assert check_chain().broken_at == 2


# --- whose scope is open at the commit ------------------------------------------------


def test_entries_of_two_alliances_in_one_transaction(oak_street, neighbour, ada):
    with in_alliance(oak_street):
        post(make.dues("ours"), by=ada)
        with in_alliance(neighbour.alliance):
            post(make.dues("theirs", 7_00), by=neighbour.director)
        post(make.dues("ours too"), by=ada)
    with in_alliance(oak_street):
        assert is_one_chain(2)
    with in_alliance(neighbour.alliance):
        assert is_one_chain(4)


def half_an_entry(account: Account) -> None:
    entry = Entry(on="2026-03-31", kind="payment", currency="USD", memo="x", key="half")
    Line.objects.create(entry=entry, position=1, account=account, amount_minor=5)
    entry.save(force_insert=True)


def test_what_does_not_balance_next_door_is_refused_under_our_scope(oak_street, neighbour, ada):
    with in_alliance(neighbour.alliance):
        account = services.account(make.DUES)
    with pytest.raises(IntegrityError, match="does not balance"), in_alliance(oak_street):  # noqa: PT012
        post(make.dues("ours"), by=ada)
        with in_alliance(neighbour.alliance):
            half_an_entry(account)
    for alliance, count in ((oak_street, 0), (neighbour.alliance, 3)):
        with in_alliance(alliance):
            assert is_one_chain(count)


def test_it_is_refused_where_no_scope_is_open_any_more(neighbour):
    with in_alliance(neighbour.alliance):
        account = services.account(make.DUES)
    with pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():  # noqa: PT012
        with in_alliance(neighbour.alliance):
            half_an_entry(account)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.alliance', true)")
            assert cursor.fetchone() == ("",)
