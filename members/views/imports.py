"""Spreadsheets in: the list, the upload, and one run's page from its columns to its undo."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.pages import page_of
from alliance.services import exports
from members.forms.imports import ColumnsForm, UploadForm, WordsForm, answers_in
from members.models import ImportRun, ImportState
from members.queries import imports as queries
from members.rules import IMPORT_MEMBERS, MANAGE_TIERS
from members.services.imports import (
    answering,
    committing,
    inviting,
    leftovers,
    mapping,
    runs,
    undoing,
    upload,
)
from members.services.imports.words import repair

FORM = ["GET", "HEAD", "POST"]


@seat_page(IMPORT_MEMBERS)
@require_http_methods(FORM)
def imports(request: HttpRequest) -> HttpResponse:
    """Every import, a form for the next one, and the way out."""
    is_sent = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if is_sent else UploadForm()
    if is_sent and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = upload.start(name=file.name, content=file.read(), by=_seat(request))
            return redirect("members_staff:import", run_id=run.pk)
        except DomainError as error:
            form.add_error("file", error.message)
    context = {"form": form, "page": page_of(queries.all_runs(), request)}
    status = 422 if form.errors else 200
    return render(request, "members/staff/imports.html", context, status=status)


@seat_page(IMPORT_MEMBERS)
@require_http_methods(FORM)
def one_import(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """One run, whatever it waits for: the worker, its columns, a word, or nothing more."""
    run = _run(run_id)
    if run.state == ImportState.MAPPING:
        return _columns(request, run)
    if request.method == "POST":
        messages.error(
            request, _("This import is %(state)s now.") % {"state": run.get_state_display()}
        )
        return redirect("members_staff:import", run_id=run.pk)
    response = render(request, "members/staff/import.html", _context(request, run))
    if run.state in runs.WORKING:
        response["Refresh"] = "2"
    return response


@seat_page(IMPORT_MEMBERS)
@require_POST
def words(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Takes what the file's own words mean, and has the rows checked again."""
    form = WordsForm(request.POST, run=_run(run_id), may_make_tiers=_may_make_tiers(request))
    if not form.is_valid():
        messages.error(request, _("Choose from the lists."))
        return redirect("members_staff:import", run_id=run_id)
    tiers, segments = form.answers("tier"), form.answers("segment")
    return _step(
        request,
        run_id,
        lambda by: mapping.answer_words(run_id=run_id, tiers=tiers, segments=segments, by=by),
    )


@seat_page(IMPORT_MEMBERS)
@require_POST
def answers(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Takes the answers of one page of questions, or one answer for all."""
    _run(run_id)
    said = request.POST.get("all", "")

    def take(by: Seat) -> None:
        if said:
            count = answering.answer_all(run_id=run_id, said=said)
        else:
            count = answering.answer(run_id=run_id, answers=answers_in(request.POST))
        words = ngettext("%(count)d row is decided.", "%(count)d rows are decided.", count)
        messages.success(request, words % {"count": count})

    return _step(request, run_id, take, anchor="?show=ask#rows")


@seat_page(IMPORT_MEMBERS)
@require_POST
def move(request: HttpRequest, run_id: UUID, step: str) -> HttpResponse:
    """Brings in, takes back, drops, invites, or returns to the columns."""
    _run(run_id)
    steps: dict[str, Callable[[Seat], Any]] = {
        "commit": lambda by: _commit(request, run_id, by),
        "undo": lambda by: undoing.start(run_id=run_id, by=by),
        "columns": lambda by: mapping.back_to_columns(run_id=run_id),
        "drop": lambda by: runs.drop(run_id=run_id, by=by),
    }
    return _step(request, run_id, steps[step])


@seat_page(IMPORT_MEMBERS)
@require_POST
def invite(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """Writes to everybody whom the run let in; the job's page shows how far it is."""
    _run(run_id)
    try:
        job = inviting.start(run_id=run_id, by=_seat(request))
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("members_staff:import", run_id=run_id)
    return redirect("staff:job", job_id=job.pk)


@seat_page(IMPORT_MEMBERS)
@require_safe
def rejected(request: HttpRequest, run_id: UUID) -> HttpResponse:
    """The rows that stay out, as they came, each with why; ready to be put right."""
    run = _run(run_id)
    return exports.answer(leftovers.as_csv(run), name="rows-that-stayed-out.csv")


@seat_page(IMPORT_MEMBERS)
@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """An empty spreadsheet whose columns are known."""
    return exports.answer(leftovers.empty_sheet(), name="members.csv")


def _columns(request: HttpRequest, run: ImportRun) -> HttpResponse:
    samples = queries.samples_of(run)
    sent = request.POST if request.method == "POST" else None
    form = ColumnsForm(sent, run=run, samples=samples)
    if sent is not None and form.is_valid():
        try:
            mapping.name_columns(
                run_id=run.pk, mapping=form.mapping, choices=form.choices, by=_seat(request)
            )
            return redirect("members_staff:import", run_id=run.pk)
        except DomainError as error:
            form.add_error(None, error.message)
    context = {"run": run, "form": form}
    status = 422 if form.errors else 200
    return render(request, "members/staff/import.html", context, status=status)


def _context(request: HttpRequest, run: ImportRun) -> dict[str, Any]:
    counts = run.counts
    found = {
        "run": run,
        "counts": counts,
        "coming": counts.get("create", 0) + counts.get("update", 0),
        "staying": counts.get("refuse", 0) + counts.get("ask", 0),
    }
    if run.state not in (ImportState.CHECKED, ImportState.COMMITTED, ImportState.UNDONE):
        return found
    problems = sorted(counts.get("problems", {}).items(), key=lambda pair: -pair[1])
    found |= {
        "lines": queries.lines_of(run, request.GET),
        "show": request.GET.get("show", ""),
        "problem": request.GET.get("problem", ""),
        "problems": [(code, count, repair(code)) for code, count in problems],
    }
    if run.state == ImportState.CHECKED and counts.get("words"):
        found["words_form"] = WordsForm(run=run, may_make_tiers=_may_make_tiers(request))
    if run.state == ImportState.COMMITTED:
        found["people"] = inviting.people_of(run).count()
    return found


def _commit(request: HttpRequest, run_id: UUID, by: Seat) -> None:
    run = committing.start(run_id=run_id, by=by)
    if run.state == ImportState.CHECKING:
        messages.info(
            request,
            _("The list of members has changed meanwhile, so the rows are checked once more."),
        )


def _step(
    request: HttpRequest, run_id: UUID, act: Callable[[Seat], Any], *, anchor: str = ""
) -> HttpResponse:
    try:
        act(_seat(request))
    except DomainError as error:
        messages.error(request, error.message)
    response = redirect("members_staff:import", run_id=run_id)
    response["Location"] += anchor
    return response


def _run(run_id: UUID) -> ImportRun:
    return get_object_or_404(runs.runs(), pk=run_id)


def _seat(request: HttpRequest) -> Seat:
    return request.seat  # type: ignore[attr-defined]


def _may_make_tiers(request: HttpRequest) -> bool:
    return seat_for(request.seats, MANAGE_TIERS) is not None  # type: ignore[attr-defined]
