"""The directory as a map: the list first, and beside it where they stand."""

import re
from typing import Any

from csp.decorators import csp_update
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from alliance.access import public_page
from alliance.errors import DomainError
from alliance.tenancy.scope import current_alliance
from directory import addresses
from directory.asking import understood
from directory.drawing import Dot, Drawing, Frame, draw
from directory.models import DirectorySettings
from directory.queries import map as maps
from directory.queries.listed import Listed, listed
from directory.queries.parameters import write_cursor
from directory.queries.search import Asked
from directory.spots import Bounds, Label, Spot

# Of the drawing: about a neighbourhood to a dot.
DRAWN_CELLS = 18
PIN = 12
ORIGIN = re.compile(r"https://(?:\*\.)?[a-z0-9.-]+(?::\d+)?(?=/)", re.IGNORECASE)


@public_page
@require_safe
def map_page(request: HttpRequest) -> HttpResponseBase:
    """/directory/map/: the search's results as a list, and on a map.

    Without scripts the map is drawn here; it is what a printer gets, too.
    """
    try:
        asked, parameters, problem = understood(request.GET, current_alliance()), request.GET, ""
    except DomainError as error:
        asked, parameters, problem = Asked(), QueryDict(), error.message
    results, entries = maps.page_and_all(asked)
    rows = listed(results)
    bounds, names = maps.extent(entries) or (None, [])
    settings = DirectorySettings.objects.first() or DirectorySettings()
    context = {
        "rows": rows,
        "total": results.total,
        "problem": problem,
        "query": request.GET.get("q", ""),
        "carried": _carried(request.GET),
        "next_query": _next(request.GET, write_cursor(results)),
        "list_path": f"{addresses.search_path()}?{request.GET.urlencode()}",
        "drawing": _drawing(bounds, entries, names, rows) if bounds else None,
        "map_data": _map_data(parameters, bounds, settings) if bounds else None,
    }
    page = render(request, "directory/map.html", context, status=400 if problem else 200)
    # Tiles may come from where the alliance says, on this page alone.
    allowed = csp_update({"img-src": _origins(settings.tiles_url)})
    return allowed(lambda _request: page)(request)


@public_page
@require_safe
def map_json(request: HttpRequest) -> HttpResponse:
    """/directory/map.json?bbox=&zoom=&…: what the map draws, single or counted together."""
    try:
        asked = understood(request.GET, current_alliance())
        bounds, zoom = maps.bounds_of(request.GET), maps.zoom_of(request.GET)
    except DomainError as error:
        return JsonResponse({"error": error.message, "field": error.field}, status=400)
    found = maps.spots(maps.found_by(asked), bounds=bounds, zoom=zoom)
    response = JsonResponse({"spots": [_spot(spot) for spot in found]})
    response["Cache-Control"] = "no-cache"
    return response


def _spot(spot: Spot) -> dict[str, Any]:
    box = spot.bounds
    return {
        "at": [round(spot.latitude, 6), round(spot.longitude, 6)],
        "count": spot.count,
        "where": spot.where,
        "bounds": [[box.south, box.west], [box.north, box.east]],
        "members": [
            {"name": one.name, "what": one.what, "path": addresses.listing_path(one.slug)}
            for one in spot.members
        ],
    }


def _drawing(bounds: Bounds, entries: Any, names: list[Label], rows: list[Listed]) -> Drawing:
    width = max(bounds.east - bounds.west, 0.01) / DRAWN_CELLS
    zoom = next((z for z in range(maps.NEAREST_ZOOM) if 90 / 2**z <= width), maps.NEAREST_ZOOM)
    frame = Frame.around(bounds)
    pins = [Dot(*frame.place(*row.point), PIN, str(row.number)) for row in rows if row.point]
    return draw(bounds, maps.spots(entries, bounds=bounds, zoom=zoom), names, pins)


def _map_data(parameters: QueryDict, bounds: Bounds, settings: DirectorySettings) -> dict[str, Any]:
    """What the script needs to begin."""
    return {
        "query": _without(parameters, "after").urlencode(),
        "bounds": [[bounds.south, bounds.west], [bounds.north, bounds.east]],
        "tiles": settings.tiles_url,
        "attribution": settings.tiles_attribution,
    }


def _origins(tiles_url: str) -> list[str]:
    """Where tiles come from, as the page's policy names it: {s} may be any sub-domain."""
    found = ORIGIN.match(tiles_url.replace("{s}", "*"))
    return [found[0]] if found else []


def _next(parameters: QueryDict, cursor: str | None) -> str:
    if cursor is None:
        return ""
    following = _without(parameters, "after")
    following["after"] = cursor
    return following.urlencode()


def _carried(parameters: QueryDict) -> list[tuple[str, str]]:
    """What stays when other words are looked for."""
    kept = _without(parameters, "after", "q")
    return [(name, value) for name, values in kept.lists() for value in values]


def _without(parameters: QueryDict, *names: str) -> QueryDict:
    left = parameters.copy()
    for name in names:
        left.pop(name, None)
    return left
