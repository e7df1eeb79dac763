"""The requests board: what hangs there, one entry with its answers, what came of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.pages import page_of
from groups.forms.around import AnswerForm, BoardFilterForm, EntryForm, OutcomeForm
from groups.models import BoardEntry
from groups.queries import board as queries
from groups.rules import TAKE_PART
from groups.services import board as services
from groups.services.board import NotKnownYet
from groups.services.gate import NotIntroduced
from groups.views.board_at import author_seat, entry_at, entry_page, lead, said, show

SHOWN = ("open", "closed", "mine")


@seat_page(TAKE_PART)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """/groups/board/: what hangs there; ?show=closed what came to something, ?show=mine my own."""
    form = BoardFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "open"
    rows = _listed(request, show)
    rows = queries.filtered(rows, kind=asked.get("kind", ""), segment=asked.get("segment", ""))
    context = {
        "form": form,
        "page": page_of(rows, request),
        "show": show,
        "is_asked": bool(asked.get("kind") or asked.get("segment")),
    }
    return render(request, "groups/board/board.html", context)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("board", "60/h", by="person")
def new_entry(request: HttpRequest) -> HttpResponse:
    """/groups/board/new/: an ask or an offer; whoever is not introduced is led there."""
    by, form = author_seat(request), EntryForm(request.POST or None, initial=_initial(request))
    if request.method == "GET" and (led := _led(request, lambda: services.must_be_known(by))):
        return led
    if request.method == "POST" and form.is_valid():
        try:
            made = services.put_up(by=by, **form.cleaned_data)
            messages.success(request, said(made, _("It hangs on the board for 60 days.")))
            return redirect(made)
        except (NotIntroduced, NotKnownYet) as error:
            return lead(request, error)
        except DomainError as error:
            show(error, form)
    return _form_page(request, form, None)


@seat_page(TAKE_PART)
@require_safe
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """One entry with its answers, and the form of whoever wants to answer."""
    return entry_page(request, entry_at(request, entry_id), AnswerForm())


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("board", "60/h", by="person")
def edit_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Its author finds other words."""
    found = _own(request, entry_id)
    names = ("kind", "title", "words", "segment")
    form = EntryForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change(entry=found, by=author_seat(request), **form.cleaned_data)
            messages.success(request, said(changed, _("Saved.")))
            return redirect(changed)
        except (NotIntroduced, NotKnownYet) as error:
            return lead(request, error)
        except DomainError as error:
            show(error, form)
    return _form_page(request, form, found)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def close_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Its author says what came of it."""
    found, form = _own(request, entry_id), OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.close(entry=found, by=author_seat(request), **form.cleaned_data)
            messages.success(request, _("Noted. Thank you for saying what came of it."))
            return redirect(found)
        except (NotIntroduced, NotKnownYet) as error:
            return lead(request, error)
        except DomainError as error:
            show(error, form)
    status = 422 if form.errors else 200
    context = {"entry": found, "form": form}
    return render(request, "groups/board/close.html", context, status=status)


@seat_page(TAKE_PART)
@require_POST
def renew_entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Another 60 days."""
    found = _own(request, entry_id)
    try:
        services.put_up_again(entry=found, by=author_seat(request))
        messages.success(request, _("It hangs for another 60 days."))
    except (NotIntroduced, NotKnownYet) as error:
        return lead(request, error)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(found)


def _listed(request: HttpRequest, show: str) -> Any:
    rows: Any = queries.shown_to(request.user)  # type: ignore[arg-type]
    if show == "mine":
        return rows.filter(author__in=[seat.pk for seat in request.seats]).order_by("-listed_at")  # type: ignore[attr-defined]
    if show == "closed":
        return rows.closed().order_by("-closed_at")
    return rows.hanging().order_by("-listed_at")


def _own(request: HttpRequest, entry_id: UUID) -> BoardEntry:
    own = BoardEntry.objects.filter(author__person=request.user).select_related("author__person")
    found: BoardEntry = get_object_or_404(own, pk=entry_id, closed_at__isnull=True)
    return found


def _initial(request: HttpRequest) -> dict[str, str]:
    kind = request.GET.get("kind", "ask")
    return {"kind": kind, "segment": queries.segment_of(request.seats)}  # type: ignore[attr-defined]


def _led(request: HttpRequest, check: Callable[[], None]) -> HttpResponse | None:
    try:
        check()
    except (NotIntroduced, NotKnownYet) as error:
        return lead(request, error)
    except DomainError:
        return None
    return None


def _form_page(request: HttpRequest, form: EntryForm, found: BoardEntry | None) -> HttpResponse:
    status = 422 if form.errors else 200
    versions = found.versions.filter(answer__isnull=True) if found else []
    context = {"form": form, "entry": found, "versions": versions}
    return render(request, "groups/board/form.html", context, status=status)
