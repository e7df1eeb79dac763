"""Where listings stand: single places where there are few, counted squares where there are many."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import QueryDict
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.tenancy.scope import current_alliance
from directory.queries.parameters import degrees
from directory.queries.search import SIZE, Asked, Results, search
from directory.spots import MOST_MEMBERS, Bounds, Label, Member, Spot, apart
from members.queries.memberships import today

# Up to so many places each has its own marker, whatever the zoom.
FEW = 60
MOST_SPOTS = 1500
MOST_NAMES = 16
EVERYONE = 50_000
NEAREST_ZOOM = 22
# A square of so many pixels holds one marker (a world of zoom 0 is 256 pixels wide).
CELL_PIXELS = 64
# So far from each other they can be pressed: few ones, of which some are counted together and
# then larger, and many.
PIN_PIXELS, GROUP_PIXELS = 44, 60
WORLD = Bounds(-90, -180, 90, 180)


def bounds_of(parameters: QueryDict) -> Bounds:
    """`bbox=<west>,<south>,<east>,<north>`, the whole earth where none is given.

    Raises:
        DomainError: it is no part of the earth.
    """
    given = parameters.get("bbox", "")
    if not given:
        return WORLD
    parts = given.split(",")
    if len(parts) != 4:
        raise DomainError(_("Write the box as west,south,east,north in degrees."), field="bbox")
    (south, west), (north, east) = degrees(parts[1], parts[0]), degrees(parts[3], parts[2])
    if south >= north or west >= east:
        raise DomainError(_("Write the box as west,south,east,north in degrees."), field="bbox")
    return Bounds(south, west, north, east)


def zoom_of(parameters: QueryDict) -> int:
    """`zoom=0…22`; raises DomainError for any other."""
    given = parameters.get("zoom", "12")
    if not (given.isascii() and given.isdigit()) or int(given[:4]) > NEAREST_ZOOM:
        raise DomainError(_("Zoom goes from 0 to 22."), field="zoom")
    return int(given)


def found_by(asked: Asked) -> list[UUID] | None:
    """The entries that a search finds, however many; None where it asks for nothing special."""
    if not _is_narrow(asked):
        return None
    return [row.entry for row in search(replace(asked, after=None), size=EVERYONE).rows]


def page_and_all(asked: Asked, *, size: int = SIZE) -> tuple[Results, list[UUID] | None]:
    """A page of the list, and all that was found as `found_by` gives it, by one search."""
    if not _is_narrow(asked):
        return search(asked, size=size), None
    found = search(replace(asked, after=None), size=EVERYONE)
    rows = found.rows
    if after := asked.after:
        # By the row itself: the database sorts names otherwise than Python does.
        begins = (n + 1 for n, row in enumerate(rows) if row.entry == after.entry)
        rows = rows[next(begins, 0) :]
    page = replace(found, rows=rows[:size], has_more=len(rows) > size)
    return page, [row.entry for row in found.rows]


def _is_narrow(asked: Asked) -> bool:
    is_bounded = asked.near is not None and asked.near.within_km is not None
    narrows = asked.words or asked.chosen or asked.is_open_now or asked.is_attested
    return bool(narrows or is_bounded)


def spots(entries: Sequence[UUID] | None, *, bounds: Bounds, zoom: int) -> list[Spot]:
    """What to draw within these bounds: one by one where they are few, else by squares.

    What could not be pressed for itself at this zoom is counted with its neighbour.
    """
    width = CELL_PIXELS * 360 / (256 * 2**zoom)
    middle = math.radians((bounds.south + bounds.north) / 2)
    height = width * max(math.cos(middle), 0.01)
    rows = _rows(
        _SPOTS,
        entries,
        bounds,
        wide=width,
        high=height,
        few=FEW,
        most=MOST_SPOTS,
        members=MOST_MEMBERS,
    )
    found = [
        Spot(
            latitude,
            longitude,
            count,
            Bounds(*box),
            tuple(Member(*member) for member in zip(*members, strict=True)),
            where or "",
        )
        for count, latitude, longitude, *box, members, where in rows
    ]
    is_few = sum(spot.count for spot in found) <= FEW
    return apart(
        found,
        pixels_per_degree=256 * 2**zoom / 360,
        distance=PIN_PIXELS if is_few else GROUP_PIXELS,
    )


def extent(entries: Sequence[UUID] | None) -> tuple[Bounds, list[Label]] | None:
    """The smallest box around all of them, and the neighbourhoods with the most, largest first.

    None where none has a point.
    """
    (_name, *box), *names = _rows(_EXTENT, entries, WORLD, most=MOST_NAMES)
    if box[0] is None:
        return None
    return Bounds(*box), [Label(name, *point) for name, *point, _a, _b in names]


def _rows(
    statement: str, entries: Sequence[UUID] | None, bounds: Bounds, **given: Any
) -> list[Any]:
    narrowed = "TRUE" if entries is None else "e.id = ANY(%(entries)s::uuid[])"
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(places=_PLACES.format(narrowed=narrowed)),
            {
                **given,
                "alliance": current_alliance().pk,
                "day": today(),
                "entries": [str(pk) for pk in entries or ()],
                "south": bounds.south,
                "west": bounds.west,
                "north": bounds.north,
                "east": bounds.east,
            },
        )
        return list(cursor.fetchall())


_PLACES = """
SELECT p.id, p.latitude, p.longitude, p.neighbourhood,
       e.slug::text, e.name::text, coalesce(e.categories[1], '')::text AS what
FROM directory_place AS p
JOIN directory_entry AS e ON e.alliance_id = p.alliance_id AND e.business_id = p.business_id
WHERE p.alliance_id = %(alliance)s AND e.shown_until >= %(day)s
  AND p.latitude BETWEEN %(south)s AND %(north)s
  AND p.longitude BETWEEN %(west)s AND %(east)s
  AND {narrowed}
"""
# Few are taken one by one: each is then a group of its own.
_SPOTS = """
WITH shown AS MATERIALIZED ({places})
SELECT count(*), avg(latitude), avg(longitude),
       min(latitude), min(longitude), max(latitude), max(longitude),
       ARRAY[(array_agg(slug ORDER BY name, id))[:%(members)s],
             (array_agg(name ORDER BY name, id))[:%(members)s],
             (array_agg(what ORDER BY name, id))[:%(members)s]],
       mode() WITHIN GROUP (ORDER BY nullif(neighbourhood, ''))
FROM (
    SELECT *, floor(latitude / %(high)s) AS y_cell, floor(longitude / %(wide)s) AS x_cell,
           CASE WHEN (SELECT count(*) FROM shown) <= %(few)s THEN id END AS single
    FROM shown
) AS each
GROUP BY y_cell, x_cell, single ORDER BY 1 DESC, min(name), min(id::text) LIMIT %(most)s
"""
_EXTENT = """
WITH shown AS MATERIALIZED ({places})
SELECT '', min(latitude), min(longitude), max(latitude), max(longitude) FROM shown
UNION ALL (
    SELECT neighbourhood, avg(latitude), avg(longitude), NULL, NULL FROM shown
    WHERE neighbourhood <> '' GROUP BY neighbourhood ORDER BY count(*) DESC, neighbourhood
    LIMIT %(most)s
)
"""
