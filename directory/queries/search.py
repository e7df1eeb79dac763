"""Finding: one statement gives a page of entries, how many there are, and the counts to narrow by.

Words go through `directory_search`, the one function that may use the text
index (ADR-0020); everything else is asked under row-level security.

Order: how narrowly the words fit (name, category, tag, text), or nearness
where a place is given; then the day's shuffle, which is the same for everyone
and new each day, so that over time each stands everywhere equally often.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from alliance import clock
from alliance.tenancy.scope import current_alliance
from directory.facets import GROUPS
from directory.queries.correction import Corrected
from directory.queries.opening import open_sql
from directory.queries.texts import hits_sql

SIZE = 24
EARTH_KM = 6371.0088


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
    """What is public and fits; one statement, however many listings there are."""
    day = asked.after.day if asked.after else _today()
    sql, parameters = _statement(asked, day=day, size=size)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        told = cursor.fetchall()
    rows = [
        Found(UUID(key), first, second, km)
        for part, key, _n, first, second, km in told
        if part == 0
    ]
    return Results(
        rows=rows[:size],
        total=next((n for part, _key, n, *_ in told if part == 1), 0),
        counts={key: n for part, key, n, *_ in told if part == 2},
        has_more=len(rows) > size,
        day=day,
    )


def _today() -> date:
    return clock.now().astimezone(current_alliance().zone).date()


def _statement(asked: Asked, *, day: date, size: int) -> tuple[str, dict[str, Any]]:
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
    ctes.append(
        _MATCHED.format(
            rank=rank,
            km=km,
            fits=", ".join(f"{fit} AS in_{g}" for fit, g in zip(fits, groups, strict=True)) or "1",
            joins=" ".join(joins),
            # Who fits all groups but one still counts in that one.
            where=" AND ".join(["TRUE", *where, *_at_most_one_missing(fits)]),
        )
    )
    all_fit = " AND ".join([f"in_{group}" for group in groups]) or "TRUE"
    beyond = "TRUE"
    if asked.after:
        given |= {"first": asked.after.first, "second": asked.after.second}
        given["last"] = asked.after.entry
        beyond = "(first, second, id) > (%(first)s, %(second)s, %(last)s)"
    sql = _ANSWER.format(
        ctes=",\n".join(ctes),
        first=first,
        second=second,
        all_fit=all_fit,
        beyond=beyond,
        counts="\nUNION ALL\n".join(_counts(groups, all_fit)),
    )
    return sql, given


def _order(asked: Asked) -> tuple[str, str]:
    """The two keys, both rising; the entry's id decides between the very same."""
    shuffle = "lpad(to_hex(hashtextextended(business_id::text, %(seed)s)), 16, '0')"
    if asked.by_name:
        return "0::double precision", "name"
    if asked.near:
        return "km", shuffle
    return "-rank::double precision", shuffle


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
    SELECT e.id, e.business_id, e.name, e.facets, {rank} AS rank, {km} AS km, {fits}
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
(SELECT 0 AS part, id::text AS key, NULL::bigint AS n, first, second, km
 FROM page ORDER BY first, second, id)
UNION ALL
SELECT 1, '', count(*), NULL, NULL, NULL FROM ordered
UNION ALL
{counts}
"""
