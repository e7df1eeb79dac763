"""Who keeps a listing: one of the business's own people, or the staff on its behalf.

Both use the same views; `own` and `at_desk` say who may come, and give them a Keeper.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from alliance.access import View, seat_page
from alliance.models import Seat
from directory.models import PausedBy
from directory.rules import MANAGE_LISTINGS
from members.models import Business
from members.rules import REPRESENT
from members.views.own import own_business, set_member


@dataclass(frozen=True)
class Keeper:
    """Whose listing it is, who writes, and where the pages for it stand."""

    business: Business
    by: Seat
    is_staff: bool
    query: str = ""

    @property
    def layout(self) -> str:
        """The layout of these pages."""
        return "layouts/staff.html" if self.is_staff else "layouts/public.html"

    @property
    def kind(self) -> PausedBy:
        """For whom the listing is taken out and put back here."""
        return PausedBy.STAFF if self.is_staff else PausedBy.MEMBER

    def url(self, page: str = "", **values: Any) -> str:
        """The address of one of this listing's pages ("edit"), the overview without a name."""
        tail = f"_{page}" if page else ""
        if self.is_staff:
            slug = self.business.slug
            return reverse(f"directory_staff:listing{tail}", kwargs={"slug": slug, **values})
        return reverse(f"directory:own_listing{tail}", kwargs=values) + self.query

    @property
    def urls(self) -> dict[str, str]:
        """The addresses that templates name."""
        pages = ("edit", "preview", "publication", "discard", "photographs", "pause", "resumption")
        return {"listing": self.url(), **{page: self.url(page) for page in pages}}


KeptView = Callable[..., HttpResponse]


def own(view: KeptView) -> View:
    """For whoever speaks for the business; ?business= names it where there are several."""

    @seat_page(REPRESENT)
    @own_business
    @wraps(view)
    def guarded(request: Any, **values: Any) -> HttpResponseBase:
        keeper = Keeper(request.member_business, request.seat, False, request.member_query)
        return view(request, keeper, **values)

    return guarded


def at_desk(view: KeptView) -> View:
    """For the staff, who name the business by its slug."""

    @seat_page(MANAGE_LISTINGS)
    @wraps(view)
    def guarded(request: HttpRequest, slug: str, **values: Any) -> HttpResponseBase:
        business = get_object_or_404(Business, slug=slug)
        set_member(request, business)
        return view(request, Keeper(business, request.seat, True), **values)  # type: ignore[attr-defined]

    return guarded
