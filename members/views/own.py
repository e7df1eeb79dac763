"""Whose page it is: the business that a member's page is about."""

from functools import cache, wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from alliance.access import View
from members.models import Business, Membership
from members.queries import representatives
from members.queries.businesses import businesses_of
from members.queries.dues import next_to_pay
from members.queries.standing import standing


def choose_business(request: HttpRequest) -> Business | None:
    """Sets `request.member_business` and `request.membership` (either may be None).

    ?business= names it where the visitor speaks for several, else it is the
    first by name. A name that is not theirs is 404. The membership carries
    `status` and `paid_until` of today; links within these pages end in
    `request.member_query`, so that the choice is kept. What several parts of a
    page read is read once: `request.member_people()`, who speaks for it, and
    `request.next_to_pay()`, its invoice that is due first.
    """
    own = list(businesses_of(request.seats))  # type: ignore[attr-defined]
    named = request.GET.get("business", "")
    found = next((one for one in own if one.slug == named or not named), None)
    if named and found is None:
        raise Http404
    request.member_businesses = own  # type: ignore[attr-defined]
    request.member_query = f"?business={found.slug}" if found and len(own) > 1 else ""  # type: ignore[attr-defined]
    set_member(request, found)
    if found is not None:
        request.member_people = cache(lambda: list(representatives.live_of(found)))  # type: ignore[attr-defined]
        request.next_to_pay = cache(lambda: next_to_pay(found))  # type: ignore[attr-defined]
    return found


def set_member(request: HttpRequest, business: Business | None) -> Membership | None:
    """Says which business a page is about, so that its panels know."""
    membership: Membership | None = None
    if business is not None:
        rows = standing().select_related("tier").filter(business=business)
        membership = rows.first()
        if membership is not None:
            membership.business = business
    request.member_business = business  # type: ignore[attr-defined]
    request.membership = membership  # type: ignore[attr-defined]
    return membership


def own_business(view: View) -> View:
    """Below `seat_page(REPRESENT)`: a page of one of the visitor's businesses, 404 without one."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if choose_business(request) is None:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
