"""Open data of those who agreed: the same columns as CSV, JSON and GeoJSON."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from typing import Any

from defusedcsv import csv
from django.core.serializers.json import DjangoJSONEncoder

from alliance.services.exports import inert

LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Row:
    """What one business gives away; nothing that its page does not show."""

    name: str
    url: str
    kind: str
    categories: tuple[str, ...]
    blurb: str
    street: str
    neighbourhood: str
    city: str
    region: str
    postal_code: str
    latitude: float | None
    longitude: float | None
    phone: str
    email: str
    website: str
    languages: tuple[str, ...]
    values: tuple[str, ...]
    tags: tuple[str, ...]
    accepts_pledges: bool
    locally_owned_until: str
    changed_at: str


def as_csv(rows: Sequence[Row]) -> str:
    """A spreadsheet in which nothing is a formula; each line names the licence."""
    out = StringIO()
    writer = csv.writer(out)
    names = list(Row.__dataclass_fields__)
    writer.writerow([*names, "licence"])
    for row in rows:
        writer.writerow([*(inert(_cell(getattr(row, name))) for name in names), LICENCE])
    return out.getvalue()


def as_json(rows: Sequence[Row], *, source: str) -> str:
    """A list under `businesses`, with licence and source."""
    return _encoded({**_about(source), "businesses": [asdict(row) for row in rows]})


def as_geojson(rows: Sequence[Row], *, source: str) -> str:
    """A FeatureCollection (RFC 7946); who shows no place has no geometry."""
    return _encoded(
        {
            "type": "FeatureCollection",
            **_about(source),
            "features": [
                {
                    "type": "Feature",
                    "id": row.url,
                    "geometry": _point(row),
                    "properties": asdict(row),
                }
                for row in rows
            ],
        }
    )


def _about(source: str) -> dict[str, str]:
    return {"licence": LICENCE, "licence_url": LICENCE_URL, "source": source}


def _point(row: Row) -> dict[str, Any] | None:
    if row.latitude is None or row.longitude is None:
        return None
    return {"type": "Point", "coordinates": [row.longitude, row.latitude]}


def _cell(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _encoded(data: dict[str, Any]) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
