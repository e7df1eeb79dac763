"""Where a place lies that somebody names: by what stands in this alliance's own directory."""

import hashlib
from datetime import date

from django.db import connection

from alliance import clock, memory
from alliance.tenancy.scope import current_alliance
from directory.queries.search import Near

# The middle of a neighbourhood does not move much in ten minutes.
KNOWN_SECONDS = 600


def find_place(name: str) -> Near | None:
    """The middle of all public addresses in a neighbourhood, town or postal code of this name.

    An exact name before one that begins so; a neighbourhood before a town.
    None where the directory knows no such place.
    """
    name = " ".join(name.split())
    if not name:
        return None
    day = clock.now().astimezone(current_alliance().zone).date()
    key = f"place:{hashlib.sha256(f'{day} {name}'.encode()).hexdigest()[:32]}"
    known: Near | None = memory.recall(key)
    if known is None and (known := _middle(name, day)):
        memory.keep(key, known, seconds=KNOWN_SECONDS)
    return known


def _middle(name: str, day: date) -> Near | None:
    with connection.cursor() as cursor:
        cursor.execute(_MIDDLE, {"alliance": current_alliance().pk, "day": day, "name": name})
        row = cursor.fetchone()
    return Near(row[1], row[2], name=row[0]) if row else None


# Names first, of which there are few; then the addresses that bear one of those that fit.
_MIDDLE = """
WITH areas AS MATERIALIZED (
    SELECT neighbourhood, city, postal_code FROM directory_place
    WHERE alliance_id = %(alliance)s AND latitude IS NOT NULL
    GROUP BY neighbourhood, city, postal_code
),
fitting AS MATERIALIZED (
    SELECT areas.*, named.kind, named.name, lower(unaccent(named.name)) <> asked.name AS is_longer
    FROM areas
    CROSS JOIN LATERAL (
        VALUES (1, neighbourhood), (2, city), (3, postal_code)
    ) AS named (kind, name)
    CROSS JOIN (SELECT lower(unaccent(%(name)s)) AS name) AS asked
    WHERE starts_with(lower(unaccent(named.name)), asked.name)
)
SELECT fitting.name, avg(place.latitude), avg(place.longitude)
FROM fitting
JOIN directory_place AS place USING (neighbourhood, city, postal_code)
JOIN directory_entry AS entry
  ON entry.alliance_id = place.alliance_id AND entry.business_id = place.business_id
WHERE place.alliance_id = %(alliance)s AND place.latitude IS NOT NULL
  AND entry.shown_until >= %(day)s
GROUP BY fitting.name, fitting.kind, fitting.is_longer
ORDER BY fitting.is_longer, fitting.kind, fitting.name
LIMIT 1
"""
