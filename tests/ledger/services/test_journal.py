"""Entries: balanced, numbered, chained, once."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection

from alliance import clock
from alliance.errors import DomainError
from alliance.tenancy.scope import in_alliance
from ledger.chart import BANK, CARD_FEES, CASH, DUES, RECEIVABLE
from ledger.models import Account, Entry, EntryKind, Line
from ledger.queries import balance_minor, check_chain, trial_balance
from ledger.services import Amount, Draft, account, credit, debit, post, post_all, reverse
from tests.factories import ledger as make

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def lines_of(entry: Entry) -> list[tuple[int, str, int]]:
    return [(li.position, li.account.key, li.amount_minor) for li in entry.lines.all()]


def balances() -> dict[str, int]:
    return {row.account.key: row.amount_minor for row in trial_balance().rows}


def test_an_entry_is_numbered_and_sealed_to_the_one_before(ada):
    first = post(make.dues("one"), by=ada)
    second = post(make.payment("two", 50_00, fee=1_75), by=ada)
    assert [first.number, second.number] == [1, 2]
    assert (first.previous_hash, second.previous_hash) == ("", first.hash)
    assert lines_of(second) == [
        (1, "bank", 48_25),
        (2, "card_fees", 1_75),
        (3, "receivable", -50_00),
    ]
    assert balances() == {
        "bank": 48_25,
        "receivable": 50_00,
        "dues": -100_00,
        "card_fees": 1_75,
    }
    assert (second.kind, second.currency, second.seat) == ("payment", "USD", ada)


def test_the_neighbours_count_for_themselves(ada, neighbour):
    with in_alliance(neighbour.alliance):
        before, head = balances(), check_chain().head
    post(make.dues("one"), by=ada)
    with in_alliance(neighbour.alliance):
        theirs = post(make.dues("one", 7_00), by=neighbour.director)
        assert (theirs.number, theirs.previous_hash) == (4, head)
        assert balances() == before | {
            "receivable": before["receivable"] + 7_00,
            "dues": before["dues"] - 7_00,
        }
    assert post(make.dues("two"), by=ada).number == 2
    assert balances() == {"receivable": 200_00, "dues": -200_00}


def test_its_day_is_the_calendars_where_the_alliance_is_unless_told(ada):
    with clock.at(datetime(2026, 4, 1, 6, 30, tzinfo=UTC)):  # still 31 March in Oakland
        told = make.dues("two", on=date(2026, 1, 2))
        entries = post_all([make.dues("one"), told], by=ada)
    assert [entry.on for entry in entries] == [date(2026, 3, 31), date(2026, 1, 2)]


def test_the_same_key_again_adds_nothing(ada):
    first = post(make.dues("one"), by=ada)
    assert post(make.dues("one", 999), by=ada) == first
    assert post_all([make.dues("one"), make.dues("two")], by=ada)[0] == first
    assert Entry.objects.count() == 2


def test_lines_of_zero_are_left_out(ada):
    entry = post(make.payment(fee=0), by=ada)
    assert lines_of(entry) == [(1, "bank", 100_00), (2, "receivable", -100_00)]


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [debit(BANK, 0), credit(DUES, 0)],
        [debit(BANK, 5)],
        [debit(BANK, 5), credit(DUES, 4)],
        [debit(BANK, 5), debit(CASH, 5)],
    ],
)
def test_lines_that_do_not_balance_are_refused(ada, lines):
    draft = Draft(key="x", kind=EntryKind.PAYMENT, memo="x", lines=lines)
    with pytest.raises(ValueError, match="do not balance"):
        post(draft, by=ada)
    assert not Entry.objects.exists()


@pytest.mark.parametrize("side", [debit, credit])
def test_a_side_takes_nothing_below_zero(side):
    with pytest.raises(ValueError, match="not below zero"):
        side(BANK, -1)


def test_long_words_are_cut_rather_than_lost(ada):
    lines = [Amount(BANK, 5, memo="n" * 300), Amount(DUES, -5)]
    entry = post(Draft(key="k", kind=EntryKind.PAYMENT, memo="m" * 300, lines=lines), by=ada)
    assert (entry.memo, entry.lines.first().memo) == ("m" * 200, "n" * 200)
    assert check_chain().is_whole


def test_a_reversal_takes_every_line_back(ada, bakery):
    entry = post(make.dues("one", 100_00, party=bakery.pk), by=ada)
    reversal = reverse(entry=entry, reason="Typed twice.", by=ada)
    assert (reversal.kind, reversal.memo, reversal.reverses) == ("reversal", "Typed twice.", entry)
    assert lines_of(reversal) == [(1, "receivable", -100_00), (2, "dues", 100_00)]
    assert [line.party for line in reversal.lines.all()] == [bakery.pk] * 2
    assert balance_minor(RECEIVABLE, party=bakery.pk) == balance_minor(DUES) == 0
    assert reverse(entry=entry, reason="Once more.", by=ada) == reversal


def test_a_reversal_is_not_reversed(ada):
    reversal = reverse(entry=post(make.dues(), by=ada), reason="Wrong.", by=ada)
    with pytest.raises(DomainError, match="post the entry anew"):
        reverse(entry=reversal, reason="Right after all.", by=ada)


def test_an_account_is_opened_once_when_it_is_first_needed():
    assert account(CARD_FEES) == account(CARD_FEES)
    assert [(a.key, a.code, a.kind) for a in Account.objects.all()] == [
        ("card_fees", "5100", "expense")
    ]


def test_many_entries_cost_as_many_queries_as_few(ada, django_assert_num_queries):
    post(make.dues("open the accounts"), by=ada)
    for count in (2, 300):
        drafts = [make.dues(f"{count}:{n}") for n in range(count)]
        with django_assert_num_queries(8):
            assert len(post_all(drafts, by=ada)) == count
    assert Line.objects.count() == 2 * 303
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
