"""What a membership brought: for its member, and for the desk."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.access import seat_page
from alliance.tenancy.scope import current_alliance
from members.models import Business, Membership, ValueStatement
from members.queries.memberships import today
from members.rules import REPRESENT, SEE_MEMBERS
from members.services import value_statements
from members.views.own import own_business, set_member

SHOWN = 12


@dataclass(frozen=True)
class Kept:
    """A statement that was sent."""

    from_on: date
    to_on: date
    made_on: date
    lines: list[value_statements.Line]


@seat_page(REPRESENT)
@own_business
@require_safe
def own_value(request: HttpRequest) -> HttpResponse:
    """/me/value/: the year up to today, and the statements of the years before."""
    context = _context(request) | {"query": request.member_query}  # type: ignore[attr-defined]
    return render(request, "members/me/value.html", context)


@seat_page(SEE_MEMBERS)
@require_safe
def member_value(request: HttpRequest, business_slug: str) -> HttpResponse:
    """The same for the desk."""
    set_member(request, get_object_or_404(Business, slug=business_slug))
    return render(request, "members/staff/value.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    found: dict[str, Any] = {
        "business": request.member_business,  # type: ignore[attr-defined]
        "membership": membership,
        "today": today(),
    }
    if membership is None:
        return found
    sent = ValueStatement.objects.filter(membership=membership)[:SHOWN]
    zone = current_alliance().zone
    statements = [
        Kept(
            statement.from_on,
            statement.to_on,
            statement.made_at.astimezone(zone).date(),
            value_statements.lines_of(statement),
        )
        for statement in sent
    ]
    lines = value_statements.so_far(membership=membership, day=found["today"])
    return found | {"statements": statements, "lines": lines}
