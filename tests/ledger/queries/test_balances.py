"""Balances of any day, and checks of parts of the chain."""

from datetime import date

import pytest

from alliance.tenancy.scope import in_alliance
from ledger.chart import BANK, DUES, RECEIVABLE
from ledger.queries import balance_minor, check_chain, trial_balance
from ledger.services import post
from tests.factories import ledger as make

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


@pytest.fixture
def books(ada, bakery, neighbour):
    """Dues of two, one of them paid; the neighbour's own."""
    post(make.dues("a", 100_00, party=bakery.pk, on=date(2026, 1, 1)), by=ada)
    post(make.dues("b", 50_00, on=date(2026, 1, 31)), by=ada)
    post(make.payment("c", 100_00, fee=3_20, on=date(2026, 2, 1)), by=ada)
    with in_alliance(neighbour.alliance):
        post(make.dues("a", 7_00, on=date(2026, 1, 1)), by=None)


def on(day: date | None) -> dict[str, tuple[int | None, int | None, int]]:
    return {
        row.account.key: (row.debit_minor, row.credit_minor, row.natural_minor)
        for row in trial_balance(on=day).rows
    }


def test_any_day_as_it_was(books):
    nothing = (None, None, 0)
    assert on(date(2025, 12, 31)) == dict.fromkeys(
        ("bank", "receivable", "dues", "card_fees"), nothing
    )
    assert on(date(2026, 1, 31)) == {
        "bank": nothing,
        "receivable": (150_00, None, 150_00),
        "dues": (None, 150_00, 150_00),
        "card_fees": nothing,
    }
    assert (
        on(date(2026, 2, 1))
        == on(None)
        == {
            "bank": (96_80, None, 96_80),
            "receivable": (50_00, None, 50_00),
            "dues": (None, 150_00, 150_00),
            "card_fees": (3_20, None, 3_20),
        }
    )


def test_both_sides(books):
    balance = trial_balance()
    assert (balance.debit_minor, balance.credit_minor, balance.is_balanced) == (
        150_00,
        150_00,
        True,
    )
    empty = trial_balance(on=date(2020, 1, 1))
    assert (empty.debit_minor, empty.is_balanced) == (0, True)


def test_one_account_one_member_one_day(books, bakery):
    assert [
        balance_minor(RECEIVABLE),
        balance_minor(RECEIVABLE, on=date(2026, 1, 31)),
        balance_minor(RECEIVABLE, party=bakery.pk),
        balance_minor(DUES, party=bakery.pk, on=date(2025, 12, 31)),
        balance_minor(BANK, on=date(2026, 1, 31)),
    ] == [50_00, 150_00, 100_00, 0, 0]


@pytest.mark.parametrize(
    ("asked", "first", "entries"),
    [
        ({}, 1, 3),
        ({"count": 2}, 2, 2),
        ({"count": 9}, 1, 3),
        ({"until": 2}, 1, 2),
        ({"until": 2, "count": 1}, 2, 1),
        ({"until": 0}, 1, 0),
    ],
)
def test_a_part_of_the_chain(books, asked, first, entries):
    check = check_chain(**asked)
    assert (check.first, check.entries, check.last) == (first, entries, first + entries - 1)
    assert check.is_whole
    assert check.head == check_chain().head


def test_an_empty_chain_is_whole():
    check = check_chain()
    assert (check.entries, check.head, check.is_whole) == (0, "", True)
