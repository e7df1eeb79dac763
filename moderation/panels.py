"""What this room puts on the shell's pages."""

from typing import Any

from django.http import HttpRequest

from moderation.models import CaseState, Stewardship
from moderation.queries import cases

OPEN = (CaseState.AUTO_HIDDEN, CaseState.DECIDED, CaseState.APPEALED)


def mine(request: HttpRequest) -> dict[str, Any] | None:
    """On a member's own page: what of theirs is looked at, and whether they are asked to help."""
    person: Any = request.user
    found = cases.of_author(person).filter(state__in=OPEN).exists()
    invitations = list(Stewardship.objects.invited().filter(person=person).order_by("pk")[:3])
    return {"has_cases": found, "invitations": invitations} if found or invitations else None
