"""All groups, one's own first."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.access import seat_for, seat_page
from alliance.pages import text_page_of
from groups.forms.groups import SearchForm
from groups.models import LIVE_GROUPS
from groups.queries import access, opening, pages
from groups.rules import MANAGE_GROUPS, TAKE_PART

# One's own are few; whoever is in more finds them in the list.
OWN_SHOWN = 50
DRAFTS_SHOWN = 20


@seat_page(TAKE_PART)
@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """/groups/: one's own groups, then all that one may know of, by name."""
    seats = request.seats  # type: ignore[attr-defined]
    form = SearchForm(request.GET)
    rows = access.listed_groups(seats).filter(state__in=LIVE_GROUPS)
    if form.is_valid():
        if segment := form.cleaned_data["segment"]:
            rows = rows.filter(segment=segment)
        if words := form.cleaned_data["q"].strip():
            rows = rows.filter(name__icontains=words)
    own = list(pages.own_groups(seats)[:OWN_SHOWN])
    page = text_page_of(rows, request, field="name")
    readable = access.readable_groups(seats).filter(pk__in=[row.pk for row in page.rows])
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "readable": set(readable.values_list("pk", flat=True)),
        "own": own,
        "drafts": list(opening.drafts_of(seats)[:DRAFTS_SHOWN]),
        "is_asked": any(request.GET.get(name) for name in ("q", "segment")),
        "may_manage": seat_for(seats, MANAGE_GROUPS) is not None,
    }
    return render(request, "groups/groups.html", context)
