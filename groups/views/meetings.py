"""A group's meetings: planned, looked at, printed, answered; what everybody means to do."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.pages import page_of
from gatherings import calendars, phrases
from gatherings.models import Occurrence
from gatherings.queries import people
from groups.forms.around import (
    AgendaForm,
    CallOffForm,
    CommitmentForm,
    MeetingForm,
    wording,
)
from groups.models import Commitment, Group, GroupMember, Meeting
from groups.queries import access, pages, powers
from groups.queries import meetings as queries
from groups.rules import TAKE_PART
from groups.services import commitments
from groups.services import meetings as services
from groups.services.gate import NotIntroduced
from groups.views import found
from moderation.rules import FACILITATE


@seat_page(TAKE_PART)
@require_safe
def meetings(request: HttpRequest, slug: str) -> HttpResponse:
    """/groups/<slug>/meetings/: all of them, the latest first."""
    group = found.readable(request, slug)
    context = _head(request, group) | {"page": page_of(queries.of_group(group), request)}
    return render(request, "groups/meetings/meetings.html", context)


@seat_page(TAKE_PART)
@require_safe
def meeting_of(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """/groups/meetings/<gathering>/: from a list of events or a calendar to the meeting's page."""
    groups = access.readable_groups(request.seats)  # type: ignore[attr-defined]
    rows = Meeting.objects.seen().filter(group__in=groups).select_related("group")
    return redirect(get_object_or_404(rows, gathering=gathering_id))


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, slug: str) -> HttpResponse:
    """A new meeting, by one who facilitates."""
    group = found.readable(request, slug)
    by = _facilitator(request, group)
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.plan(group=group, by=by, **form.fields_of_meeting)
            messages.success(request, _("Planned. Those in the group find it here."))
            return redirect(made)
        except NotIntroduced as error:
            return _lead(request, error)
        except (DomainError, ValidationError) as error:
            _show(error, form)
    return _form_page(request, group, form, None)


@seat_page(TAKE_PART)
@require_safe
def meeting(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """One meeting: when and where, its agenda, who comes, what everybody means to do."""
    held = _meeting(request, slug, meeting_id)
    return _page(request, held, CommitmentForm())


@seat_page(TAKE_PART)
@require_safe
def agenda(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """The agenda on one sheet, to be printed."""
    held = _meeting(request, slug, meeting_id)
    only = queries.date_of(held)
    context = _about(held, only) | {"places": queries.places(held, only)}
    return render(request, "groups/meetings/agenda.html", context)


@seat_page(TAKE_PART)
@require_safe
def entry(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """The meeting for a calendar, with the address online for those who come."""
    held = _meeting(request, slug, meeting_id)
    only = queries.date_of(held)
    answer = people.answer_of(request.user, only)  # type: ignore[arg-type]
    text = calendars.one_date(only, shows_online=answer is not None and answer.is_coming)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """Another time, place or name."""
    held = _meeting(request, slug, meeting_id)
    by = _facilitator(request, held.group)
    form = MeetingForm(request.POST or None, initial=MeetingForm.initial_of(held))
    if request.method == "POST" and form.is_valid():
        try:
            services.change(meeting=held, by=by, **form.fields_of_meeting)
            messages.success(request, _("Saved; who comes is told of another time or place."))
            return redirect(held)
        except NotIntroduced as error:
            return _lead(request, error)
        except (DomainError, ValidationError) as error:
            _show(error, form)
    return _form_page(request, held.group, form, held)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_agenda(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """The parts of the meeting, how long each takes, whose hot seat it is."""
    held = _meeting(request, slug, meeting_id)
    by = _facilitator(request, held.group)
    members = list(queries.inside(held.group))
    form = AgendaForm(request.POST or None, items=list(held.agenda.all()), members=members)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            services.set_agenda(meeting=held, items=form.items, by=by)
            messages.success(request, _("The agenda is saved."))
            return redirect(held)
        except NotIntroduced as error:
            return _lead(request, error)
        except DomainError as error:
            refusal = error.message
    status = 422 if request.method == "POST" else 200
    context = _head(request, held.group) | {"meeting": held, "agenda": form, "refusal": refusal}
    return render(request, "groups/meetings/agenda_form.html", context, status=status)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def call_off(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """Calls it off, with a sentence on why."""
    held = _meeting(request, slug, meeting_id)
    by = _facilitator(request, held.group)
    form = CallOffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.call_off(meeting=held, by=by, **form.cleaned_data)
            messages.success(request, _("Called off; everybody who wanted to come is told."))
            return redirect(held)
        except NotIntroduced as error:
            return _lead(request, error)
        except DomainError as error:
            _show(error, form)
    context = _head(request, held.group) | {"meeting": held, "form": form}
    status = 422 if form.errors else 200
    return render(request, "groups/meetings/call_off.html", context, status=status)


@seat_page(TAKE_PART)
@require_POST
def answer(request: HttpRequest, slug: str, meeting_id: UUID, step: str) -> HttpResponse:
    """One press: I come, or I do not after all."""
    held, by = _meeting(request, slug, meeting_id), found.own_seat(request)
    try:
        if step == "coming":
            services.come(meeting=held, by=by, wording=wording())
            messages.success(request, _("You are expected. We have written to you."))
        else:
            services.stay_away(meeting=held, by=by)
            messages.success(request, _("You are not expected any more."))
    except NotIntroduced as error:
        return _lead(request, error)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(held)


@seat_page(TAKE_PART)
@require_POST
def attendance(
    request: HttpRequest, slug: str, meeting_id: UUID, member_id: UUID, step: str
) -> HttpResponse:
    """Who was there, ticked by one who facilitates."""
    held = _meeting(request, slug, meeting_id)
    by = _facilitator(request, held.group)
    rows = GroupMember.objects.select_related("seat__person")
    member = get_object_or_404(rows, pk=member_id, group=held.group)
    try:
        services.note_attendance(meeting=held, member=member, came=step == "came", by=by)
    except NotIntroduced as error:
        return _lead(request, error)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(f"{held.get_absolute_url()}#people")


@seat_page(TAKE_PART)
@require_POST
def commit(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """What somebody means to do until the next meeting."""
    held, form = _meeting(request, slug, meeting_id), CommitmentForm(request.POST)
    if form.is_valid():
        try:
            made = commitments.commit(meeting=held, by=found.own_seat(request), **form.cleaned_data)
            words = _("Noted. The next meeting asks about it.")
            if made.is_hidden:
                words = _("It waits until somebody has looked at it.")
            messages.success(request, words)
            return redirect(f"{held.get_absolute_url()}#commitments")
        except NotIntroduced as error:
            return _lead(request, error)
        except DomainError as error:
            _show(error, form)
    return _page(request, held, form, status=422)


@seat_page(TAKE_PART)
@require_POST
def end_commitment(
    request: HttpRequest, slug: str, meeting_id: UUID, commitment_id: UUID, step: str
) -> HttpResponse:
    """Done, or let go."""
    held = _meeting(request, slug, meeting_id)
    rows = Commitment.objects.seen().filter(group=held.group).select_related("group__space")
    made = get_object_or_404(rows, pk=commitment_id)
    try:
        by = found.own_seat(request)
        commitments.end(commitment=made, is_done=step == "done", by=by)
        messages.success(request, _("Well done.") if step == "done" else _("Let go."))
    except NotIntroduced as error:
        return _lead(request, error)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(f"{held.get_absolute_url()}#commitments")


def _meeting(request: HttpRequest, slug: str, meeting_id: UUID) -> Meeting:
    group = found.readable(request, slug)
    held: Meeting = get_object_or_404(queries.of_group(group), pk=meeting_id)
    held.group = group
    return held


def _facilitator(request: HttpRequest, group: Group) -> Seat:
    """The visitor's seat in groups, if they facilitate this one; 404 for everybody else."""
    seats = request.seats  # type: ignore[attr-defined]
    if powers.seat_with(seats, FACILITATE, group) is None:
        raise Http404
    return found.own_seat(request)


def _head(request: HttpRequest, group: Group) -> dict[str, Any]:
    seats = request.seats  # type: ignore[attr-defined]
    return {
        "head": pages.head_of(group, found.own_row(request, group), seats),
        "group": group,
        "tab": "meetings",
        "facilitates": powers.seat_with(seats, FACILITATE, group) is not None,
    }


def _about(held: Meeting, only: Occurrence) -> dict[str, Any]:
    """What page and paper both say."""
    items = list(held.agenda.select_related("member__seat__person"))
    return {
        "meeting": held,
        "gathering": held.gathering,
        "group": held.group,
        "when": phrases.when(only),
        "items": items,
        "total": sum(item.minutes for item in items),
        "carried": queries.carried_to(held),
        "made": queries.made_at(held),
    }


def _page(
    request: HttpRequest, held: Meeting, form: CommitmentForm, *, status: int = 200
) -> HttpResponse:
    only, head = queries.date_of(held), _head(request, held.group)
    member, places = head["head"].member, queries.places(held, only)
    context = {
        **head,
        **_about(held, only),
        "date": only,
        "answer": next((place.rsvp for place in places if place.member == member), None),
        "member": member,
        "places": places,
        "form": form,
        "may_write": member is not None and member.may_write and held.group.is_live,
        "wording": wording(),
        "ending": held.gathering.steps.last() if held.gathering.is_cancelled else None,
    }
    return render(request, "groups/meetings/meeting.html", context, status=status)


def _form_page(
    request: HttpRequest, group: Group, form: MeetingForm, held: Meeting | None
) -> HttpResponse:
    context = _head(request, group) | {"form": form, "meeting": held}
    status = 422 if form.errors else 200
    return render(request, "groups/meetings/form.html", context, status=status)


def _lead(request: HttpRequest, error: NotIntroduced) -> HttpResponse:
    messages.info(request, error.message)
    return redirect(error.leads_to(request.path if request.method == "GET" else ""))


def _show(error: Exception, form: Any) -> None:
    if isinstance(error, ValidationError):
        form.add_error(None, list(error.messages))
        return
    names = {"starts_on": "day", "starts_time": "begins"}
    field = getattr(error, "field", None) or ""
    field = names.get(field, field)
    form.add_error(field if field in form.fields else None, str(error))
