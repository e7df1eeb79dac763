"""The directory on paper: by category, then by name, each with hours and telephone in a line."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from directory.content import Hours, Span
from directory.models import OpeningHours
from directory.phrases import week_in_short
from directory.queries.listed import Listed, listed_rows
from directory.queries.search import Asked, Results, search

# Some sixty sheets; more is no list that anyone prints.
MOST = 2000


@dataclass(frozen=True)
class Line:
    """One business on paper."""

    name: str
    address: str
    phone: str
    hours: str
    path: str


@dataclass(frozen=True)
class Chapter:
    """A category with its businesses, by name; `anchor` is the same on each printing."""

    title: str
    anchor: str
    lines: tuple[Line, ...]


def chapters(asked: Asked) -> tuple[list[Chapter], Results]:
    """The categories in alphabetical order; each business stands under its first one."""
    results = search(asked, size=MOST)
    rows = listed_rows(results.rows)
    hours = _hours(row.place.pk for row in rows if row.place)
    by_title: dict[str, list[Line]] = defaultdict(list)
    for row in rows:
        by_title[_title(row)].append(_line(row, hours))
    titles = sorted(by_title, key=str.casefold)
    found = [
        Chapter(title, f"part-{number}", tuple(sorted(by_title[title], key=_by_name)))
        for number, title in enumerate(titles, start=1)
    ]
    return found, results


def _title(row: Listed) -> str:
    categories = row.entry.categories
    return str(categories[0] if categories else row.entry.get_segment_display())


def _by_name(line: Line) -> str:
    return line.name.casefold()


def _line(row: Listed, hours: dict[UUID, list[Span]]) -> Line:
    place = row.place
    parts = (place.street, place.city) if place else ()
    return Line(
        name=row.entry.name,
        address=", ".join(part for part in parts if part),
        phone=place.phone if place else "",
        hours=week_in_short(Hours(week=tuple(hours.get(place.pk, ())))) if place else "",
        path=row.path,
    )


def _hours(place_ids: Iterable[UUID]) -> dict[UUID, list[Span]]:
    found: dict[UUID, list[Span]] = defaultdict(list)
    rows = OpeningHours.objects.filter(place__in=list(place_ids))
    for place_id, *span in rows.values_list("place", "weekday", "opens", "closes"):
        found[place_id].append(Span(*span))
    return found
