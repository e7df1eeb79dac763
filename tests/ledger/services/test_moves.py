"""Money moved by hand, as a service."""

from datetime import date, timedelta

import pytest

from alliance.errors import DomainError
from ledger.chart import BANK, CARD, CASH, DUES
from ledger.forms import today
from ledger.models import Entry, EntryKind
from ledger.queries import balance_minor, check_chain
from ledger.services import Draft, credit, debit, move, post, reverse, reverse_adjustment
from ledger.services.moves import INSTEAD
from tests.factories import ledger as make
from tests.pledges.reading import refusal

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def test_what_leaves_one_place_comes_to_the_other(ada):
    for n, (source, target) in enumerate([(CASH, BANK), (CARD, BANK), (BANK, CASH)]):
        order = make.a_move(source=source, target=target, amount_minor=10**n)
        entry = move(order=order, key=f"k{n}", by=ada)
        assert (entry.kind, entry.on, entry.memo) == (
            "adjustment",
            date(2026, 3, 31),
            "Deposit slip 88",
        )
    assert [balance_minor(place) for place in (BANK, CASH, CARD)] == [-89, 99, -10]
    assert check_chain().is_whole


def test_two_people_may_use_the_same_key(ada, cleo):
    first, second = (move(order=make.a_move(), key="k", by=seat) for seat in (ada, cleo))
    assert first != second


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"source": DUES}, None),
        ({"target": DUES}, None),
        ({"target": CASH}, "target"),
        ({"amount_minor": 0}, "amount"),
        ({"amount_minor": -5}, "amount"),
        ({"on": date(9999, 12, 31)}, "on"),
    ],
)
def test_what_cannot_be_meant_is_refused(ada, changes, field):
    sentence, found = refusal(move, order=make.a_move(**changes), key="k", by=ada)
    assert (bool(sentence), found) == (True, field)
    assert not Entry.objects.exists()


def test_today_is_the_last_day(ada):
    assert refusal(move, order=make.a_move(on=today()), key="a", by=ada) == ("", None)
    tomorrow = make.a_move(on=today() + timedelta(days=1))
    assert refusal(move, order=tomorrow, key="b", by=ada) == ("This day is still to come.", "on")


@pytest.mark.parametrize("kind", EntryKind.values)
def test_every_kind_but_an_adjustment_says_how_it_is_corrected(ada, kind):
    lines = [debit(BANK, 5), credit(CASH, 5)]
    entry = post(Draft(key="k", kind=EntryKind(kind), memo="x", lines=lines), by=ada)
    if kind == EntryKind.ADJUSTMENT:
        assert reverse_adjustment(entry=entry, reason="Wrong.", by=ada).reverses == entry
    else:
        with pytest.raises(DomainError) as refused:
            reverse_adjustment(entry=entry, reason="Wrong.", by=ada)
        assert refused.value.message == str(INSTEAD[kind])
        assert Entry.objects.count() == 1


def test_what_another_room_took_back_is_not_taken_back_again(ada):
    entry = move(order=make.a_move(), key="k", by=ada)
    reversal = reverse(entry=entry, reason="By itself.", by=None)
    assert reverse_adjustment(entry=entry, reason="By hand.", by=ada) == reversal
