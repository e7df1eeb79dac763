"""A search as its address says it: understood as far as it can be, with words for what cannot."""

import re
from dataclasses import dataclass, field, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Alliance
from directory.facets import GROUPS, LONGEST
from directory.queries.correction import correct
from directory.queries.gazetteer import find_place
from directory.queries.parameters import MOST_CHOSEN, degrees, read_cursor
from directory.queries.search import Asked, Near
from directory.units import in_km
from directory.words import LONGEST_QUERY

# In the alliance's unit.
DISTANCES = (1, 3, 10, 25)
POINT = re.compile(r"-?\d{1,3}(?:\.\d{1,12})?, ?-?\d{1,3}(?:\.\d{1,12})?")


@dataclass(frozen=True)
class Asking:
    """What was asked for, and sentences for the fields that could not be understood."""

    asked: Asked
    query: str = ""
    place: str = ""
    within: int | None = None
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the order was chosen."""
        asked = self.asked
        return bool(
            asked.words or asked.chosen or asked.near or asked.is_open_now or asked.is_attested
        )


def read(given: QueryDict, alliance: Alliance) -> Asking:
    """Reads ?q=&category=…&open=now&attested=yes&near=&lat=&lon=&within=&sort=&after=."""
    problems: dict[str, str] = {}
    query = given.get("q", "")
    words = None
    if len(query) > LONGEST_QUERY:
        problems["q"] = _("Search with fewer words: %(most)d characters at most.") % {
            "most": LONGEST_QUERY
        }
    else:
        words = correct(query)
    within = _within(given.get("within", ""))
    near = _near(given, problems)
    if near and within:
        near = replace(near, within_km=in_km(within, alliance))
    asked = Asked(
        words=words,
        chosen=_chosen(given),
        is_open_now=given.get("open") == "now",
        is_attested=given.get("attested") == "yes",
        near=near,
        by_name=given.get("sort") == "name",
        after=read_cursor(given.get("after", "")),
    )
    return Asking(asked, query, given.get("near", "").strip(), within, problems)


def understood(given: QueryDict, alliance: Alliance) -> Asked:
    """The same for pages that show no form beside their results.

    Raises:
        DomainError: something that was asked for cannot be understood.
    """
    asking = read(given, alliance)
    for name, words in asking.problems.items():
        raise DomainError(words, field=name)
    return asking.asked


def _chosen(given: QueryDict) -> dict[str, tuple[str, ...]]:
    chosen = {}
    for group in GROUPS:
        values = [value[:LONGEST] for value in given.getlist(group) if value.strip()]
        if values:
            chosen[group] = tuple(dict.fromkeys(values))[:MOST_CHOSEN]
    return chosen


def _within(text: str) -> int | None:
    return int(text) if text in {str(distance) for distance in DISTANCES} else None


def _near(given: QueryDict, problems: dict[str, str]) -> Near | None:
    latitude, longitude = given.get("lat", ""), given.get("lon", "")
    name = given.get("near", "").strip()
    if POINT.fullmatch(name):
        latitude, _comma, longitude = name.partition(",")
        name = ""
    if latitude or longitude:
        try:
            return Near(*degrees(latitude, longitude), name=name)
        except DomainError:
            problems["near"] = _("These coordinates lie nowhere on earth. Name a place instead.")
            return None
    if not name:
        return None
    found = find_place(name[:LONGEST])
    if found is None:
        problems["near"] = _(
            "No address in this directory lies there. Try a neighbourhood, a town or a postal code."
        )
    return found
