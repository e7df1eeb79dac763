"""Letters whose words are asked for in the moment in which they go out."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail as sent
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.models import Alliance, OutboxMessage
from alliance.services import batches, mail, outbox
from alliance.tenancy.scope import in_alliance
from tests.alliance.letters import write

pytestmark = pytest.mark.usefixtures("letters", "neighbour")
Register = Callable[[mail.Fresh], None]


@pytest.fixture
def fresh() -> Iterator[Register]:
    """`fresh(make)`: who makes the tests' letter, for one test."""
    yield lambda make: mail.register_fresh("letter", make)
    mail._fresh.pop("letter", None)


@pytest.fixture
def together() -> Iterator[Callable[[mail.Together], None]]:
    """`together(prepare)`: who prepares the tests' letters, for one test."""
    yield lambda prepare: mail.register_fresh_together("letter", prepare)
    mail._together.pop("letter", None)


def three(alliance: Alliance) -> list[OutboxMessage]:
    """Letters to three readers, numbered."""
    with in_alliance(alliance):
        return [write(f"k{n}", f"reader{n}@example.com", context={"id": n}) for n in range(3)]


def found(alliance: Alliance, message: OutboxMessage) -> OutboxMessage:
    """The row as it stands now."""
    with in_alliance(alliance):
        return OutboxMessage.objects.get(pk=message.pk)


def test_what_stands_in_it_is_asked_for_when_it_goes_out(
    oak_street: Alliance, fresh: Register
) -> None:
    names = ["Eve before"]
    fresh(lambda context: {"who": names[0], "unsubscribe_url": f"/stop/{context['id']}/"})
    with in_alliance(oak_street):
        message = write(context={"id": 7})
    names[0] = "Eve after"
    assert outbox.deliver(oak_street) == 1
    assert sent.outbox[0].body.startswith("Hello Eve after,")
    assert sent.outbox[0].extra_headers["List-Unsubscribe"] == "</stop/7/>"
    message = found(oak_street, message)
    assert (message.context, message.last_error) == ({}, "")


def test_control_another_template_keeps_its_own_words(oak_street: Alliance) -> None:
    with in_alliance(oak_street):
        write(context={"who": "Eve as written"})
    outbox.deliver(oak_street)
    assert sent.outbox[0].body.startswith("Hello Eve as written,")


def test_where_nothing_is_left_to_say_nothing_goes_out_and_nobody_asks_again(
    oak_street: Alliance, fresh: Register
) -> None:
    asked = []
    fresh(lambda context: asked.append(context))
    with in_alliance(oak_street):
        message = write(context={"id": 7})
    assert [outbox.deliver(oak_street), outbox.deliver(oak_street)] == [0, 0]
    assert (sent.outbox, asked) == ([], [{"id": 7}])
    message = found(oak_street, message)
    assert message.sent_at is not None
    assert (message.context, message.last_error) == ({}, outbox.LEFT_OUT)


def test_a_maker_that_fails_is_asked_again_later(oak_street: Alliance, fresh: Register) -> None:
    def fail(context: dict[str, Any]) -> dict[str, Any]:
        raise RuntimeError("Not today.")

    fresh(fail)
    with in_alliance(oak_street):
        message = write()
    assert outbox.deliver(oak_street) == 0
    message = found(oak_street, message)
    assert (message.sent_at, message.last_error) == (None, "RuntimeError")


def test_two_makers_of_one_letter_are_refused(fresh: Register) -> None:
    def make(context: dict[str, Any]) -> dict[str, Any]:
        return {}

    fresh(make)
    fresh(make)
    with pytest.raises(ValueError, match="letter"):
        fresh(lambda context: {})


def test_what_goes_out_together_is_asked_for_once(oak_street: Alliance, together: Any) -> None:
    asked = []

    def prepare(contexts: Any) -> mail.Fresh:
        asked.append([context["id"] for context in contexts])
        return lambda context: {"who": f"reader {context['id']}"} if context["id"] != 1 else None

    together(prepare)
    three(oak_street)
    assert outbox.deliver(oak_street) == 2
    assert [each.body.splitlines()[0] for each in sent.outbox] == [
        "Hello reader 0,", "Hello reader 2,",
    ]  # fmt: skip
    assert asked == [[0, 1, 2]]


def test_where_the_server_is_slow_it_is_asked_again_for_those_that_wait(
    oak_street: Alliance, together: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "FRESH_SECONDS", 0)
    asked = []

    def prepare(contexts: Any) -> mail.Fresh:
        asked.append([context["id"] for context in contexts])
        return lambda context: {"who": "reader"}

    together(prepare)
    three(oak_street)
    assert outbox.deliver(oak_street) == 3
    assert asked == [[0, 1, 2], [1, 2], [2]]


def test_one_that_cannot_be_told_does_not_hold_back_those_beside_it(
    oak_street: Alliance, together: Any
) -> None:
    def prepare(contexts: Any) -> mail.Fresh:
        if any(context["id"] == 1 for context in contexts):
            # As a broken row would: the transaction is spoilt, too.
            OutboxMessage.objects.filter(pk="no id").exists()
        return lambda context: {"who": "reader"}

    together(prepare)
    messages = three(oak_street)
    assert outbox.deliver(oak_street) == 2
    rows = [found(oak_street, message) for message in messages]
    assert [row.last_error for row in rows] == ["", "ValidationError", ""]
    assert [row.sent_at is not None for row in rows] == [True, False, True]


def test_a_letter_that_is_only_looked_at_is_prepared_alone(
    in_oak_street: Alliance, together: Any
) -> None:
    together(lambda contexts: lambda context: {"who": f"{len(contexts)} reader"})
    assert mail.render(write(context={"id": 1})).body.startswith("Hello 1 reader,")


def test_two_who_prepare_one_letter_are_refused(together: Any) -> None:
    together(dict)
    with pytest.raises(ValueError, match="letter"):
        together(list)


def test_many_letters_are_one_statement_and_a_known_one_adds_nothing(
    oak_street: Alliance, neighbour: SimpleNamespace
) -> None:
    many = [
        outbox.Letter(key=f"many:{n}", to=f"reader{n}@example.com", context={"who": str(n)})
        for n in range(50)
    ]
    with in_alliance(oak_street):
        before = OutboxMessage.objects.count()
        write(key="many:7", to="reader7@example.com")
        with CaptureQueriesContext(connection) as asked:
            outbox.enqueue_all(template="letter", letters=many)
            outbox.enqueue_all(template="letter", letters=[])
        assert [q["sql"][:6] for q in asked.captured_queries if "outbox" in q["sql"]] == ["INSERT"]
        rows = OutboxMessage.objects.filter(key__startswith="many:")
        assert OutboxMessage.objects.count() == before + 50
        assert rows.get(key="many:7").context == {"who": "Eve"}
        assert rows.get(key="many:8").context == {"who": "8"}
        assert set(rows.values_list("language", flat=True)) == {oak_street.language}
