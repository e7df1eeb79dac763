"""A person's answers: by the secret address without signing in, or all together under /me/."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance import links
from alliance.access import person_page, public_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.tenancy.scope import current_alliance
from gatherings import audiences, calendars, phrases
from gatherings.models import Gathering, Rsvp
from gatherings.queries import people
from gatherings.services import calendar_links, places
from gatherings.services import rsvps as services
from members.queries import businesses as members

SHOWN = 40


@public_page
@require_safe
def rsvp(request: HttpRequest, secret: str) -> HttpResponse:
    """The answer: place or number in line, calendar entry, withdrawal."""
    found = _answer_of(secret)
    context = {
        "rsvp": found,
        "occurrence": found.occurrence,
        "when": phrases.when(found.occurrence),
        "position": places.place_in_queue(found),
        "share_url": current_alliance().url(found.occurrence.get_absolute_url()),
    }
    return _private(render(request, "gatherings/rsvp.html", context))


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("rsvp-own", "300/h")
def withdrawal(request: HttpRequest, secret: str) -> HttpResponse:
    """Withdraws the answer, after one question and without a reason."""
    found = _answer_of(secret)
    if request.method == "POST":
        try:
            services.withdraw(rsvp=found)
            messages.success(request, _("Thank you for telling us. You are not expected any more."))
        except DomainError as error:
            messages.error(request, error.message)
        return redirect(found)
    context = {"rsvp": found, "when": phrases.when(found.occurrence)}
    return _private(render(request, "gatherings/withdrawal.html", context))


@public_page
@require_safe
def entry(request: HttpRequest, secret: str) -> HttpResponse:
    """The date for the calendar of somebody who comes, with the address to join online."""
    found = _answer_of(secret)
    is_off = not found.is_coming
    text = calendars.one_date(found.occurrence, shows_online=not is_off, is_off=is_off)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="event.ics"'
    return _private(response)


@person_page
@require_safe
def own_events(request: HttpRequest) -> HttpResponse:
    """/me/events/: where I am expected, where I was, my calendar, what my business hosts."""
    person, seats = request.user, request.seats  # type: ignore[attr-defined]
    link = calendar_links.link_of(person=person)  # type: ignore[arg-type]
    businesses = list(members.businesses_of(seats)) if seats else []
    hosted = Gathering.objects.filter(business__in=businesses).select_related("business")
    context = {
        "ahead": people.ahead_of(person),  # type: ignore[arg-type]
        "behind": people.behind_of(person),  # type: ignore[arg-type]
        "calendar_url": current_alliance().url(
            reverse("gatherings:my_calendar", args=[link.secret])
        ),
        "businesses": businesses,
        "hosted": hosted[:SHOWN] if businesses else [],
    }
    return _private(render(request, "gatherings/own_events.html", context))


@person_page
@require_POST
def renew_calendar(request: HttpRequest) -> HttpResponse:
    """Another secret address; whoever knew the old one sees nothing any more."""
    calendar_links.renew(person=request.user)  # type: ignore[arg-type]
    messages.success(
        request, _("Your calendar has a new address. Give it to your calendar program.")
    )
    return redirect("gatherings:own_events")


def _answer_of(secret: str) -> Rsvp:
    confirmed = Rsvp.objects.filter(
        audiences.standing_answers(), confirmed_at__isnull=False, is_walk_in=False
    )
    return get_object_or_404(
        confirmed.select_related("occurrence__gathering__business"), digest=links.digest(secret)
    )


def _private(response: HttpResponse) -> HttpResponse:
    # The address itself opens the answer: it must not leave with a link. Under "no-referrer"
    # browsers would also send its own forms with `Origin: null`, which CSRF refuses.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
