"""Cases, for those who look after them: the list, one case with its decision or appeal."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.pages import page_of
from moderation import content
from moderation.forms.cases import DecisionForm, OpenCaseForm
from moderation.models import Agreement, AgreementSet, Case, CaseState
from moderation.queries import agreements as rules_of
from moderation.queries import cases as queries
from moderation.queries import log, powers
from moderation.rules import ADVISE, SEE_CASES, TEND
from moderation.services import appeals, decisions
from moderation.services import cases as services
from moderation.views.found import case_at, label_of, seats_of, subject_at, subject_of

OVERDUE, WAITING, APPEALED, DONE = "overdue", "waiting", "appealed", "done"
SHOWS = {
    OVERDUE: gettext_lazy("overdue"),
    WAITING: gettext_lazy("waiting"),
    APPEALED: gettext_lazy("appealed"),
    DONE: gettext_lazy("decided"),
}
SHOWN = 100


@seat_page(SEE_CASES)
@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """/staff/moderation/: what was flagged, held or appealed where the visitor looks after it.

    What is overdue stands above all else, the oldest first.
    """
    show = request.GET.get("show", "")
    seen = queries.seen_by(seats_of(request))
    late_count = seen.overdue().count()
    rows, late = _shown(seen, show), []
    if show == OVERDUE:
        page = page_of(rows, request, is_rising=True)
    else:
        page = page_of(rows.in_time(), request)
        late = list(rows.overdue().order_by("opened_at", "id")[:SHOWN]) if late_count else []
    found = [*late, *page.rows] if page.is_first else page.rows
    context = {
        "page": page,
        "rows": [{"case": case, "label": label_of(case)} for case in found],
        "shows": [(key, label, key == show) for key, label in SHOWS.items()],
        "show": show,
        "late_count": late_count,
    }
    return render(request, "moderation/staff/cases.html", context)


@seat_page(SEE_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """One case: the words, the flags, what was done; the decision, or the appeal's hearing."""
    found, seats = case_at(request, case_id), seats_of(request)
    subject = subject_of(found)
    decider = queries.decider(found, seats, subject=subject)
    hearer = queries.hearer(found, seats)
    # What is asked for the form alone is not asked where there is none.
    choices = rules_of.agreements_of(found.space) if decider or hearer else []
    form = DecisionForm(request.POST or None, agreements=choices)
    by = decider or hearer
    if request.method == "POST" and by is None:
        raise Http404
    if request.method == "POST" and by is not None and form.is_valid():
        try:
            act = decisions.decide if decider else appeals.hear
            act(case=found, by=by, **form.cleaned_data)
            messages.success(request, _("Decided. Both sides are told, with your reasons."))
            return redirect(found)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    status = 422 if form.errors else 200
    context = _about(found, subject, seats, choices) | {
        "form": form, "decider": decider, "hearer": hearer,
    }  # fmt: skip
    return render(request, "moderation/staff/case.html", context, status=status)


@seat_page(SEE_CASES)
@require_POST
def turn(request: HttpRequest, case_id: UUID, step: str) -> HttpResponse:
    """Hides or shows what a case is about until it is decided."""
    found = case_at(request, case_id)
    by = queries.decider(found, seats_of(request))
    if by is None:
        raise Http404
    try:
        if step == "hide":
            services.hide(case=found, by=by)
            messages.success(request, _("Hidden until it is decided."))
        else:
            services.show(case=found, by=by)
            messages.success(request, _("Everybody reads it again until it is decided."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(found)


@seat_page(SEE_CASES)
@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: HttpRequest, key: str, pk: UUID) -> HttpResponse:
    """Takes something up without a flag."""
    kind, subject = subject_at(request, key, pk)
    by = powers.seat_with(seats_of(request), TEND, kind.space(subject))
    if by is None:
        raise Http404
    form = OpenCaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            return redirect(services.open_case(subject=subject, reason=reason, by=by))
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    context = {"form": form, "kind": kind, "title": kind.title(subject)}
    status = 422 if form.errors else 200
    return render(request, "moderation/staff/open_case.html", context, status=status)


def _shown(seen: Any, show: str) -> Any:
    if show == OVERDUE:
        return seen.overdue()
    if show == WAITING:
        return seen.undecided()
    if show == APPEALED:
        return seen.appealed()
    return seen.filter(state__in=[CaseState.DECIDED, CaseState.FINAL]) if show == DONE else seen


def _about(
    found: Case, subject: Any, seats: tuple[Seat, ...], choices: list[Agreement]
) -> dict[str, Any]:
    kind = content.by_key(found.kind)
    is_hidden = subject is not None and subject.hidden_at is not None
    flags = found.flags.select_related("agreement", "person")
    decided = found.decisions.select_related("agreement", "person")
    appeals_of = found.appeals.select_related("by__person")
    may_advise = powers.seat_with(seats, ADVISE, found.space) is not None
    return {
        "case": found,
        "label": label_of(found),
        "is_hidden": is_hidden,
        "url": kind.url(subject) if kind and subject and not is_hidden else "",
        "picture_url": getattr(subject, "picture_url", ""),
        "then": _then(found, choices),
        "flags": list(flags[:SHOWN]),
        "decisions": [] if found.is_undecided else list(decided),
        "appeal": None if found.is_undecided else appeals_of.first(),
        "entries": list(
            log.seen_by(seats).filter(case=found).select_related("seat__person")[:SHOWN]
        ),
        "author": found.author.person if found.author and may_advise else None,
        "is_there": subject is not None,
    }


def _then(found: Case, choices: list[Agreement]) -> AgreementSet | None:
    """The agreements in force when the case began; mostly those that count now, read already."""
    newest = choices[0].agreement_set if choices else None
    if newest is not None and newest.made_at <= found.opened_at:
        return newest
    return rules_of.in_force(found.space, found.opened_at)
