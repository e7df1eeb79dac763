"""From the outbox to the reader: each letter once, whatever dies on the way."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from alliance.models import Alliance, OutboxMessage
from alliance.services import outbox
from alliance.services.batches import Batch
from alliance.tasks import deliver_mail, sweep_outbox
from alliance.tenancy.scope import in_alliance
from tests.alliance.letters import write
from tests.side_by_side import at_once

pytestmark = pytest.mark.usefixtures("letters")
commits = pytest.mark.django_db(transaction=True)


class Unreachable(EmailBackend):
    """A mail server that hangs up on every second address it is told, or on all."""

    bad = ""

    def send_messages(self, messages: Any) -> int:
        if any(self.bad in message.to[0] for message in messages):
            raise SMTPServerDisconnected("Connection unexpectedly closed")
        return super().send_messages(messages)


class Counted(Unreachable):
    """A mail server that notes when somebody calls and hangs up."""

    calls: ClassVar[list[str]] = []

    def open(self) -> bool:
        if self.calls[-1:] == ["open"]:
            return False
        self.calls.append("open")
        return True

    def close(self) -> None:
        self.calls.append("close")
        raise SMTPServerDisconnected("The server was faster.")


@pytest.fixture
def calls(settings: Settings) -> Iterator[list[str]]:
    """When a line to the mail server was opened and closed."""
    settings.EMAIL_BACKEND = f"{__name__}.Counted"
    Counted.calls.clear()
    yield Counted.calls
    Unreachable.bad = Counted.bad = ""


@pytest.fixture
def unreachable(settings: Settings) -> Iterator[Callable[[str], None]]:
    """`unreachable("bad")`: mail to addresses that contain it cannot be sent."""
    settings.EMAIL_BACKEND = f"{__name__}.Unreachable"

    def only(bad: str) -> None:
        Unreachable.bad = bad

    yield only
    Unreachable.bad = ""


def sent_to() -> list[str]:
    return sorted(message.to[0] for message in mail.outbox)


def state(message: OutboxMessage) -> dict[str, Any]:
    message.refresh_from_db()
    return {
        "tries": message.tries,
        "sent": message.sent_at is not None,
        "dead": message.dead_at is not None,
        "leased": message.leased_until is not None,
        "error": message.last_error,
    }


def many(n: int) -> list[OutboxMessage]:
    return [write(f"k{i}", f"reader{i}@example.com") for i in range(n)]


def test_what_is_sent_is_marked_and_forgets_what_it_said(
    neighbour: SimpleNamespace, oak_street: Alliance
) -> None:
    with in_alliance(oak_street):
        message = write(context={"who": "Eve", "url": "https://oak.example/pledge/confirm/secret/"})

    assert outbox.deliver(oak_street) == 1

    assert sent_to() == ["eve@example.com"]
    assert "confirm/secret/" in mail.outbox[0].body
    with in_alliance(oak_street):
        assert state(message) == {
            "tries": 1, "sent": True, "dead": False, "leased": False, "error": "",
        }  # fmt: skip
        assert message.context == {}
        assert outbox.deliver(oak_street) == 0


def test_what_is_due_later_waits(oak_street: Alliance) -> None:
    now = timezone.now()
    with in_alliance(oak_street):
        write(due_at=now + timedelta(hours=1))

    assert outbox.deliver(oak_street) == 0
    with time_machine.travel(now + timedelta(minutes=61)):
        assert outbox.deliver(oak_street) == 1


def test_a_failure_is_tried_again_later_and_later(
    oak_street: Alliance, unreachable: Callable[[str], None]
) -> None:
    unreachable("@")
    with in_alliance(oak_street):
        message = write()
    waits = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(outbox.MAX_TRIES):
            assert outbox.deliver(oak_street) == 0
            with in_alliance(oak_street):
                message.refresh_from_db()
            waits.append((message.due_at - timezone.now()).total_seconds())
            # A second before it is due nothing happens.
            clock.move_to(message.due_at - timedelta(seconds=1))
            outbox.deliver(oak_street)
            clock.move_to(message.due_at)

    assert [n for n, wait in enumerate(waits) if not 0.8 <= wait / (15 * 3**n) <= 1.2] == []
    with in_alliance(oak_street):
        assert state(message) == {
            "tries": 8, "sent": False, "dead": True, "leased": False,
            "error": "SMTPServerDisconnected",
        }  # fmt: skip
    assert outbox.deliver(oak_street) == 0


def test_a_dead_letter_can_be_revived_once(
    oak_street: Alliance, unreachable: Callable[[str], None]
) -> None:
    unreachable("@")
    with in_alliance(oak_street):
        message = write()
        OutboxMessage.objects.update(tries=outbox.MAX_TRIES - 1)
    outbox.deliver(oak_street)
    unreachable("nobody")

    with in_alliance(oak_street):
        assert state(message)["dead"] is True
        assert [outbox.send_again(message), outbox.send_again(message)] == [True, False]
    assert outbox.deliver(oak_street) == 1
    assert sent_to() == ["eve@example.com"]


def test_the_neighbours_dead_letter_cannot_be_revived(
    oak_street: Alliance, mill_lane: Alliance
) -> None:
    with in_alliance(mill_lane):
        message = write()
        OutboxMessage.objects.update(dead_at=timezone.now())

    with in_alliance(oak_street):
        assert outbox.send_again(message) is False


def test_one_bad_address_does_not_hold_back_the_others(
    oak_street: Alliance, unreachable: Callable[[str], None]
) -> None:
    unreachable("reader1@")
    with in_alliance(oak_street):
        many(3)

    assert outbox.deliver(oak_street) == 2
    assert sent_to() == ["reader0@example.com", "reader2@example.com"]


def test_a_template_that_fails_does_not_hold_back_the_others(oak_street: Alliance) -> None:
    with in_alliance(oak_street):
        first = write("k0", "first@example.com")
        broken = write("k1", "second@example.com", template="broken")
        third = write("k2", "third@example.com")

    assert outbox.deliver(oak_street) == 2
    with in_alliance(oak_street):
        assert [state(m)["sent"] for m in (first, broken, third)] == [True, False, True]
        assert state(broken)["error"] == "TemplateDoesNotExist"


def test_a_batch_goes_out_by_one_line(oak_street: Alliance, calls: list[str]) -> None:
    Counted.bad = "nobody"
    with in_alliance(oak_street):
        many(outbox.BATCH + 2)

    assert outbox.deliver(oak_street) == outbox.BATCH + 2
    assert calls == ["open", "close"] * 2


def test_after_a_failure_the_next_letter_gets_a_new_line(
    oak_street: Alliance, calls: list[str]
) -> None:
    Counted.bad = "reader1@"
    with in_alliance(oak_street):
        many(4)

    assert outbox.deliver(oak_street) == 3
    assert calls == ["open", "close"] * 2


def test_more_than_a_batch_goes_out(oak_street: Alliance) -> None:
    with in_alliance(oak_street):
        many(2 * outbox.BATCH + 1)

    assert outbox.deliver(oak_street) == 2 * outbox.BATCH + 1
    assert len(set(sent_to())) == 2 * outbox.BATCH + 1


def test_a_lease_keeps_others_away_until_it_runs_out(oak_street: Alliance) -> None:
    """A deliverer that died in the middle: its rows come back, none before the lease ends."""
    now = timezone.now()
    with in_alliance(oak_street):
        write()
        OutboxMessage.objects.update(leased_until=now + outbox.LEASE, tries=1)

    assert outbox.deliver(oak_street) == 0
    with time_machine.travel(now + outbox.LEASE + timedelta(seconds=1)):
        assert outbox.deliver(oak_street) == 1
    assert sent_to() == ["eve@example.com"]


def test_a_deliverer_that_lost_its_lease_marks_nothing(oak_street: Alliance) -> None:
    with in_alliance(oak_street):
        message = write()
        claimed = outbox._claim()[0]
        # It slept through its lease, and somebody else claimed the row.
        OutboxMessage.objects.update(leased_until=timezone.now() + 2 * outbox.LEASE)

    assert outbox._send(oak_street, claimed, Batch([claimed])) is False
    with in_alliance(oak_street):
        assert state(message)["sent"] is False


def test_a_task_that_arrives_twice_sends_one_mail(oak_street: Alliance) -> None:
    with in_alliance(oak_street):
        write()

    for _ in range(2):
        deliver_mail.delay(alliance_id=str(oak_street.pk))

    assert sent_to() == ["eve@example.com"]


@commits
def test_two_deliverers_at_once_send_each_letter_once(oak_street: Alliance) -> None:
    with in_alliance(oak_street), transaction.atomic():
        rows = many(60)
        OutboxMessage.objects.update(due_at=timezone.now() + timedelta(hours=1))
    mail.outbox.clear()
    with in_alliance(oak_street):
        OutboxMessage.objects.update(due_at=timezone.now())

    answers = at_once(*[lambda: outbox.deliver(oak_street)] * 4)

    assert sum(answers) == len(rows)
    assert sent_to() == sorted(row.to for row in rows)


@commits
def test_after_the_commit_a_worker_is_woken(oak_street: Alliance) -> None:
    with in_alliance(oak_street):
        write()
        assert sent_to() == []

    assert sent_to() == ["eve@example.com"]


def test_sweeping_finds_every_alliance_with_mail_due(
    oak_street: Alliance, mill_lane: Alliance
) -> None:
    with in_alliance(oak_street):
        many(3)
    with in_alliance(mill_lane):
        write("k1", "gus@example.com")
        write("k2", "later@example.com", due_at=timezone.now() + timedelta(hours=1))

    assert outbox.sweep() == 2
    assert sent_to() == ["gus@example.com", *(f"reader{n}@example.com" for n in range(3))]
    assert outbox.sweep() == 0


# A web process whose broker is gone: it cannot wake anybody, and must not fail
# for that, nor keep the customer waiting.
WITHOUT_BROKER = """
import time
import django
django.setup()
from django.conf import settings
from alliance.celery import app
app.conf.task_always_eager = False
from alliance.models import Alliance
from alliance.services import outbox
from alliance.services.batches import Batch
from alliance.tenancy.scope import in_alliance
with in_alliance(Alliance.objects.get()):
    outbox.enqueue(key="k1", template="letter", to="eve@example.com",
                   context={"who": "Eve"}, confirmed=True)
    stored = time.monotonic()
print("stored", time.monotonic() - stored < 3)
"""


@commits
@pytest.mark.local
def test_a_lost_broker_loses_no_mail(oak_street: Alliance, settings: Settings) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_BROKER],
        cwd=settings.BASE_DIR,
        env=os.environ | {"REDIS_URL": "redis://127.0.0.1:1/0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stdout.strip() == "stored True", done.stderr
    assert "not_woken" in done.stderr
    assert sent_to() == []
    sweep_outbox()
    assert sent_to() == ["eve@example.com"]
