"""The desk's events: what is planned, what waits, one of them, one of its dates."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance import clock
from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from alliance.models import Role
from alliance.pages import page_of
from gatherings import phrases
from gatherings.forms.dates import DateForm, ReasonForm, show
from gatherings.forms.gatherings import GatheringForm, StaffSearchForm
from gatherings.models import Gathering, Occurrence, Rsvp
from gatherings.queries import dates, people
from gatherings.rules import EXPORT_GATHERINGS, KEEP_DOOR, MANAGE_GATHERINGS, SEE_GATHERINGS
from gatherings.services import dates as date_services
from gatherings.services import exports
from gatherings.services import gatherings as services
from gatherings.views.preview import preview_of
from members.models import Business


@seat_page(SEE_GATHERINGS)
@require_safe
def gatherings(request: HttpRequest) -> HttpResponse:
    """All of them, the newest first, with their next date; ?show=uncounted opens the dates
    of which nobody said who came."""
    form = StaffSearchForm(request.GET)
    rows = Gathering.objects.open().select_related("business")
    if form.is_valid():
        if state := form.cleaned_data["state"]:
            rows = rows.filter(state=state)
        if words := form.cleaned_data["q"].strip():
            rows = rows.filter(title__icontains=words)
    ahead = Q(occurrences__ends_at__gt=clock.now(), occurrences__cancelled_at__isnull=True)
    rows = rows.annotate(
        next_at=Min("occurrences__starts_at", filter=ahead),
        date_count=Count("occurrences", filter=ahead),
    )
    context = {
        "form": form,
        "page": page_of(rows, request),
        "is_asked": any(request.GET.get(name) for name in ("q", "state")),
        "uncounted": people.uncounted().select_related("gathering").order_by("-ends_at")[:20],
        "may_manage": _may_manage(request),
        "keeps_door": _keeps_door(request),
    }
    return render(request, "gatherings/staff/gatherings.html", context)


@seat_page(SEE_GATHERINGS)
@require_safe
def gathering(request: HttpRequest, slug: str) -> HttpResponse:
    """One: as visitors read it, its dates with their figures, and what to do next."""
    found = get_object_or_404(Gathering.objects.open().select_related("business"), slug=slug)
    ahead, behind = dates.dates_of(found)
    context = {
        "gathering": found,
        "ahead": ahead,
        "behind": behind,
        "counts": people.counts_by_date(found),
        "beside_rule": dates.beside_rule(found, ahead),
        "repeats": phrases.repeats(found),
        "steps": found.steps.select_related("seat__person"),
        "may_manage": _may_manage(request),
        "keeps_door": _keeps_door(request),
    }
    return render(request, "gatherings/staff/gathering.html", context)


@seat_page(MANAGE_GATHERINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new draft, or its preview."""
    form = GatheringForm(request.POST or None, businesses=Business.objects.all())
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            made = services.write_gathering(by=request.seat, **form.fields_of_gathering)  # type: ignore[attr-defined]
            messages.success(
                request, _("“%(title)s” is a draft. Publish it when it is ready.") % {"title": made}
            )
            return redirect("gatherings_staff:gathering", slug=made.slug)
        except (DomainError, ValidationError) as error:
            show(error, form)
    return _form_page(request, form, None)


@seat_page(MANAGE_GATHERINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Changes it; who comes is told of another time or place."""
    found = get_object_or_404(Gathering.objects.open().select_related("business"), slug=slug)
    form = GatheringForm(
        request.POST or None,
        businesses=Business.objects.all(),
        has_slug=found.is_draft,
        initial=GatheringForm.initial_of(found),
    )
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            changed = services.change_gathering(
                gathering=found,
                by=request.seat,  # type: ignore[attr-defined]
                **form.fields_of_gathering,
            )
            messages.success(request, _("Saved."))
            return redirect("gatherings_staff:gathering", slug=changed.slug)
        except (DomainError, ValidationError) as error:
            show(error, form)
    return _form_page(request, form, found)


@seat_page(MANAGE_GATHERINGS)
@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Opens it to its visitors."""
    found = get_object_or_404(Gathering.objects.open(), slug=slug)
    try:
        services.publish_gathering(gathering=found, by=request.seat)  # type: ignore[attr-defined]
        messages.success(request, _("“%(title)s” is published.") % {"title": found})
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("gatherings_staff:gathering", slug=slug)


@seat_page(MANAGE_GATHERINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Returns a proposal with a word, or calls all of it off; both say why."""
    found = get_object_or_404(Gathering.objects.open().select_related("business"), slug=slug)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act = services.return_gathering if step == "return" else services.cancel_gathering
            act(gathering=found, by=request.seat, **form.cleaned_data)  # type: ignore[attr-defined]
            said = _("Returned; its business is told.")
            if step != "return":
                said = _("Called off; everybody who wanted to come is told.")
            messages.success(request, said)
            return redirect("gatherings_staff:gathering", slug=slug)
        except DomainError as error:
            show(error, form)
    context = {"gathering": found, "form": form, "step": step, "people": people.listeners(found)}
    status = 422 if form.errors else 200
    return render(request, "gatherings/staff/end.html", context, status=status)


@seat_page(MANAGE_GATHERINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def one_date(request: HttpRequest, slug: str, day: date) -> HttpResponse:
    """One date's exception: another time, another name, elsewhere."""
    found = _date(slug, day)
    form = DateForm(request.POST or None, occurrence=found)
    if request.method == "POST" and form.is_valid():
        try:
            date_services.change_date(occurrence=found, by=request.seat, **form.fields_of_date)  # type: ignore[attr-defined]
            messages.success(request, _("Saved; who comes is told of another time or place."))
            return redirect("gatherings_staff:gathering", slug=slug)
        except (DomainError, ValidationError) as error:
            show(error, form)
    context = {"occurrence": found, "gathering": found.gathering, "form": form}
    status = 422 if form.errors else 200
    return render(request, "gatherings/staff/date_form.html", context, status=status)


@seat_page(MANAGE_GATHERINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_date(request: HttpRequest, slug: str, day: date) -> HttpResponse:
    """Calls one date off."""
    found = _date(slug, day)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            date_services.cancel_date(occurrence=found, by=request.seat, **form.cleaned_data)  # type: ignore[attr-defined]
            messages.success(request, _("Called off; everybody who wanted to come is told."))
            return redirect("gatherings_staff:gathering", slug=slug)
        except DomainError as error:
            show(error, form)
    context: dict[str, Any] = {
        "gathering": found.gathering,
        "occurrence": found,
        "form": form,
        "step": "date",
        "people": Rsvp.objects.live().filter(occurrence=found).count(),
    }
    status = 422 if form.errors else 200
    return render(request, "gatherings/staff/end.html", context, status=status)


@seat_page(EXPORT_GATHERINGS)
@require_POST
def export(request: HttpRequest, slug: str, day: date) -> HttpResponse:
    """Starts the export of who came; its page shows the progress."""
    job = exports.start_export(occurrence=_date(slug, day), by=request.seat)  # type: ignore[attr-defined]
    return redirect("staff:job", job_id=job.pk)


def _date(slug: str, day: date) -> Occurrence:
    dates_of = Occurrence.objects.open().select_related("gathering__business")
    return get_object_or_404(dates_of, gathering__slug=slug, original_day=day)


def _may_manage(request: HttpRequest) -> bool:
    return seat_for(request.seats, MANAGE_GATHERINGS) is not None  # type: ignore[attr-defined]


def _keeps_door(request: HttpRequest) -> bool:
    staff = [seat for seat in request.seats if seat.role != Role.MEMBER]  # type: ignore[attr-defined]
    return seat_for(staff, KEEP_DOOR) is not None


def _form_page(request: HttpRequest, form: GatheringForm, found: Gathering | None) -> HttpResponse:
    preview = preview_of(form)
    context = {"form": form, "gathering": found, "preview": preview}
    status = 422 if form.errors else 200
    return render(request, "gatherings/staff/gathering_form.html", context, status=status)
