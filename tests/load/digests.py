"""A morning's digests: how long 10,000 letters take to write and to go out, on one worker.

bin/bench digests             .local/digests.json
bin/bench digests 1000        the same with fewer people
"""

import json
import os
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import psycopg2
from django.conf import settings
from django.core import mail
from django.db import connection

from alliance import clock
from alliance.models import Alliance, Network, OutboxMessage, Person, Seat
from alliance.services import outbox
from alliance.services.places import open_alliance
from alliance.tenancy.scope import in_alliance
from groups.models import Group, GroupMember, Post
from groups.services import digests
from tests.factories import groups as make
from tests.factories import groups_around as around

MONDAY = datetime(2027, 3, 15, 14, 30, tzinfo=UTC)
GROUPS, TOPICS = 20, 8
MOST_SECONDS = 300


def measure(people: str = "10000") -> int:
    """Writes and sends; 1 where it took longer than five minutes for 10,000 people."""
    count = int(people)
    alliance = _town(count)
    with clock.at(MONDAY), patch.object(outbox, "wake"):
        # The worker that it wakes would send in this very process.
        began, cpu = time.perf_counter(), time.process_time()
        written = digests.write_letters(alliance)
        writing, writing_cpu = time.perf_counter() - began, time.process_time() - cpu
    sent, asked, began, cpu = 0, Counter[str](), time.perf_counter(), time.process_time()
    with clock.at(MONDAY + timedelta(hours=1)), connection.execute_wrapper(_counter(asked)):
        while True:
            mail.outbox = []
            batch = outbox.deliver(alliance)
            if not batch:
                break
            sent += batch
    sending, sending_cpu = time.perf_counter() - began, time.process_time() - cpu
    told = _told(alliance)
    letters = max(1, sent)
    report = {
        "people": count,
        "written": written,
        "told": told,
        "sent": sent,
        "load_average": [round(each, 1) for each in os.getloadavg()],
        "seconds": {"writing": round(writing, 1), "sending": round(sending, 1)},
        "own_cpu_ms_a_letter": {
            "writing": round(writing_cpu / letters * 1000, 2),
            "sending": round(sending_cpu / letters * 1000, 2),
        },
        "ms_a_letter": round((writing + sending) / letters * 1000, 2),
        "statements_a_letter": {
            kind: round(count / letters, 2) for kind, count in sorted(asked.items())
        },
    }
    text = json.dumps(report, indent=1)
    (Path(settings.BASE_DIR) / ".local" / "digests.json").write_text(text)
    print(text)
    return int(not written == told == count or (writing + sending) * 10_000 / count > MOST_SECONDS)


def _told(alliance: Alliance) -> int:
    """Readers whose letter went out; `sent` counts others' letters too."""
    with in_alliance(alliance):
        rows = OutboxMessage.objects.filter(template=digests.TEMPLATE, sent_at__isnull=False)
        return rows.filter(last_error="").values("to").distinct().count()


def _counter(asked: Counter[str]) -> Callable[..., Any]:
    """Counts statements by their first word."""

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        asked[str(sql).split(maxsplit=1)[0]] += 1
        return execute(sql, *rest)

    return note


def _town(count: int) -> Alliance:
    """People in two groups each, with 160 topics of last week, one in four of them in a budget."""
    network = Network.objects.create(name="Main Streets")
    alliance = open_alliance(
        network=network,
        name="Oak Street Alliance",
        slug="oak-street",
        contact_email="hello@oak-street.example",
        timezone="America/Los_Angeles",
    )
    with clock.at(MONDAY - timedelta(days=2)), in_alliance(alliance):
        groups = [make.a_group(name=f"Group {n}", slug=f"group-{n}") for n in range(GROUPS)]
        for group in groups:
            writer = make.introduced(group)
            GroupMember.objects.filter(pk=writer.pk).update(digest="none")
            for n in range(TOPICS):
                around.a_topic(
                    group, writer.seat, title=f"Topic {n} of {group.name}", words=_words(group, n)
                )
        Post.objects.update(hidden_at=None)
        connection.cursor().execute("UPDATE groups_topic SET hidden_at = NULL")
        _people(groups, count)
    _count_rows()
    return alliance


def _count_rows() -> None:
    """What the database does by itself within a minute: without it, it plans for empty tables."""
    with psycopg2.connect(os.environ["OWNER_DATABASE_URL"]) as owner, owner.cursor() as cursor:
        cursor.execute("ANALYZE")


def _people(groups: list[Group], count: int) -> None:
    now = clock.now()
    people = [Person(email=f"reader{n}@example.com", name=f"Reader {n}") for n in range(count)]
    Person.objects.bulk_create(people, batch_size=2000)
    seats = [Seat(person=person, role="member") for person in people]
    Seat.objects.bulk_create(seats, batch_size=2000)
    rows = [
        GroupMember(
            group=groups[(n * step + step) % len(groups)], seat=seat, state="active",
            joined_at=now, agreed_at=now, introduced_at=now,
            budget_minutes=10 if n % 4 == 0 else None,
        )
        for n, seat in enumerate(seats)
        for step in (1, 3)
        if (n + 1) % len(groups) != (3 * n + 3) % len(groups) or step == 1
    ]  # fmt: skip
    GroupMember.objects.bulk_create(rows, batch_size=2000)


def _words(group: Group, n: int) -> str:
    return f"In {group.name} we ask number {n}: " + " ".join(f"word{n * 7 + k}" for k in range(150))
