"""The directory's first page: find a business, narrow down, open it."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.access import public_page
from alliance.conditional import unless_unchanged
from directory import asking
from directory.addresses import listing_path
from directory.queries.results import results
from directory.queries.sponsors import sponsor_of
from directory.queries.versions import directory_version
from directory.units import uses_miles
from members.queries.memberships import today

# The first page is kept for the next visitor for ten minutes, while nothing changes.
KEPT = 600
# A visitor who is signed in is asked for no version.
ASKED_NOT: Any = object()


def _version(request: HttpRequest) -> tuple[object, ...]:
    """The entries, and who stands in the sponsors' slot."""
    sponsor = sponsor_of(today())
    request.sponsor = sponsor  # type: ignore[attr-defined]
    return *directory_version(request), sponsor and (sponsor.pk, sponsor.words)


@public_page
@require_safe
@unless_unchanged(_version, seconds=KEPT)
def directory(request: HttpRequest) -> HttpResponse:
    """/directory/: everybody in the day's order, or whoever fits what is asked."""
    alliance: Any = request.alliance  # type: ignore[attr-defined]
    asked = asking.read(request.GET, alliance)
    page = results(asked, request.GET, alliance)
    context = {
        "asking": asked,
        "page": page,
        "distances": asking.DISTANCES,
        "unit": _("miles") if uses_miles(alliance) else _("km"),
        "chips": _chips(request.GET, page.groups, asked),
        "canonical": alliance.url(request.path),
        "sponsor": _sponsor(request),
        "is_first": not request.GET.get("after"),
    }
    status = 422 if asked.problems else 200
    return render(request, "directory/directory.html", context, status=status)


def _sponsor(request: HttpRequest) -> dict[str, str] | None:
    """Who stands in the labelled slot of the first page today."""
    if request.GET.get("after"):
        return None
    found = getattr(request, "sponsor", ASKED_NOT)
    if found is ASKED_NOT:
        found = sponsor_of(today())
    if found is None:
        return None
    business = found.business
    path = listing_path(business.slug)
    return {"name": business.trade_name, "path": path, "words": found.words}


def _chips(given: QueryDict, groups: Any, asked: asking.Asking) -> list[dict[str, str]]:
    """Everything that narrows the list down, each with the address without it."""
    chips = []
    for group in groups:
        for choice in [*group.choices, *group.more]:
            if choice.is_chosen:
                chips.append(_chip(choice.label, given, group.name, choice.value))
    if asked.asked.is_open_now:
        chips.append(_chip(_("Open now"), given, "open", "now"))
    if asked.asked.is_attested:
        chips.append(_chip(_("Confirmed local ownership"), given, "attested", "yes"))
    if asked.asked.near:
        words = _("Near %(place)s") % {"place": asked.asked.near.name or _("you")}
        chips.append({"label": words, "query": _without(given, "near", "lat", "lon", "within")})
    return chips


def _chip(label: str, given: QueryDict, name: str, value: str) -> dict[str, str]:
    parameters = given.copy()
    parameters.setlist(name, [one for one in given.getlist(name) if one != value])
    parameters.pop("after", None)
    return {"label": label, "query": parameters.urlencode()}


def _without(given: QueryDict, *names: str) -> str:
    parameters = given.copy()
    for name in (*names, "after"):
        parameters.pop(name, None)
    return parameters.urlencode()
