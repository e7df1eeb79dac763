"""What the directory puts on the alliance's front page."""

from typing import Any

from django.http import HttpRequest

from directory.queries.featured import featured, listed_count

SHOWN = 6


def high_street(request: HttpRequest) -> dict[str, Any] | None:
    """Six businesses of today, how many there are, and the way to all."""
    count = listed_count()
    return {"cards": featured(SHOWN), "count": count} if count else None
