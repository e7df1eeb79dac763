"""What groups put on the shell's pages."""

from typing import Any

from django.http import HttpRequest

from groups.queries import access, pages

SHOWN = 6


def own_groups(request: HttpRequest) -> dict[str, Any] | None:
    """On a member's own page: the groups they are in, and the way to all."""
    if access.seat_in(request.seats) is None:  # type: ignore[attr-defined]
        return None
    return {"rows": pages.own_groups(request.seats)[:SHOWN]}  # type: ignore[attr-defined]
