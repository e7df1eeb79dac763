"""At the door: who is expected, a tick for who came, who came without asking."""

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from alliance.models import Seat
from gatherings import phrases
from gatherings.forms.answers import WalkInForm
from gatherings.models import Occurrence, Rsvp
from gatherings.queries import people
from gatherings.rules import EXPORT_GATHERINGS, KEEP_DOOR, MANAGE_GATHERINGS, door_seat
from gatherings.services import attendance, rsvps


@seat_page(KEEP_DOOR)
@require_http_methods(["GET", "HEAD", "POST"])
def roster(request: HttpRequest, slug: str, day: date) -> HttpResponse:
    """The list at the door; its form adds somebody who came without asking."""
    dates = Occurrence.objects.select_related("gathering__business")
    found = get_object_or_404(dates, gathering__slug=slug, original_day=day)
    by = _keeper(request, found)
    form = WalkInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = attendance.walk_in(occurrence=found, by=by, **form.cleaned_data)
            messages.success(request, _("%(name)s is on the list.") % {"name": added.name})
            return redirect(_address(found))
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    seats = request.seats  # type: ignore[attr-defined]
    context = {
        "occurrence": found,
        "gathering": found.gathering,
        "when": phrases.when(found),
        "people": people.roster(found),
        "waiting": people.waiting_list(found),
        "figures": people.figures(found),
        "form": form,
        "form_key": form["form_key"].value() or uuid4().hex,
        "shows_addresses": by.role != "member",
        "may_export": seat_for(seats, EXPORT_GATHERINGS) is not None,
        "may_manage": seat_for(seats, MANAGE_GATHERINGS) is not None,
    }
    status = 422 if form.errors else 200
    return render(request, "gatherings/roster.html", context, status=status)


@seat_page(KEEP_DOOR)
@require_POST
def attend(request: HttpRequest, rsvp_id: UUID, step: str) -> HttpResponse:
    """One press: they came; they did not after all; they are taken off the list."""
    rsvp = get_object_or_404(
        Rsvp.objects.select_related("occurrence__gathering__business"), pk=rsvp_id
    )
    by = _keeper(request, rsvp.occurrence)
    steps: dict[str, Callable[..., Rsvp]] = {
        "came": attendance.record,
        "not-came": attendance.undo,
        "removal": rsvps.withdraw,
    }
    try:
        steps[step](rsvp=rsvp, by=by)
        if step == "removal":
            messages.success(
                request, _("%(name)s is off the list and was told.") % {"name": rsvp.name}
            )
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(f"{_address(rsvp.occurrence)}#person-{rsvp.pk}")


@seat_page(KEEP_DOOR)
@require_POST
def nobody(request: HttpRequest, slug: str, day: date) -> HttpResponse:
    """Nobody came: the count is complete."""
    dates = Occurrence.objects.select_related("gathering__business")
    found = get_object_or_404(dates, gathering__slug=slug, original_day=day)
    try:
        attendance.nobody_came(occurrence=found, by=_keeper(request, found))
        messages.success(request, _("Noted: nobody came."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(_address(found))


def _keeper(request: HttpRequest, occurrence: Occurrence) -> Seat:
    seat = door_seat(request.seats, occurrence.gathering)  # type: ignore[attr-defined]
    if seat is None or occurrence.gathering.is_draft:
        raise Http404
    return seat


def _address(occurrence: Occurrence) -> str:
    return reverse("gatherings:roster", args=[occurrence.gathering.slug, occurrence.original_day])
