"""How long the directory's pages take with many listings, and against a bare Django list.

bin/bench directory             2,000 and 50,000 listings in one alliance among 1,000
bin/bench directory --explain   and the plan of each statement that takes 20 ms or more

The whole of the application in one process: middleware, transaction, scope,
search, template. Every alliance but the measured ones has 100 listings. Held
to the aim is what is asked for the first time since something changed, when
nothing is remembered; what the next visitor waits for stands beside it.
"""

import json
import logging
import os
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import DateTimeField, ExpressionWrapper, F, FloatField, Func, Value
from django.test import Client

from alliance.local import state
from alliance.models import Alliance, Network
from alliance.services.places import open_alliance
from alliance.tenancy.scope import in_alliance
from directory.models import DirectoryEntry
from directory.services import entries
from tests.load.listings import business_rows
from tests.plugin import run_sql

ALLIANCES, EACH = 1_000, 100
SIZES = {2_000: 100, 50_000: 300}
# Each asked this often after a first time.
ROUNDS = 3
QUERIES = (
    "",
    "?q=bakery",
    "?q=bak",
    "?q=bakrey",
    "?q=cafe+temescal",
    "?q=the+quiet+corner",
    "?q=shoes+repair",
    "?q=b",
    "?q=sourdow",
    "?q=Zebra+unicorn",
    "?category=Bakery",
    "?category=Bakery&category=Café&place=Temescal",
    "?value=woman-owned&language=es",
    "?open=now",
    "?open=now&q=bread",
    "?near=Temescal",
    "?near=Temescal&within=3&q=coffee",
    "?sort=name",
    "?q=bread&sort=name",
)


def measure(*options: str) -> bool:
    """Prints p50 and p95 of all searches at each size; writes .local/directory.json."""
    logging.disable(logging.WARNING)
    report: dict[str, Any] = {}
    network = Network.objects.create(name="Main Streets")
    many = _many(network)
    for size, aim in SIZES.items():
        alliance, seconds = _filled(network, size)
        report[f"{size} listings, entries written"] = {"seconds": round(seconds, 1)}
        many.analyse()
        times, again = _times(alliance, is_first=True), _times(alliance, is_first=False)
        p95 = _share(times, 0.95)
        report[f"{size} listings among {ALLIANCES} alliances"] = {
            "p50_ms": round(statistics.median(_all(times))),
            "p95_ms": round(p95),
            "again_p95_ms": round(_share(again, 0.95)),
            "within": p95 < aim,
            "slowest": {q: round(max(ms)) for q, ms in sorted(times.items(), key=_slowest)[:4]},
        }
        if "--explain" in options:
            _explain(alliance)
    (state.ROOT / ".local" / "directory.json").write_text(json.dumps(report, indent=2))
    for name, figures in report.items():
        print(f"{name:<46} {figures}")
    return not all(figures.get("within", True) for figures in report.values())


class _Many:
    """Rows of many alliances, written as the owner: what is measured is reading them."""

    def run(self, statement: str) -> None:
        run_sql(os.environ["ADMIN_DATABASE_URL"], statement)

    def analyse(self) -> None:
        self.run("VACUUM (ANALYZE)")


def _many(network: Network) -> _Many:
    """A pattern alliance of 100, and 999 copies of its rows under ids of their own."""
    many = _Many()
    pattern, _seconds = _filled(network, EACH, slug="pattern")
    many.run(
        "INSERT INTO alliance_alliance SELECT (jsonb_populate_record(a, jsonb_build_object("
        "'id', md5(a.id::text || n), 'slug', 'town-' || n))).* "
        f"FROM alliance_alliance a, generate_series(1, {ALLIANCES - 1}) n "
        f"WHERE a.id = '{pattern.pk}'"
    )
    keyed = {
        "members_business": (),
        "directory_entry": ("business_id",),
        "directory_place": ("business_id",),
        "directory_openinghours": ("business_id", "place_id"),
        "directory_searchword": (),
    }
    for table, keys in keyed.items():
        changes = "".join(f", '{key}', md5(t.{key}::text || n)" for key in keys)
        # Row by row of all alliances in turn: the worst order in which they can lie.
        many.run(
            f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object("
            f"'id', md5(t.id::text || n), 'alliance_id', md5(t.alliance_id::text || n){changes}))"
            f").* FROM {table} t, generate_series(1, {ALLIANCES - 1}) n "
            f"WHERE t.alliance_id = '{pattern.pk}'"
        )
    many.analyse()
    return many


def _filled(network: Network, size: int, *, slug: str = "") -> tuple[Alliance, float]:
    alliance = open_alliance(
        network=network,
        name=f"Town of {size}",
        slug=slug or f"listings-{size}",
        contact_email="hello@town.example",
        timezone="America/Los_Angeles",
    )
    with in_alliance(alliance):
        business_rows(size)
    # As the server would have done by the time that anybody looks.
    _Many().analyse()
    with in_alliance(alliance):
        began = time.perf_counter()
        entries.refresh()
        seconds = time.perf_counter() - began
        # Changed one by one in the course of a month, as it is in life.
        age = Func(function="random", output_field=FloatField()) * Value(timedelta(days=30))
        DirectoryEntry.objects.update(
            shown_until="2099-12-31",
            changed_at=ExpressionWrapper(F("changed_at") - age, DateTimeField()),
        )
    return alliance, seconds


def _times(alliance: Alliance, *, is_first: bool) -> dict[str, list[float]]:
    """Milliseconds of each search, as a visitor's requests one after the other."""
    client = Client(HTTP_HOST=f"{alliance.slug}.commonweal.test")
    return {
        query: _timed(lambda q=query: client.get(f"/directory/{q}"), is_first=is_first)
        for query in QUERIES
    }


def _timed(ask: Callable[[], Any], *, is_first: bool) -> list[float]:
    ask()
    times = []
    for _round in range(ROUNDS):
        if is_first:
            cache.clear()
        began = time.perf_counter()
        answer = ask()
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.status_code
    return times


def _all(times: dict[str, list[float]]) -> list[float]:
    return [ms for each in times.values() for ms in each]


def _share(times: dict[str, list[float]], share: float) -> float:
    found = sorted(_all(times))
    return found[min(len(found) - 1, round(share * len(found)))]


def _slowest(item: tuple[str, list[float]]) -> float:
    return -max(item[1])


def _explain(alliance: Alliance) -> None:
    from django.db import reset_queries

    def watch(execute: Any, sql: str, params: Any, is_many: bool, context: Any) -> Any:
        began = time.perf_counter()
        answer = execute(sql, params, is_many, context)
        ms = (time.perf_counter() - began) * 1000
        if ms > 20 and sql.lstrip().upper().startswith(("SELECT", "WITH")):
            plans.append((ms, sql, params))
        return answer

    client = Client(HTTP_HOST=f"{alliance.slug}.commonweal.test")
    for query in QUERIES:
        plans: list[Any] = []
        with connection.execute_wrapper(watch):
            client.get(f"/directory/{query}")
        for ms, sql, params in plans:
            print(f"--- {query} {ms:.0f} ms")
            with in_alliance(alliance), connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS OFF, COSTS OFF) {sql}", params)
                print("\n".join(line for (line,) in cursor.fetchall()))
    reset_queries()
