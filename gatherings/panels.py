"""What the gatherings' room puts on the shell's pages."""

from typing import Any

from django.http import HttpRequest

from gatherings.queries import dates

SHOWN = 3


def next_events(request: HttpRequest) -> dict[str, Any] | None:
    """On the home page: the next public events, the soonest first."""
    found = dates.next_public(SHOWN)
    return {"rows": found} if found else None


def next_events_version(request: HttpRequest) -> object:
    """The next dates as they stand: everything that their rows say, from one query."""
    return [
        (found.gathering.changed_at, found.gathering.business_id)
        + tuple(getattr(found, field.attname) for field in found._meta.concrete_fields)
        for found in dates.next_public(SHOWN)
    ]
