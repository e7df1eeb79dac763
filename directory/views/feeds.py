"""The directory for other programs: a feed, and open data in three forms."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.access import public_page
from alliance.conditional import versioned
from alliance.feeds import Feed
from alliance.tenancy.scope import current_alliance
from directory import addresses, open_data
from directory.queries import feeds, versions


@public_page
@require_safe
@versioned(versions.of_directory)
def atom(request: HttpRequest) -> HttpResponse:
    """/directory/feed.atom: listings that are new or have changed."""
    ours = current_alliance()
    feed = Feed(
        title=_("%(alliance)s: local businesses") % {"alliance": ours.name},
        link=ours.url(addresses.search_path()),
        feed_url=ours.url(request.path),
        description=ours.tagline,
        language=ours.language,
        author_name=ours.name,
    )
    for entry in feeds.newest():
        feed.add_item(
            title=entry.name,
            link=ours.url(addresses.listing_path(entry.slug)),
            description=entry.blurb,
            # The same for as long as there is the business, whatever it is called.
            unique_id=entry.business_id.urn,
            updateddate=entry.changed_at,
            categories=entry.categories,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


@public_page
@require_safe
@versioned(versions.of_directory)
def csv(request: HttpRequest) -> HttpResponse:
    """/directory/businesses.csv"""
    return _given(open_data.as_csv(feeds.open_rows()), "text/csv; charset=utf-8")


@public_page
@require_safe
@versioned(versions.of_directory)
def json(request: HttpRequest) -> HttpResponse:
    """/directory/businesses.json"""
    text = open_data.as_json(feeds.open_rows(), source=_source())
    return _given(text, "application/json")


@public_page
@require_safe
@versioned(versions.of_directory)
def geojson(request: HttpRequest) -> HttpResponse:
    """/directory/businesses.geojson"""
    text = open_data.as_geojson(feeds.open_rows(), source=_source())
    return _given(text, "application/geo+json")


def _source() -> str:
    return current_alliance().url(addresses.search_path())


def _given(text: str, content_type: str) -> HttpResponse:
    """Anyone may read it, from any page; the licence goes with it."""
    response = HttpResponse(text, content_type=content_type)
    response["Access-Control-Allow-Origin"] = "*"
    response["Link"] = f'<{open_data.LICENCE_URL}>; rel="license"'
    return response
