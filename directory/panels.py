"""What the directory puts on the pages of one member."""

from datetime import timedelta
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest
from django.urls import reverse

from alliance.access import seat_for
from directory.models import CountKind, DailyCount
from directory.queries.keeping import kept_of
from directory.queries.ownership import confirmable_by
from directory.rules import SEE_LISTINGS
from directory.visibility import visibility_of
from members.models import Business
from members.queries.memberships import today

MONTH = timedelta(days=30)


def own_listing(request: HttpRequest) -> dict[str, Any] | None:
    """On a member's own page: whether it is public, the draft, and a month in figures."""
    query = request.member_query  # type: ignore[attr-defined]
    found = _about(request, reverse("directory:own_listing") + query)
    return found | {"to_confirm": confirmable_by(request.seats).count()}  # type: ignore[attr-defined]


def listing_of_member(request: HttpRequest) -> dict[str, Any] | None:
    """The same on the desk's page of one member."""
    if seat_for(request.seats, SEE_LISTINGS) is None:  # type: ignore[attr-defined]
        return None
    slug = request.member_business.slug  # type: ignore[attr-defined]
    return _about(request, reverse("directory_staff:listing", args=[slug]))


def _about(request: HttpRequest, url: str) -> dict[str, Any]:
    business: Business = request.member_business  # type: ignore[attr-defined]
    kept = kept_of(business)
    figures = _month_of(business)
    return {
        "business": business,
        "kept": kept,
        "visibility": visibility_of(kept, request.membership),  # type: ignore[attr-defined]
        "views": figures.get(CountKind.VIEW, 0) if figures else None,
        "clicks": sum(n for kind, n in figures.items() if kind != CountKind.VIEW),
        "url": url,
    }


def _month_of(business: Business) -> dict[str, int]:
    rows = DailyCount.objects.filter(business=business, day__gt=today() - MONTH).order_by()
    return dict(rows.values("kind").annotate(sum=Sum("count")).values_list("kind", "sum"))
