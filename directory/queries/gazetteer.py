"""Where a place lies that somebody names: by what stands in this alliance's own directory."""

from django.db import connection

from alliance import clock
from alliance.tenancy.scope import current_alliance
from directory.queries.search import Near


def find_place(name: str) -> Near | None:
    """The middle of all public addresses in a neighbourhood, town or postal code of this name.

    An exact name before one that begins so; a neighbourhood before a town.
    None where the directory knows no such place.
    """
    name = " ".join(name.split())
    if not name:
        return None
    day = clock.now().astimezone(current_alliance().zone).date()
    with connection.cursor() as cursor:
        cursor.execute(_MIDDLE, {"alliance": current_alliance().pk, "day": day, "name": name})
        row = cursor.fetchone()
    return Near(row[1], row[2], name=row[0]) if row else None


_MIDDLE = """
SELECT named.name, avg(place.latitude), avg(place.longitude)
FROM directory_place AS place
JOIN directory_entry AS entry
  ON entry.alliance_id = place.alliance_id AND entry.business_id = place.business_id
CROSS JOIN LATERAL (
    VALUES (1, place.neighbourhood), (2, place.city), (3, place.postal_code)
) AS named (kind, name)
CROSS JOIN (SELECT lower(unaccent(%(name)s)) AS name) AS asked
WHERE place.alliance_id = %(alliance)s AND place.latitude IS NOT NULL
  AND entry.shown_until >= %(day)s
  AND starts_with(lower(unaccent(named.name)), asked.name)
GROUP BY named.name, named.kind, asked.name
ORDER BY lower(unaccent(named.name)) <> asked.name, named.kind, named.name
LIMIT 1
"""
