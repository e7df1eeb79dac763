"""Finding: one statement gives a page of entries, how many there are, and the counts to narrow by.

Words go through `directory_search`, the one function that may use the text
index (ADR-0020); everything else is asked under row-level security.

Order: how narrowly the words fit (name, category, tag, text), or nearness
where a place is given; then the day's shuffle, which is the same for everyone
and new each day, so that over time each stands everywhere equally often.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from alliance import clock, memory
from alliance.tenancy.scope import current_alliance
from directory.facets import GROUPS
from directory.queries.correction import Corrected
from directory.queries.opening import open_sql
from directory.queries.texts import hits_sql
from directory.queries.versions import entries_version

SIZE = 24
EARTH_KM = 6371.0088
# Fewer are counted in less time than it takes to remember every question that is ever asked.
MANY, COUNTS_SECONDS = 500, 600
WHOLE = re.compile(r"-?[0-9]{1,19}")


@dataclass(frozen=True)
class Near:
    """A point in degrees, and how far around it to look, in kilometres (None: anywhere)."""

    latitude: float
    longitude: float
    within_km: float | None = None
    name: str = ""


@dataclass(frozen=True)
class Asked:
    """A search that was understood; `chosen` holds the values chosen in each group."""

    words: Corrected | None = None
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_open_now: bool = False
    is_attested: bool = False
    near: Near | None = None
    by_name: bool = False
    after: "After | None" = None


@dataclass(frozen=True)
class After:
    """The last row of the page before: its day and the keys by which it was ordered."""

    day: date
    first: float
    second: str
    entry: UUID


@dataclass(frozen=True)
class Found:
    """One entry of the page; `km` where a place was asked for."""

    entry: UUID
    first: float
    second: str
    km: float | None


@dataclass(frozen=True)
class Results:
    """A page of entries in order, how many there are in all, and the counts of each facet."""

    rows: list[Found]
    total: int
    counts: dict[str, int]
    has_more: bool
    day: date


def search(asked: Asked, *, size: int = SIZE) -> Results:
    """What is public and fits; one statement, however many listings there are.

    Counting many costs more than finding them, so it is remembered until an
    entry changes: other pages and other orders of it are not counted again.
    """
    day = asked.after.day if asked.after else _today()
    key = _key_of_counts(asked)
    known: tuple[int, dict[str, int]] | None = memory.recall(key)
    sql, parameters = _statement(asked, day=day, size=size, is_counted=known is None)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        told = cursor.fetchall()
    rows = [
        Found(UUID(key), first, second, km)
        for part, key, _n, first, second, km in told
        if part == 0
    ]
    if known is None:
        known = (
            next((n for part, _key, n, *_ in told if part == 1), 0),
            {key: n for part, key, n, *_ in told if part == 2},
        )
        if known[0] >= MANY:
            memory.keep(key, known, seconds=COUNTS_SECONDS)
    total, counts = known
    return Results(rows=rows[:size], total=total, counts=counts, has_more=len(rows) > size, day=day)


def _key_of_counts(asked: Asked) -> str:
    """Everything that decides who fits: the entries as they stand, the day, what was asked."""
    now = clock.now().astimezone(current_alliance().zone)
    minute = now.strftime("%H:%M") if asked.is_open_now else ""
    narrowed = replace(asked, after=None, by_name=False)
    parts = (entries_version(), now.date(), minute, narrowed)
    return f"counts:{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"


def _today() -> date:
    return clock.now().astimezone(current_alliance().zone).date()


def _statement(
    asked: Asked, *, day: date, size: int, is_counted: bool = True
) -> tuple[str, dict[str, Any]]:
    given: dict[str, Any] = {
        "alliance": current_alliance().pk,
        # Whoever turns pages past midnight keeps the order, not who has lapsed since.
        "day": _today(),
        "seed": day.toordinal(),
        "size": size + 1,
    }
    ctes, joins, where = [], [], []
    rank, km = "0", "NULL::double precision"
    if asked.words:
        hits, of_words = hits_sql(asked.words)
        given |= of_words
        ctes.append(f"hits AS MATERIALIZED ({hits})")
        joins.append("JOIN hits ON hits.entry = e.id")
        rank = "hits.rank"
    if asked.near:
        ctes.append(f"near AS MATERIALIZED ({_NEAR})")
        joins.append("JOIN near ON near.business_id = e.business_id")
        km = "near.km"
        given |= _around(asked.near)
    if asked.is_open_now:
        opened, of_hours = open_sql(clock.now().astimezone(current_alliance().zone))
        given |= of_hours
        ctes.append(f"opened AS MATERIALIZED ({opened})")
        where.append("e.business_id IN (SELECT business_id FROM opened)")
    if asked.is_attested:
        where.append("e.attested_until >= %(day)s")
    groups = [group for group in GROUPS if asked.chosen.get(group)]
    fits = []
    for group in groups:
        given[f"in_{group}"] = [f"{group}:{value}" for value in asked.chosen[group]]
        fits.append(f"e.facets && %(in_{group})s")
    first, second = _order(asked)
    # Who fits all groups but one still counts in that one.
    where += _at_most_one_missing(fits) if is_counted else fits
    columns = ["e.id", "e.business_id", "e.name", f"{rank} AS rank", f"{km} AS km"]
    if is_counted:
        columns += ["e.facets", *(f"{f} AS in_{g}" for f, g in zip(fits, groups, strict=True))]
    ctes.append(
        _MATCHED.format(
            columns=", ".join(columns),
            joins=" ".join(joins),
            where=" AND ".join(["TRUE", *where]),
        )
    )
    all_fit = (" AND ".join([f"in_{group}" for group in groups]) if is_counted else "") or "TRUE"
    beyond, of_cursor = _beyond(asked)
    counts = [_TOTAL, *_counts(groups, all_fit)] if is_counted else []
    sql = _ANSWER.format(
        ctes=",\n".join(ctes),
        first=first,
        second=second,
        all_fit=all_fit,
        beyond=beyond,
        counts="".join(f"\nUNION ALL\n{part}" for part in counts),
    )
    return sql, given | of_cursor


def _order(asked: Asked) -> tuple[str, str]:
    """The two keys, both rising; the entry's id decides between the very same."""
    shuffle = "uuid_hash_extended(business_id, %(seed)s)"
    if asked.by_name:
        return "0::double precision", "name"
    if asked.near:
        return "km", shuffle
    return "-rank::double precision", shuffle


def _beyond(asked: Asked) -> tuple[str, dict[str, Any]]:
    """What comes after the cursor; a cursor of another order begins at the first page."""
    after = asked.after
    if after is None or not (asked.by_name or _is_hash(after.second)):
        return "TRUE", {}
    kind = "text" if asked.by_name else "bigint"
    return (
        f"(first, second, id) > (%(first)s, %(second)s::{kind}, %(last)s)",
        {"first": after.first, "second": after.second, "last": after.entry},
    )


def _is_hash(text: str) -> bool:
    return WHOLE.fullmatch(text) is not None and -(2**63) <= int(text) < 2**63


def _at_most_one_missing(fits: list[str]) -> list[str]:
    if len(fits) < 2:
        return []
    missing = " + ".join(f"(NOT {fit})::int" for fit in fits)
    return [f"({missing}) <= 1"]


def _counts(groups: list[str], all_fit: str) -> list[str]:
    """For a group in which something is chosen, the counts are those without that choice."""
    chosen = " OR ".join(f"facet LIKE '{group}:%%'" for group in groups)
    parts = [_COUNT.format(fits=all_fit, of=f"NOT ({chosen})" if chosen else "TRUE")]
    for group in groups:
        others = " AND ".join([f"in_{other}" for other in groups if other != group]) or "TRUE"
        parts.append(_COUNT.format(fits=others, of=f"facet LIKE '{group}:%%'"))
    return parts


def _around(near: Near) -> dict[str, Any]:
    return {
        "latitude": near.latitude,
        "longitude": near.longitude,
        "within": near.within_km,
        "earth": EARTH_KM,
    }


# The haversine formula (R. W. Sinnott, "Virtues of the Haversine", 1984).
_NEAR = """
SELECT business_id, min(km) AS km FROM (
    SELECT business_id, 2 * %(earth)s * asin(least(1, sqrt(
        power(sin(radians(latitude - %(latitude)s) / 2), 2)
        + cos(radians(%(latitude)s)) * cos(radians(latitude))
        * power(sin(radians(longitude - %(longitude)s) / 2), 2)
    ))) AS km
    FROM directory_place
    WHERE alliance_id = %(alliance)s AND latitude IS NOT NULL
) AS each
WHERE %(within)s::double precision IS NULL OR km <= %(within)s
GROUP BY business_id
"""
_MATCHED = """matched AS MATERIALIZED (
    SELECT {columns}
    FROM directory_entry AS e {joins}
    WHERE e.alliance_id = %(alliance)s AND e.shown_until >= %(day)s AND {where}
)"""
_COUNT = """SELECT 2, facet, count(*), NULL, NULL, NULL FROM (
    SELECT unnest(facets) AS facet FROM matched WHERE {fits}
) AS each WHERE {of} GROUP BY facet"""
_ANSWER = """
WITH {ctes},
ordered AS (
    SELECT id, {first} AS first, {second} AS second, km FROM matched WHERE {all_fit}
),
page AS (
    SELECT * FROM ordered WHERE {beyond} ORDER BY first, second, id LIMIT %(size)s
)
(SELECT 0 AS part, id::text AS key, NULL::bigint AS n, first, second::text AS second, km
 FROM page ORDER BY page.first, page.second, page.id){counts}
"""
_TOTAL = "SELECT 1, '', count(*), NULL, NULL, NULL FROM ordered"
