"""Many threads at one database: each with a connection of its own, all starting together."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg2
from django.conf import settings
from django.db import connection

from alliance.celery import app
from alliance.models import Alliance
from alliance.tenancy.scope import in_alliance
from tests import side_by_side


def at_once(
    alliance: Alliance, acts: Sequence[Callable[[], Any]], *, connections: int = 50
) -> list[Any]:
    """What each act answered or raised, each in a transaction of its own in the alliance.

    So many connections start together; each takes every so-manieth act in turn.
    """
    count = min(connections, len(acts))
    answers: list[Any] = [None] * len(acts)

    def work(first: int) -> None:
        for place in range(first, len(acts), count):
            answers[place] = _answer(alliance, acts[place])

    side_by_side.at_once(*(partial(work, first) for first in range(count)))
    return answers


def _answer(alliance: Alliance, act: Callable[[], Any]) -> Any:
    try:
        with in_alliance(alliance):
            return act()
    except Exception as error:  # an answer like any other: the test looks at it
        return error


@contextmanager
def without_guard(dsn: str, *, table: str, name: str) -> Iterator[None]:
    """Takes a constraint or index away as the owner, and puts it back over empty tables."""
    kind, definition = _definition(dsn, table, name)
    drop = f"DROP INDEX {name}" if kind == "i" else f"ALTER TABLE {table} DROP CONSTRAINT {name}"
    _run(dsn, drop)
    try:
        yield
    finally:
        _run(dsn, f"TRUNCATE {table} CASCADE")
        restore = f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"
        _run(dsn, definition if kind == "i" else restore)


def waiting_for_locks() -> int:
    """How many connections of this database wait for a lock right now."""
    with connection.cursor() as cursor:
        # Inside a transaction PostgreSQL would show the same moment again and again.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return int(cursor.fetchone()[0])


@contextmanager
def broker_instead_of_eager() -> Iterator[None]:
    """Waking the worker only puts a line into Valkey, as it does for real."""
    app.conf.task_always_eager = False
    try:
        yield
    finally:
        app.conf.task_always_eager = settings.CELERY_TASK_ALWAYS_EAGER


def _definition(dsn: str, table: str, name: str) -> tuple[str, str]:
    found = _run(
        dsn,
        f"SELECT contype, pg_get_constraintdef(oid) FROM pg_constraint "
        f"WHERE conname = '{name}' AND conrelid = '{table}'::regclass",
    )
    if found:
        return found[0]
    return "i", _run(dsn, f"SELECT indexdef FROM pg_indexes WHERE indexname = '{name}'")[0][0]


def _run(dsn: str, statement: str) -> list[Any]:
    owner = psycopg2.connect(dsn)
    try:
        with owner, owner.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        owner.close()
