"""What the gatherings' room puts on the shell's pages."""

from typing import Any

from django.http import HttpRequest

from gatherings.models import Occurrence
from gatherings.queries import dates

SHOWN = 3


def next_events(request: HttpRequest) -> dict[str, Any] | None:
    """On the home page: the next public events, the soonest first."""
    found = _next(request)
    return {"rows": found} if found else None


def next_events_version(request: HttpRequest) -> object:
    """The next dates as they stand: everything that their rows say."""
    return [
        [
            found.gathering.changed_at,
            found.gathering.business_id,
            *(getattr(found, field.attname) for field in found._meta.concrete_fields),
        ]
        for found in _next(request)
    ]


def _next(request: HttpRequest) -> list[Occurrence]:
    # Asked for the version and again for the page: one query a request is enough.
    if not hasattr(request, "next_events"):
        request.next_events = dates.next_public(SHOWN)  # type: ignore[attr-defined]
    found: list[Occurrence] = request.next_events  # type: ignore[attr-defined]
    return found
