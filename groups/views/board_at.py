"""What the pages of the board share: which entry, with which seat, what is said and shown."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Seat
from groups.forms.around import AnswerForm
from groups.models import BoardEntry
from groups.queries import access
from groups.queries import board as queries
from groups.services.board import NotKnownYet
from groups.services.gate import NotIntroduced


def entry_at(request: HttpRequest, entry_id: UUID) -> BoardEntry:
    """404 for what is hidden from this visitor or gone; authors see their own."""
    found: BoardEntry = get_object_or_404(queries.shown_to(request.user), pk=entry_id)  # type: ignore[arg-type]
    is_own = found.author.person_id == request.user.pk
    visible = not found.is_hidden and (found.is_hanging or bool(found.is_closed))
    is_down = found.outcome == "withdrawn"
    return found if is_own or (visible and not is_down) else get_object_or_404(BoardEntry, pk=None)


def author_seat(request: HttpRequest) -> Seat:
    return access.seat_in(request.seats) or request.seat  # type: ignore[attr-defined]


def lead(request: HttpRequest, error: NotIntroduced | NotKnownYet) -> HttpResponse:
    messages.info(request, error.message)
    return redirect(error.leads_to(request.path if request.method == "GET" else ""))


def said(written: Any, words: str) -> str:
    if written.is_hidden:
        return _("It waits until somebody has looked at it; we have written to you why.")
    return words


def show(error: DomainError, form: Any) -> None:
    form.add_error(error.field if error.field in form.fields else None, error.message)


def entry_page(
    request: HttpRequest, found: BoardEntry, form: AnswerForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "entry": found,
        "answers": list(queries.answers_to(found, request.user)[:100]),  # type: ignore[arg-type]
        "form": form,
        "is_own": found.author.person_id == request.user.pk,
    }
    return render(request, "groups/board/entry.html", context, status=status)
