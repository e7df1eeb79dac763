"""Meetings as those who facilitate plan them: time, place, agenda, who was there."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alliance.access import seat_page
from alliance.errors import DomainError
from groups.forms.around import (
    AgendaForm,
    CallOffForm,
    MeetingForm,
)
from groups.models import Group, GroupMember, Meeting
from groups.queries import meetings as queries
from groups.rules import TAKE_PART
from groups.services import meetings as services
from groups.services.gate import NotIntroduced
from groups.views import found
from groups.views.meeting_at import facilitator, head, lead, meeting_at, show


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """A new meeting, by one who facilitates."""
    group = found.readable(request, slug)
    by = facilitator(request, group)
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.plan(group=group, by=by, **form.fields_of_meeting)
            messages.success(request, _("Planned. Those in the group find it here."))
            return redirect(made)
        except NotIntroduced as error:
            return lead(request, error)
        except (DomainError, ValidationError) as error:
            show(error, form)
    return _form_page(request, group, form, None)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """Another time, place or name."""
    held = meeting_at(request, slug, meeting_id)
    by = facilitator(request, held.group)
    form = MeetingForm(request.POST or None, initial=MeetingForm.initial_of(held))
    if request.method == "POST" and form.is_valid():
        try:
            services.change(meeting=held, by=by, **form.fields_of_meeting)
            messages.success(request, _("Saved; who comes is told of another time or place."))
            return redirect(held)
        except NotIntroduced as error:
            return lead(request, error)
        except (DomainError, ValidationError) as error:
            show(error, form)
    return _form_page(request, held.group, form, held)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_agenda(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """The parts of the meeting, how long each takes, whose hot seat it is."""
    held = meeting_at(request, slug, meeting_id)
    by = facilitator(request, held.group)
    members = list(queries.inside(held.group))
    form = AgendaForm(request.POST or None, items=list(held.agenda.all()), members=members)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.set_agenda(meeting=held, items=form.items, by=by)
            messages.success(request, _("The agenda is saved."))
            return redirect(held)
        except NotIntroduced as error:
            return lead(request, error)
        except DomainError as error:
            refusal = error.message
    status = 422 if request.method == "POST" else 200
    context = head(request, held.group, known=members, facilitates=True) | {
        "meeting": held,
        "agenda": form,
        "refusal": refusal,
    }
    return render(request, "groups/meetings/agenda_form.html", context, status=status)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """Calls it off, with a sentence on why."""
    held = meeting_at(request, slug, meeting_id)
    by = facilitator(request, held.group)
    form = CallOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.call_off(meeting=held, by=by, **form.cleaned_data)
            messages.success(request, _("Called off; everybody who wanted to come is told."))
            return redirect(held)
        except NotIntroduced as error:
            return lead(request, error)
        except DomainError as error:
            show(error, form)
    context = head(request, held.group, facilitates=True) | {"meeting": held, "form": form}
    status = 422 if form.errors else 200
    return render(request, "groups/meetings/call_off.html", context, status=status)


@seat_page(TAKE_PART)
@require_POST
def attendance(
    request: HttpRequest, slug: str, meeting_id: UUID, member_id: UUID, step: str
) -> HttpResponse:
    """Who was there, ticked by one who facilitates."""
    held = meeting_at(request, slug, meeting_id)
    by = facilitator(request, held.group)
    rows = GroupMember.objects.select_related("seat__person")
    member = get_object_or_404(rows, pk=member_id, group=held.group)
    try:
        services.note_attendance(meeting=held, member=member, came=step == "came", by=by)
    except NotIntroduced as error:
        return lead(request, error)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(f"{held.get_absolute_url()}#people")


def _form_page(
    request: HttpRequest, group: Group, form: MeetingForm, held: Meeting | None
) -> HttpResponse:
    context = head(request, group, facilitates=True) | {"form": form, "meeting": held}
    status = 422 if form.errors else 200
    return render(request, "groups/meetings/form.html", context, status=status)
