"""What anyone sees: the events, one of them, one date and its form, the link from the mail."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance import links
from alliance.access import person_page, public_page
from alliance.errors import DomainError, TooManyMessages
from alliance.limits import limited
from alliance.pages import page_of
from alliance.tenancy.scope import current_alliance
from alliance.views import errors
from gatherings import phrases, schema_org
from gatherings.forms.answers import RsvpForm, SearchForm, wording
from gatherings.models import Gathering, Occurrence, Rsvp
from gatherings.models.rsvps import LIVE_STATES
from gatherings.queries import dates, people
from gatherings.rules import door_seat
from gatherings.services import invitations, letters, places
from gatherings.services import rsvps as services
from gatherings.views.found import date_at, gathering_at

LINK_SECONDS = 7 * 24 * 3600
STOP_SECONDS = 366 * 24 * 3600


@public_page
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """/events/: what is to come, by month; ?past=1 what was."""
    form = SearchForm(request.GET)
    is_past = bool(request.GET.get("past"))
    listed = dates.listed(request.seats)  # type: ignore[attr-defined]
    asked = form.cleaned_data if form.is_valid() else {}
    kind, words = asked.get("kind", ""), asked.get("q", "").strip()
    rows = dates.searched(listed.past() if is_past else listed.ahead(), kind=kind, words=words)  # type: ignore[attr-defined]
    page = page_of(
        rows.order_by("-starts_at" if is_past else "starts_at"), request, is_rising=not is_past
    )
    context = {
        "form": form,
        "page": page,
        "months": dates.by_month(page.rows),
        "is_past": is_past,
        "is_asked": bool(kind or words),
        "calendar_url": current_alliance().url(reverse("gatherings:calendar")),
    }
    return render(request, "gatherings/events.html", context)


@public_page
@require_safe
def gathering(request: HttpRequest, slug: str) -> HttpResponse:
    """/events/<slug>/: what it is, its dates, and the form for the next one; of one date alone,
    that date's page."""
    found = gathering_at(request, slug)
    ahead, behind = dates.dates_of(found)
    if len(ahead) + len(behind) == 1:
        # One date alone: its page says everything that this one could.
        return redirect((*ahead, *behind)[0])
    nearest = next((each for each in ahead if each.is_open), None)
    context = _about(request, found, nearest) | {
        "ahead": ahead,
        "behind": behind,
        "repeats": phrases.repeats(found),
        "form": RsvpForm(),
        "share_url": current_alliance().url(found.get_absolute_url()),
        "calendar_url": current_alliance().url(reverse("gatherings:own_calendar", args=[slug])),
        "event": schema_org.event(nearest or (ahead or behind)[0]),
    }
    return render(request, "gatherings/gathering.html", context)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("rsvp", "300/h")
def occurrence(request: HttpRequest, slug: str, day: date) -> HttpResponse:
    """/events/<slug>/<day>/: one date, and the form of whoever wants to come."""
    found = date_at(request, slug, day)
    form = RsvpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.ask(occurrence=found, answer=_answer(form))
            # For the next page only; the address stands in nobody's URL or log.
            request.session["rsvped"] = {
                "email": form.cleaned_data["email"],
                "page_url": found.get_absolute_url(),
            }
            return redirect("gatherings:sent")
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            if isinstance(error, TooManyMessages):
                return _date_page(request, found, form, status=429)
    return _date_page(request, found, form, status=422 if form.errors else 200)


@person_page
@require_POST
def come(request: HttpRequest, slug: str, day: date) -> HttpResponse:
    """One press of somebody who is signed in: the place, or one on the waiting list."""
    found = date_at(request, slug, day)
    seats = request.seats  # type: ignore[attr-defined]
    try:
        rsvp = services.come(
            occurrence=found,
            person=request.user,  # type: ignore[arg-type]
            seat=next(iter(seats), None),
            wording=wording(),
        )
        messages.success(request, _said(rsvp))
        return redirect(rsvp)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(found)


@public_page
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """After the form: look into your mail."""
    rsvped = request.session.get("rsvped")
    if not rsvped:
        return redirect("gatherings:events")
    return render(request, "gatherings/sent.html", rsvped)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("confirm", "300/h")
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link: GET shows a button, since mail scanners follow links; POST confirms."""
    try:
        payload = links.read(letters.CONFIRM, token, max_age_seconds=LINK_SECONDS)
    except links.ExpiredLink:
        return errors.gone(
            request, reason=_("This link was good for seven days. Please answer again.")
        )
    except links.BadLink:
        return errors.not_found(request)
    answers = Rsvp.objects.select_related("occurrence__gathering__business")
    rsvp = get_object_or_404(answers, pk=payload["rsvp"])
    if rsvp.state in LIVE_STATES:
        return redirect(rsvp)
    if request.method == "POST":
        try:
            rsvp = services.confirm(rsvp=rsvp, version=payload["version"])
            messages.success(request, _said(rsvp))
            return redirect(rsvp)
        except DomainError as error:
            return errors.gone(request, reason=error.message)
    if rsvp.version != payload["version"]:
        return errors.gone(
            request, reason=_("A newer message replaced this one. Please use the newest.")
        )
    return render(request, "gatherings/confirm.html", {"rsvp": rsvp, "when": _when(rsvp)})


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("confirm", "300/h")
def stop_invitations(request: HttpRequest, token: str) -> HttpResponse:
    """From an invitation's foot: no more of them, without signing in."""
    try:
        payload = links.read(invitations.STOP, token, max_age_seconds=STOP_SECONDS)
    except links.BadLink:
        return errors.not_found(request)
    if request.method == "POST":
        invitations.stop(email=payload["email"])
        messages.success(request, _("You get no invitations any more."))
        return redirect("gatherings:events")
    return render(request, "gatherings/stop_invitations.html", {"email": payload["email"]})


def _date_page(
    request: HttpRequest, found: Occurrence, form: RsvpForm, *, status: int
) -> HttpResponse:
    context = _about(request, found.gathering, found) | {
        "form": form,
        "share_url": current_alliance().url(found.get_absolute_url()),
        "event": schema_org.event(found),
        "others": dates.dates_of(found.gathering)[0][:6] if found.gathering.repeats else [],
    }
    return render(request, "gatherings/occurrence.html", context, status=status)


def _about(request: HttpRequest, found: Gathering, occurrence: Occurrence | None) -> dict[str, Any]:
    """What the page of a gathering and that of one date both say."""
    seats = request.seats  # type: ignore[attr-defined]
    person = request.user if request.user.is_authenticated else None
    answer = people.answer_of(person, occurrence) if person and occurrence else None
    return {
        "gathering": found,
        "occurrence": occurrence,
        "ending": found.steps.last() if found.is_cancelled else None,
        "answer": answer,
        "position": places.place_in_queue(answer) if answer else 0,
        "keeps_door": bool(seats) and door_seat(seats, found) is not None,
        "wording": wording(),
    }


def _answer(form: RsvpForm) -> services.Answer:
    data = form.cleaned_data
    return services.Answer(
        email=data["email"], name=data["name"], wording=form.wording, form_key=data["form_key"]
    )


def _when(rsvp: Rsvp) -> str:
    return phrases.when(rsvp.occurrence)


def _said(rsvp: Rsvp) -> str:
    if rsvp.is_coming:
        return _("A place is yours. We have written to you.")
    return _("All places are taken; you are number %(position)d on the waiting list.") % {
        "position": places.place_in_queue(rsvp)
    }
