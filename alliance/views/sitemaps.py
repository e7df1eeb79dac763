"""/sitemap.xml: parts of 5,000 addresses, asked for again at the price of one count each."""

from datetime import datetime, time

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from alliance import clock, sitemaps
from alliance.access import public_page
from alliance.conditional import Version, versioned
from alliance.tenancy.scope import current_alliance

CONTENT_TYPE = "application/xml; charset=utf-8"


def version(request: HttpRequest, **kwargs: object) -> Version:
    """Of all that sitemaps tell; a day ends what is public by the day."""
    ours = current_alliance()
    today = clock.now().astimezone(ours.zone).date()
    found = [section.version() for section in sitemaps.sections()]
    midnight = datetime.combine(today, time.min, tzinfo=ours.zone)
    changed_at = max([midnight, *(at for at, _count in found if at)])
    return Version((ours.pk, ours.host, today, found, sitemaps.single_pages()), changed_at)


@public_page
@require_safe
@versioned(version)
def index(request: HttpRequest) -> HttpResponse:
    """Where the parts are."""
    url = current_alliance().url
    parts = ["/sitemap-pages.xml"]
    for section in sitemaps.sections():
        _changed, count = section.version()
        last = -(-count // sitemaps.PART)
        parts += [f"/sitemap-{section.name}-{number}.xml" for number in range(1, last + 1)]
    return HttpResponse(sitemaps.index([url(part) for part in parts]), CONTENT_TYPE)


@public_page
@require_safe
@versioned(version)
def pages(request: HttpRequest) -> HttpResponse:
    """The single pages."""
    url = current_alliance().url
    found = [(url(path), None) for path in sitemaps.single_pages()]
    return HttpResponse(sitemaps.urlset(found), CONTENT_TYPE)


@public_page
@require_safe
@versioned(version)
def part(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Up to 5,000 addresses of one kind."""
    section = sitemaps.section(name)
    found = section.pages(number) if section and 0 < number <= sitemaps.MOST_PARTS else []
    if not found:
        raise Http404
    url = current_alliance().url
    return HttpResponse(sitemaps.urlset([(url(path), at) for path, at in found]), CONTENT_TYPE)
