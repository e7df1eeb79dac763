"""A page of results with everything that its list shows, from one row each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.http import QueryDict

from alliance.models import Alliance
from directory.addresses import listing_path, photo_path
from directory.asking import Asking
from directory.facets import GROUPS, label_of
from directory.models import DirectoryEntry
from directory.queries.parameters import write_cursor
from directory.queries.search import SIZE, Results, search
from directory.units import in_words

# What stands open of a group; the rest is behind "more".
SHOWN = 6
# A group of which all share one value, or have none, narrows nothing down.
LEAST_VALUES = 2


@dataclass(frozen=True)
class Card:
    """A listing as a list shows it."""

    name: str
    path: str
    line: str
    blurb: str
    place: str
    photo: str
    photo_words: str
    is_attested: bool
    accepts_pledges: bool


@dataclass(frozen=True)
class Choice:
    """A value to narrow by, with the number of listings it would leave."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Group:
    """The values of one group, the most frequent first; `more` are folded away."""

    name: str
    choices: list[Choice]
    more: list[Choice]


@dataclass(frozen=True)
class ResultPage:
    """What the page of results shows; `next_query` where there is more."""

    cards: list[Card]
    total: int
    groups: list[Group]
    next_query: str


def results(
    asking: Asking, given: QueryDict, alliance: Alliance, *, size: int = SIZE
) -> ResultPage:
    """The asked page: two statements, however many listings there are."""
    found = search(asking.asked, size=size)
    return ResultPage(
        cards=cards(found, alliance),
        total=found.total,
        groups=_groups(found.counts, asking.asked.chosen, alliance.language),
        next_query=_next(found, given),
    )


def cards(found: Results, alliance: Alliance) -> list[Card]:
    """The rows of a search in its order."""
    distances = {row.entry: in_words(row.km, alliance) for row in found.rows if row.km is not None}
    return cards_of([row.entry for row in found.rows], found.day, distances)


def cards_of(
    keys: Sequence[UUID], day: date, distances: Mapping[UUID, str] | None = None
) -> list[Card]:
    """The cards of these entries, in this order."""
    rows = {row["pk"]: row for row in DirectoryEntry.objects.filter(pk__in=keys).values(*_FIELDS)}
    distances = distances or {}
    return [_card(rows[key], day, distances.get(key, "")) for key in keys if key in rows]


_FIELDS = (
    "pk",
    "slug",
    "name",
    "segment",
    "categories",
    "blurb",
    "neighbourhood",
    "city",
    "photo",
    "photo_words",
    "accepts_pledges",
    "attested_until",
)


def _card(row: dict[str, Any], day: date, distance: str) -> Card:
    until = row["attested_until"]
    return Card(
        name=row["name"],
        path=listing_path(row["slug"]),
        line=", ".join(row["categories"]) or label_of("kind", row["segment"], language="en"),
        blurb=row["blurb"],
        place=" · ".join(filter(None, (row["neighbourhood"] or row["city"], distance))),
        photo=photo_path(row["photo"], "small") if row["photo"] else "",
        photo_words=row["photo_words"],
        is_attested=until is not None and until >= day,
        accepts_pledges=row["accepts_pledges"],
    )


def _next(found: Results, given: QueryDict) -> str:
    cursor = write_cursor(found)
    if cursor is None:
        return ""
    parameters = given.copy()
    parameters["after"] = cursor
    return parameters.urlencode()


def _groups(counts: dict[str, int], chosen: Any, language: str) -> list[Group]:
    by_group: dict[str, dict[str, int]] = {group: {} for group in GROUPS}
    for facet, count in counts.items():
        group, _colon, value = facet.partition(":")
        by_group[group][value] = count
    for group, values in chosen.items():
        for value in values:
            by_group[group].setdefault(value, 0)
    return [
        _group(group, by_group[group], chosen.get(group, ()), language)
        for group in GROUPS
        if len(by_group[group]) >= LEAST_VALUES or group in chosen
    ]


def _group(name: str, counts: dict[str, int], chosen: Any, language: str) -> Group:
    choices = [
        Choice(value, label_of(name, value, language=language), count, value in chosen)
        for value, count in counts.items()
    ]
    choices.sort(key=lambda choice: (not choice.is_chosen, -choice.count, choice.label))
    shown = max(SHOWN, sum(choice.is_chosen for choice in choices))
    # One alone is not worth a fold.
    shown += len(choices) == shown + 1
    return Group(name, choices[:shown], choices[shown:])
