"""The alliance's front door, the network's, and the small things beside them."""

import hashlib

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance import navigation, panels, small_maps
from alliance.access import person_page, public_page
from alliance.conditional import unless_unchanged
from alliance.models import Alliance, AllianceState, Network
from alliance.queries import alliance_at


def _home_version(request: HttpRequest) -> tuple[object, ...] | None:
    return panels.version("home", request)


@public_page
@require_safe
@unless_unchanged(_home_version, seconds=600)
def home(request: HttpRequest) -> HttpResponse:
    """The alliance's home page: who we are, and what each room puts up."""
    return render(request, "home.html", {"panels": panels.filled("home", request)})


@public_page
@require_safe
def network_home(request: HttpRequest) -> HttpResponse:
    """The bare host: the network, and those of its alliances that wish to be shown."""
    alliances = Alliance.objects.filter(
        state__in=[AllianceState.TRIAL, AllianceState.ACTIVE], is_on_network_map=True
    )
    shown = list(alliances.prefetch_related("domains"))
    placed = [
        (a.name, a.url(), a.latitude, a.longitude)
        for a in shown
        if a.latitude is not None and a.longitude is not None
    ]
    context = {
        "network": Network.objects.first(),
        "alliances": [
            {"name": a.name, "place": a.place, "tagline": a.tagline, "url": a.url()} for a in shown
        ],
        "map": small_maps.draw(placed),
    }
    return render(request, "network_home.html", context)


@public_page
@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    """The alliance's colours as values of the design's tokens; its address is its version."""
    response = HttpResponse(brand_tokens(request.alliance), content_type="text/css")  # type: ignore[attr-defined]
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def brand_tokens(alliance: Alliance) -> str:
    """What `brand.css` says."""
    return f":root{{--accent-hue:{alliance.accent_hue};--accent-chroma:{alliance.accent_chroma}}}\n"


def brand_url(alliance: Alliance) -> str:
    """Where the brand stands; another brand, another address."""
    version = hashlib.sha256(brand_tokens(alliance).encode()).hexdigest()[:8]
    return f"{reverse('brand_css')}?v={version}"


@public_page
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """The living page of tokens and components; in development and demo only."""
    if not settings.DEVELOPER_PAGES:
        raise Http404
    return render(request, "styleguide.html")


@person_page
@require_safe
def after_sign_in(request: HttpRequest) -> HttpResponse:
    """Everybody comes to where their work is; who has none, to the front door."""
    return redirect(navigation.landing(request.seats))  # type: ignore[attr-defined]


@public_page
@require_safe
def tls_allowed(request: HttpRequest) -> HttpResponse:
    """Tells the TLS proxy whether a certificate may be asked for this host."""
    host = split_domain_port(request.GET.get("domain", ""))[0]
    known = host == settings.PLATFORM_HOST or alliance_at(host) is not None
    return HttpResponse("yes" if known else "no", "text/plain", status=200 if known else 404)


@public_page
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: the public pages, not people's own."""
    private = (
        "/staff/",
        "/me/",
        "/pledge/card/",
        "/pledge/private/",
        "/events/rsvp/",
        "/events/mine/",
    )
    rules = "".join(f"{line}\n" for line in ("User-agent: *", *(f"Disallow: {p}" for p in private)))
    if ours := request.alliance:  # type: ignore[attr-defined]
        rules += f"\nSitemap: {ours.url('/sitemap.xml')}\n"
    return HttpResponse(rules, content_type="text/plain")
