"""What the members' room puts on the shell's pages."""

from typing import Any

from django.http import HttpRequest

from members.models import Business

SHOWN = 12


def our_members(request: HttpRequest) -> dict[str, Any] | None:
    """A handful of member businesses by name, and how many there are."""
    count = Business.objects.count()
    if not count:
        return None
    newest = Business.objects.only("trade_name", "neighbourhood", "city").order_by(
        "-created_at", "-id"
    )
    return {"count": count, "businesses": newest[:SHOWN]}
