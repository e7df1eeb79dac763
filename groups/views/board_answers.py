"""Answers on the board, and the link from the letter that an entry comes down soon."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alliance import links
from alliance.access import public_page, seat_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.views import errors
from groups.forms.around import AnswerForm
from groups.models import BoardAnswer
from groups.rules import TAKE_PART
from groups.services import board_answers as services
from groups.services import board_reminders
from groups.services.board import NotKnownYet
from groups.services.gate import NotIntroduced
from groups.views.board_at import author_seat, entry_at, entry_page, lead, said, show
from groups.views.digests import private


@seat_page(TAKE_PART)
@require_POST
@limited("board", "60/h", by="person")
def answer(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """An answer; its writer comes back to the entry."""
    found, form = entry_at(request, entry_id), AnswerForm(request.POST)
    if form.is_valid():
        try:
            given = services.answer(entry=found, by=author_seat(request), **form.cleaned_data)
            messages.success(request, said(given, _("Your answer stands below.")))
            return redirect(found)
        except (NotIntroduced, NotKnownYet) as error:
            return lead(request, error)
        except DomainError as error:
            show(error, form)
    return entry_page(request, found, form, status=422)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("board", "60/h", by="person")
def edit_answer(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """Its author finds other words, and reads what it said before."""
    found = _own(request, answer_id)
    form = AnswerForm(request.POST or None, initial={"words": found.words})
    if request.method == "POST" and form.is_valid():
        try:
            by = author_seat(request)
            changed = services.change_answer(answer=found, by=by, **form.cleaned_data)
            messages.success(request, said(changed, _("Saved.")))
            return redirect(changed)
        except (NotIntroduced, NotKnownYet) as error:
            return lead(request, error)
        except DomainError as error:
            show(error, form)
    context = {"answer": found, "form": form, "versions": found.versions.all()}
    status = 422 if form.errors else 200
    return render(request, "groups/board/answer_form.html", context, status=status)


@seat_page(TAKE_PART)
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_answer(request: HttpRequest, answer_id: UUID) -> HttpResponse:
    """Its author takes it off the board, after one question."""
    found = _own(request, answer_id)
    if request.method == "POST":
        services.withdraw_answer(answer=found, by=author_seat(request))
        messages.success(request, _("Your answer is off the board."))
        return redirect(found.entry)
    return render(request, "groups/board/withdraw.html", {"answer": found})


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("board-keep", "60/h")
def keep_entry(request: HttpRequest, token: str) -> HttpResponse:
    """/groups/board/keep/<token>/: another 60 days, for whoever holds the letter."""
    try:
        kept = board_reminders.opened(token)
    except links.ExpiredLink:
        return errors.gone(
            request, reason=_("This link was good for 30 days. Sign in to put it up again.")
        )
    except links.BadLink:
        return errors.not_found(request)
    except board_reminders.Gone as error:
        return errors.gone(request, reason=error.message)
    context = {"entry": kept.entry, "is_done": kept.is_done, "refusal": "", "leads_to": ""}
    if request.method == "POST":
        try:
            context |= {"entry": board_reminders.keep_up(kept), "is_done": True}
        except DomainError as error:
            context |= {"refusal": error.message, "leads_to": error.leads_to()}
    status = 422 if context["refusal"] else 200
    return private(render(request, "groups/board/keep.html", context, status=status))


def _own(request: HttpRequest, answer_id: UUID) -> BoardAnswer:
    """One's own answer that stands under an entry; 404 else."""
    rows = BoardAnswer.objects.standing().filter(author__person=request.user)
    found: BoardAnswer = get_object_or_404(rows.select_related("entry"), pk=answer_id)
    return found
