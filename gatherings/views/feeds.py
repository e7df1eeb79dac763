"""Calendars and the news feed: without cookies, and 304 for whoever has seen it."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from alliance import links
from alliance.access import public_page
from alliance.feeds import Feed
from alliance.tenancy.scope import current_alliance
from gatherings import calendars, phrases
from gatherings.models import CalendarLink, Gathering
from gatherings.queries import dates, people
from gatherings.views.found import date_at, gathering_at

CALENDAR = "text/calendar; charset=utf-8"
NEWS = 30


def _public_mark(request: HttpRequest) -> str:
    return dates.calendar_mark(Gathering.objects.public())


@public_page
@require_safe
@condition(etag_func=_public_mark)
def calendar(request: HttpRequest) -> HttpResponse:
    """/events/calendar.ics: all public gatherings of the alliance."""
    found = dates.in_calendar(Gathering.objects.public())
    return _calendar(calendars.feed(found, name=current_alliance().name))


@public_page
@require_safe
def own_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """/events/<slug>/calendar.ics: one gathering with all its dates."""
    found = gathering_at(request, slug)
    only = Gathering.objects.filter(pk=found.pk)

    @condition(etag_func=lambda request: dates.calendar_mark(only))
    def answer(request: HttpRequest) -> HttpResponse:
        return _calendar(calendars.feed(dates.in_calendar(only), name=found.title))

    return answer(request)


@public_page
@require_safe
def one_date(request: HttpRequest, slug: str, day: date) -> HttpResponse:
    """One date for a calendar, as a download."""
    found = date_at(request, slug, day)
    response = _calendar(calendars.one_date(found, shows_online=False))
    response["Content-Disposition"] = f'attachment; filename="{slug}-{day}.ics"'
    return response


@public_page
@require_safe
def my_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """/events/mine/<secret>.ics: where a person is expected; the address is the key."""
    link = get_object_or_404(
        CalendarLink.objects.select_related("person"), digest=links.digest(secret)
    )

    @condition(etag_func=lambda request: people.calendar_mark(link.person, secret))
    def answer(request: HttpRequest) -> HttpResponse:
        name = _("My events, %(alliance)s") % {"alliance": current_alliance().name}
        return _calendar(calendars.single_dates(people.calendar_of(link.person), name=name))

    response = answer(request)
    response["Cache-Control"] = "private"
    response["X-Robots-Tag"] = "noindex"
    return response


@public_page
@require_safe
@condition(etag_func=_public_mark)
def news(request: HttpRequest) -> HttpResponse:
    """/events/feed.atom: public gatherings, those that changed last at the top."""
    alliance = current_alliance()
    feed = Feed(
        title=_("Events of %(alliance)s") % {"alliance": alliance.name},
        link=alliance.url(reverse("gatherings:events")),
        description=alliance.tagline,
        feed_url=alliance.url(reverse("gatherings:news")),
        language=alliance.language,
    )
    public = Gathering.objects.public().order_by("-changed_at", "-id")
    latest = list(public.select_related("business")[:NEWS])
    first_dates = {each.gathering_id: each for each in reversed(_ahead(latest))}
    for gathering in latest:
        nearest = first_dates.get(gathering.pk)
        feed.add_item(
            title=gathering.title,
            link=alliance.url(gathering.get_absolute_url()),
            description="\n\n".join(
                part for part in (phrases.when(nearest) if nearest else "", gathering.words) if part
            ),
            unique_id=f"urn:uuid:{gathering.pk}",
            updateddate=gathering.changed_at,
            pubdate=gathering.created_at,
            author_name=gathering.business.trade_name if gathering.business else alliance.name,
            categories=[gathering.get_kind_display()],
        )
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _ahead(gatherings: list[Gathering]) -> list[dates.Occurrence]:
    found = dates.Occurrence.objects.ahead().standing().filter(gathering__in=gatherings)
    return list(found.select_related("gathering").order_by("starts_at", "id"))


def _calendar(text: str) -> HttpResponse:
    return HttpResponse(text, content_type=CALENDAR)
