"""A query string as a search, as programs ask: by degrees and kilometres. Cursors for everybody.

Pages, where people name places and choose distances, ask by `directory.asking`.

q · kind category place value language has tag (several of each) · open=now ·
confirmed=yes · near=<latitude>,<longitude> · within=<km> · sort=name · after=<cursor>
"""

import math
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from directory.facets import GROUPS, LONGEST
from directory.queries.correction import correct
from directory.queries.search import After, Asked, Near, Results
from directory.words import LONGEST_QUERY

# More choices in one group than any page offers at once.
MOST_CHOSEN = 20
FARTHEST_KM = 20_000.0


def asked_of(parameters: QueryDict) -> Asked:
    """The search that these parameters ask for; what is unknown is left aside.

    Raises:
        DomainError: coordinates that are none, a distance that is none.
    """
    query = parameters.get("q", "")[:LONGEST_QUERY]
    chosen = {
        group: tuple(value[:LONGEST] for value in parameters.getlist(group) if value)[:MOST_CHOSEN]
        for group in GROUPS
    }
    return Asked(
        words=correct(query) if query.strip() else None,
        chosen={group: values for group, values in chosen.items() if values},
        is_open_now=parameters.get("open") == "now",
        is_attested=parameters.get("confirmed") == "yes",
        near=_near(parameters.get("near", ""), parameters.get("within", "")),
        by_name=parameters.get("sort") == "name",
        after=read_cursor(parameters.get("after", "")),
    )


def degrees(latitude: str, longitude: str) -> tuple[float, float]:
    """A point on the earth; raises DomainError for any other."""
    try:
        found = float(latitude), float(longitude)
    except ValueError:
        found = math.nan, math.nan
    # Comparisons with what is not a number are false.
    if not (-90 <= found[0] <= 90 and -180 <= found[1] <= 180):
        raise DomainError(
            _("These coordinates are not on the earth; write them as 37.8044,-122.2712."),
            field="near",
        )
    return found


def write_cursor(results: Results) -> str | None:
    """Where the next page begins; None on the last."""
    if not results.has_more:
        return None
    last = results.rows[-1]
    text = "|".join([results.day.isoformat(), repr(last.first), str(last.entry), last.second])
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> After | None:
    """What was written; a cursor that is none of ours begins at the first page."""
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        day, first, entry, second = text.split("|", 3)
        after = After(date.fromisoformat(day), float(first), second, UUID(entry))
    except ValueError:
        return None
    return after if math.isfinite(after.first) and "\x00" not in second else None


def _near(point: str, within: str) -> Near | None:
    if not point.strip():
        return None
    latitude, _comma, longitude = point.partition(",")
    try:
        km = float(within) if within.strip() else None
    except ValueError:
        km = math.nan
    if km is not None and not 0 < km <= FARTHEST_KM:
        raise DomainError(_("Write the distance in kilometres, such as 2 or 0.5."), field="within")
    return Near(*degrees(latitude, longitude), within_km=km)
