"""The outbox: one cause, one mail, whatever happens on the way."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from alliance import clock
from alliance.errors import TooManyMessages
from alliance.models import Alliance, OutboxMessage
from alliance.tenancy.scope import in_alliance
from tests.alliance.letters import write
from tests.side_by_side import at_once

pytestmark = pytest.mark.usefixtures("letters")
commits = pytest.mark.django_db(transaction=True)


def test_one_cause_is_one_row(neighbour: SimpleNamespace, in_oak_street: Alliance) -> None:
    first = write("pledge-confirm:1:1")
    again = write("pledge-confirm:1:1", "somebody@example.com")

    assert again == first
    assert [m.to for m in OutboxMessage.objects.all()] == ["eve@example.com"]


def test_the_same_cause_in_another_alliance_is_another(
    oak_street: Alliance, mill_lane: Alliance
) -> None:
    rows = []
    for alliance in (oak_street, mill_lane):
        with in_alliance(alliance):
            rows.append(write("same").alliance)

    assert rows == [oak_street, mill_lane]


@commits
def test_one_cause_at_the_same_moment_is_one_row(oak_street: Alliance) -> None:
    def enqueue() -> Any:
        with in_alliance(oak_street):
            return write("same").pk

    made = at_once(*[enqueue] * 8)

    with in_alliance(oak_street):
        assert made == [OutboxMessage.objects.get().pk] * 8


def test_a_change_that_fails_leaves_no_mail(oak_street: Alliance) -> None:
    def stumble() -> None:
        write()
        raise RuntimeError

    with pytest.raises(RuntimeError), in_alliance(oak_street):
        stumble()

    with in_alliance(oak_street):
        assert list(OutboxMessage.objects.all()) == []


@pytest.mark.parametrize(
    "spellings",
    [
        ["eve@example.com"] * 4,
        ["eve@example.com", "Eve@Example.com", "eve+1@example.com", "EVE+2+3@example.com"],
        ["e.ve@gmail.com", "eve@gmail.com", "e.v.e+x@googlemail.com", "eve@googlemail.com"],
    ],
)
def test_an_unconfirmed_inbox_gets_three_an_hour(
    in_oak_street: Alliance, spellings: list[str]
) -> None:
    for n, to in enumerate(spellings[:3]):
        write(f"k{n}", to, confirmed=False)

    with pytest.raises(TooManyMessages) as refused:
        write("k3", spellings[3], confirmed=False)
    assert refused.value.field == "email"
    assert OutboxMessage.objects.count() == 3


def test_and_ten_a_day(in_oak_street: Alliance) -> None:
    start = timezone.now()
    written = []
    for hour in range(30):
        with time_machine.travel(start + timedelta(minutes=61 * hour), tick=False):
            try:
                written.append((hour, write(f"k{hour}", confirmed=False).pk))
            except TooManyMessages:
                continue

    # Ten in the first day, then one for each that is more than a day old.
    assert [hour for hour, _ in written] == [*range(10), *range(24, 30)]


def test_the_neighbours_mail_and_other_inboxes_do_not_count(
    oak_street: Alliance, mill_lane: Alliance
) -> None:
    with in_alliance(mill_lane):
        for n in range(3):
            write(f"k{n}", confirmed=False)
    with in_alliance(oak_street):
        write("k0", "adam@example.com", confirmed=False)
        write("k1", confirmed=False)

        assert OutboxMessage.objects.count() == 2


def test_what_was_written_later_does_not_count_in_a_history_being_told(
    in_oak_street: Alliance,
) -> None:
    for n in range(3):
        write(f"k{n}", confirmed=False)
    with clock.at(timezone.now() - timedelta(days=30)):
        write("told", confirmed=False)

    assert OutboxMessage.objects.count() == 4


def test_a_confirmed_inbox_is_not_limited(in_oak_street: Alliance) -> None:
    for n in range(12):
        write(f"k{n}", confirmed=True)

    assert OutboxMessage.objects.count() == 12


@commits
def test_the_limit_holds_when_all_ask_at_once(oak_street: Alliance) -> None:
    def ask(n: int) -> Callable[[], Any]:
        def enqueue() -> str:
            with in_alliance(oak_street):
                write(f"k{n}", f"eve+{n}@example.com", confirmed=False)
            return "written"

        return enqueue

    answers = at_once(*map(ask, range(20)))

    assert sorted(map(str, map(type, answers))) == sorted(
        [str(str)] * 3 + [str(TooManyMessages)] * 17
    )
    with in_alliance(oak_street):
        assert OutboxMessage.objects.count() == 3
