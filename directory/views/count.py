"""Where a listing's page says that it was looked at, or a link of it pressed."""

import base64

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from alliance.access import public_page
from alliance.addresses import client_network
from alliance.limits import limited, over
from alliance.views import errors
from directory.models import CountKind, DirectoryEntry
from directory.services import counts

RATE = "600/h"
ROBOTS = ("bot", "crawl", "spider", "preview")
# The smallest picture that there is: one clear point, as GIF.
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@csrf_exempt
@public_page
@require_POST
@limited("count", RATE)
def count(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """POST by the page's script: 204, whether it counted or not.

    Without a token: a beacon carries none, and all that a forged one could do is count.
    """
    if not is_ours(request):
        return errors.forbidden(request)
    _count(request, slug, CountKind(kind))
    return HttpResponse(status=204)


@public_page
@require_safe
def pixel(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for a visitor without scripts: the picture counts a look."""
    if request.method == "GET" and not over(request, group="count", rate=RATE):
        _count(request, slug, CountKind.VIEW)
    response = HttpResponse(PIXEL, content_type="image/gif")
    response["Cache-Control"] = "no-store"
    return response


def _count(request: HttpRequest, slug: str, kind: CountKind) -> None:
    entry = get_object_or_404(DirectoryEntry.objects.public().select_related("business"), slug=slug)
    if not is_somebody(request):
        return
    key = counts.visitor_key(
        network=client_network(request), agent=request.headers.get("User-Agent", "")
    )
    counts.count(business=entry.business, kind=kind, visitor_key=key)


def is_somebody(request: HttpRequest) -> bool:
    """A person who looks at our own page: no robot, no page fetched ahead, no other site."""
    agent = request.headers.get("User-Agent", "").lower()
    if not agent or any(word in agent for word in ROBOTS):
        return False
    if "prefetch" in f"{request.headers.get('Sec-Purpose')} {request.headers.get('Purpose')}":
        return False
    return is_ours(request)


def is_ours(request: HttpRequest) -> bool:
    """Whether a page of this site asks."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is None:
        # Browsers from before 2023 do not tell; they do say where a script stands.
        origin = request.headers.get("Origin")
        return origin is None or origin.partition("://")[2] == request.get_host()
    return site == "same-origin"
