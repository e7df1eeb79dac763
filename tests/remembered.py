"""What a fixture has built once, put there again by a few statements.

The cast costs hundreds of statements through the services, and nearly every
test wants it. The first test of a process builds it so; the others get the same
rows, ids included, under the same triggers, constraints and rights. Tests that
commit build anew, so that what happens after a commit happens.
"""

import json
import pickle
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import IntegrityError, connection

from alliance import clock
from alliance.models import Alliance, Person
from alliance.tenancy.models import tenant_models
from alliance.tenancy.scope import in_alliance

Built = TypeVar("Built")

INSERT = re.compile(r'INSERT INTO "?(\w+)"?')
# Rows that two fixtures may each bring: the words of a name are no fixture's own.
SHARED = frozenset({"directory_searchword"})


@dataclass(frozen=True)
class Memory:
    """Rows by table, in the order in which they were first written, and what the fixture gave."""

    tables: list[tuple[str, str, str]]
    keys: frozenset[str]
    result: bytes


_memories: dict[tuple[object, ...], Memory] = {}


def remembered(name: str, build: Callable[[], Built], *, alliance: Alliance | None = None) -> Built:
    """What `build()` gives: built the first time, put there again later.

    Without an `alliance` it is what is built. The day counts too: what is
    remembered of one is nothing for a test that lives on another.
    """
    if not connection.in_atomic_block:
        return build()
    key = (name, clock.now().replace(minute=0, second=0, microsecond=0), alliance and alliance.pk)
    if key not in _memories:
        memory, built = _watch(build, alliance)
        if memory:
            _memories[key] = memory
        return built
    memory = _memories[key]
    found: Built = pickle.loads(memory.result)
    try:
        _put(memory, alliance or found)  # type: ignore[arg-type]
    except IntegrityError:
        # The test has made some of it already, by hand.
        return build()
    return found


def _put(memory: Memory, alliance: Alliance) -> None:
    with in_alliance(alliance), connection.cursor() as cursor:
        for table, columns, rows in memory.tables:
            cursor.execute(
                f'INSERT INTO "{table}" ({columns}) '
                f'SELECT {columns} FROM jsonb_populate_recordset(NULL::"{table}", %s)'
                f"{' ON CONFLICT DO NOTHING' if table in SHARED else ''}",
                [rows],
            )


def _watch(build: Callable[[], Built], alliance: Alliance | None) -> tuple[Memory | None, Built]:
    """What was built, and its memory unless it changed or names rows of this one test."""
    written: dict[str, None] = {}

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        written.update(dict.fromkeys(INSERT.findall(sql)))
        return execute(sql, *rest)

    before = _rows(alliance)
    with connection.execute_wrapper(note):
        built = build()
    after = _rows(alliance or built)  # type: ignore[arg-type]
    added = {
        table: {pk: text for pk, text in after[table].items() if pk not in before.get(table, {})}
        for table in written
    }
    known = {pk for memory in _memories.values() for pk in memory.keys}
    strange = {pk for rows in before.values() for pk in rows if pk not in known}
    is_alone = all(after[table].items() >= rows.items() for table, rows in before.items())
    if not is_alone or any(
        pk in text for rows in added.values() for text in rows.values() for pk in strange
    ):
        return None, built
    tables = [
        (table, ", ".join(f'"{name}"' for name in json.loads(texts[0])), f"[{','.join(texts)}]")
        for table, rows in added.items()
        if (texts := list(rows.values()))
    ]
    keys = frozenset(pk for rows in added.values() for pk in rows)
    return Memory(tables, keys, pickle.dumps(built)), built


def _rows(alliance: Alliance | None) -> dict[str, dict[str, str]]:
    """Every row of the alliance, all alliances and people; by table and key, as JSON."""
    found = {}
    own = in_alliance(alliance) if alliance else nullcontext()
    with own, connection.cursor() as cursor:
        for model in (Alliance, Person, *(tenant_models() if alliance else ())):
            names = {field.name for field in model._meta.local_fields}
            # Entries are sealed one after the other.
            order = "number" if "number" in names else "id"
            table = model._meta.db_table
            # Also where a test has taken row security away.
            own_rows = "WHERE alliance_id = %s" if alliance and "alliance" in names else ""
            cursor.execute(
                f'SELECT id::text, to_jsonb(t)::text FROM "{table}" t {own_rows} ORDER BY {order}',
                [alliance.pk] if alliance and own_rows else [],
            )
            found[table] = dict(cursor.fetchall())
    return found
