"""What the pages of meetings share: which meeting, who facilitates, the head, refusals."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from alliance.models import Seat
from groups.models import Group, GroupMember, Meeting
from groups.queries import access, pages, powers
from groups.queries import meetings as queries
from groups.services.gate import NotIntroduced
from groups.views import found
from moderation.rules import FACILITATE


def meeting_at(request: HttpRequest, slug: str, meeting_id: UUID) -> Meeting:
    group = found.readable(request, slug)
    held: Meeting = get_object_or_404(queries.of_group(group), pk=meeting_id)
    held.group = group
    return held


def facilitator(request: HttpRequest, group: Group) -> Seat:
    """The visitor's seat in groups, if they facilitate this one; 404 for everybody else."""
    seats = request.seats  # type: ignore[attr-defined]
    if powers.seat_with(seats, FACILITATE, group) is None:
        raise Http404
    return found.own_seat(request)


def head(
    request: HttpRequest,
    group: Group,
    *,
    known: Iterable[GroupMember] = (),
    facilitates: bool | None = None,
) -> dict[str, Any]:
    """What stands on top of each page of a group's meetings.

    What the page has asked already is not asked again: `known` are members with
    their people, `facilitates` whether the visitor may plan.
    """
    seats = request.seats  # type: ignore[attr-defined]
    people = access.people_behind(seats)
    own = next((row for row in known if row.is_inside and row.seat.person_id in people), None)
    if facilitates is None:
        facilitates = powers.seat_with(seats, FACILITATE, group) is not None
    return {
        "head": pages.head_of(group, own or found.own_row(request, group), seats),
        "group": group,
        "tab": "meetings",
        "facilitates": facilitates,
    }


def lead(request: HttpRequest, error: NotIntroduced) -> HttpResponse:
    messages.info(request, error.message)
    return redirect(error.leads_to(request.path if request.method == "GET" else ""))


def show(error: Exception, form: Any) -> None:
    if isinstance(error, ValidationError):
        form.add_error(None, list(error.messages))
        return
    names = {"starts_on": "day", "starts_time": "begins"}
    field = getattr(error, "field", None) or ""
    field = names.get(field, field)
    form.add_error(field if field in form.fields else None, str(error))
