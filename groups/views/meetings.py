"""A group's meetings: looked at, printed, answered; what everybody means to do."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.pages import page_of
from gatherings import calendars, phrases
from gatherings.models import Occurrence
from gatherings.queries import people
from groups.forms.around import (
    CommitmentForm,
    wording,
)
from groups.models import Commitment, Meeting
from groups.queries import access
from groups.queries import meetings as queries
from groups.rules import TAKE_PART
from groups.services import commitments
from groups.services import meetings as services
from groups.services.gate import NotIntroduced
from groups.views import found
from groups.views.meeting_at import head, lead, meeting_at, show


@seat_page(TAKE_PART)
@require_safe
def meetings(request: HttpRequest, slug: str) -> HttpResponse:
    """/groups/<slug>/meetings/: all of them, the latest first."""
    group = found.readable(request, slug)
    context = head(request, group) | {"page": page_of(queries.of_group(group), request)}
    return render(request, "groups/meetings/meetings.html", context)


@seat_page(TAKE_PART)
@require_safe
def meeting_of(request: HttpRequest, gathering_id: UUID) -> HttpResponse:
    """/groups/meetings/<gathering>/: from a list of events or a calendar to the meeting's page."""
    groups = access.readable_groups(request.seats)  # type: ignore[attr-defined]
    rows = Meeting.objects.seen().filter(group__in=groups).select_related("group")
    return redirect(get_object_or_404(rows, gathering=gathering_id))


@seat_page(TAKE_PART)
@require_safe
def meeting(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """One meeting: when and where, its agenda, who comes, what everybody means to do."""
    held = meeting_at(request, slug, meeting_id)
    return _page(request, held, CommitmentForm())


@seat_page(TAKE_PART)
@require_safe
def agenda(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """The agenda on one sheet, to be printed."""
    held = meeting_at(request, slug, meeting_id)
    only = queries.date_of(held)
    context = _about(held, only) | {"places": queries.places(held, only)}
    return render(request, "groups/meetings/agenda.html", context)


@seat_page(TAKE_PART)
@require_safe
def entry(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """The meeting for a calendar, with the address online for those who come."""
    held = meeting_at(request, slug, meeting_id)
    only = queries.date_of(held)
    answer = people.answer_of(request.user, only)  # type: ignore[arg-type]
    text = calendars.one_date(only, shows_online=answer is not None and answer.is_coming)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response


@seat_page(TAKE_PART)
@require_POST
def answer(request: HttpRequest, slug: str, meeting_id: UUID, step: str) -> HttpResponse:
    """One press: I come, or I do not after all."""
    held, by = meeting_at(request, slug, meeting_id), found.own_seat(request)
    try:
        if step == "coming":
            services.come(meeting=held, by=by, wording=wording())
            messages.success(request, _("You are expected. We have written to you."))
        else:
            services.stay_away(meeting=held, by=by)
            messages.success(request, _("You are not expected any more."))
    except NotIntroduced as error:
        return lead(request, error)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(held)


@seat_page(TAKE_PART)
@require_POST
def commit(request: HttpRequest, slug: str, meeting_id: UUID) -> HttpResponse:
    """What somebody means to do until the next meeting."""
    held, form = meeting_at(request, slug, meeting_id), CommitmentForm(request.POST)
    if form.is_valid():
        try:
            made = commitments.commit(meeting=held, by=found.own_seat(request), **form.cleaned_data)
            words = _("Noted. The next meeting asks about it.")
            if made.is_hidden:
                words = _("It waits until somebody has looked at it.")
            messages.success(request, words)
            return redirect(f"{held.get_absolute_url()}#commitments")
        except NotIntroduced as error:
            return lead(request, error)
        except DomainError as error:
            show(error, form)
    return _page(request, held, form, status=422)


@seat_page(TAKE_PART)
@require_POST
def end_commitment(
    request: HttpRequest, slug: str, meeting_id: UUID, commitment_id: UUID, step: str
) -> HttpResponse:
    """Done, or let go."""
    held = meeting_at(request, slug, meeting_id)
    rows = Commitment.objects.seen().filter(group=held.group).select_related("group__space")
    made = get_object_or_404(rows, pk=commitment_id)
    try:
        by = found.own_seat(request)
        commitments.end(commitment=made, is_done=step == "done", by=by)
        messages.success(request, _("Well done.") if step == "done" else _("Let go."))
    except NotIntroduced as error:
        return lead(request, error)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(f"{held.get_absolute_url()}#commitments")


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
    only = queries.date_of(held)
    places = queries.places(held, only)
    shown = head(request, held.group, known=[place.member for place in places])
    member = shown["head"].member
    context = {
        **shown,
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
