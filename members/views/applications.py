"""The staff's side of joining: who applied, one application, many approved at once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.pages import page_of
from members.forms.applications import ApproveForm, DeclineForm, QuestionForm, StateForm
from members.models import Application, ApplicationState
from members.queries import applications as queries
from members.rules import MANAGE_MEMBERS
from members.services import application_ends, approvals, bulk_approvals
from members.services import applications as services

DECIDABLE = (ApplicationState.SUBMITTED, ApplicationState.INFO_REQUESTED)
DECLINABLE = (*DECIDABLE, ApplicationState.AWAITING_PAYMENT)


@seat_page(MANAGE_MEMBERS)
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """Who applied, newest first; ?state= and ?q= narrow it, ticks approve several."""
    form = StateForm(request.GET)
    found = _filtered(Application.objects.select_related("tier"), form)
    counts = queries.counts_by_state()
    context = {
        "filter": form,
        "page": page_of(found.order_by("-created_at"), request),
        "waiting": counts[ApplicationState.SUBMITTED],
        "states": [
            (state.value, state.label, counts[state]) for state in ApplicationState if counts[state]
        ],
    }
    return render(request, "members/staff/applications.html", context)


@seat_page(MANAGE_MEMBERS)
@require_safe
def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """One application: everything, who it may be already, its history, the decision."""
    return _page(request, _found(application_id))


@seat_page(MANAGE_MEMBERS)
@require_POST
def approve(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Takes the applicant in: as a new business, or as one that is here."""
    found = _found(application_id)
    likenesses = queries.likenesses(found) if found.state in DECIDABLE else []
    form = ApproveForm(request.POST, likenesses=likenesses)
    if not form.is_valid():
        return _page(request, found, approve_form=form)
    business = form.found.get(form.cleaned_data.get("business", ""))
    by = request.seat  # type: ignore[attr-defined]
    try:
        done = approvals.approve(application=found, business=business, by=by)
    except DomainError as error:
        messages.error(request, error.message)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(
            request,
            _("“%(name)s” is now: %(state)s. The applicant has been told.")
            % {"name": done.trade_name, "state": done.get_state_display()},
        )
    return redirect("members_staff:application", application_id=found.pk)


@seat_page(MANAGE_MEMBERS)
@require_POST
def ask(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Asks the applicant something."""
    found, form = _found(application_id), QuestionForm(request.POST)
    if not form.is_valid():
        return _page(request, found, question_form=form)
    by = request.seat  # type: ignore[attr-defined]
    try:
        services.request_info(application=found, question=form.cleaned_data["question"], by=by)
        messages.success(request, _("The question is on its way."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("members_staff:application", application_id=found.pk)


@seat_page(MANAGE_MEMBERS)
@require_POST
def decline(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Says no, with a reason."""
    found, form = _found(application_id), DeclineForm(request.POST)
    if not form.is_valid():
        return _page(request, found, decline_form=form)
    by = request.seat  # type: ignore[attr-defined]
    try:
        application_ends.decline(application=found, reason=form.cleaned_data["reason"], by=by)
        messages.success(request, _("Declined. The applicant has been told why."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("members_staff:application", application_id=found.pk)


@seat_page(MANAGE_MEMBERS)
@require_POST
def approve_many(request: HttpRequest) -> HttpResponse:
    """Shows what approving the chosen ones would do; confirmed, a worker does it."""
    chosen = _chosen(request)
    if not chosen:
        messages.error(request, _("Tick the applications first; only submitted ones count."))
        return redirect("members_staff:applications")
    if request.POST.get("confirmed"):
        job = bulk_approvals.start(
            application_ids=[each.pk for each in chosen],
            by=request.seat,  # type: ignore[attr-defined]
        )
        return redirect("staff:job", job_id=job.pk)
    context = {
        "chosen": chosen,
        "ids": ",".join(str(each.pk) for each in chosen),
        "summary": queries.summary_of(chosen),
    }
    return render(request, "members/staff/approve_many.html", context)


def _found(application_id: UUID) -> Application:
    rows = Application.objects.select_related("tier", "invoice", "membership__business")
    return get_object_or_404(rows, pk=application_id)


def _page(request: HttpRequest, found: Application, **forms: Any) -> HttpResponse:
    """The page, with the form that did not fit, if one did not."""
    is_open = found.state in DECIDABLE
    likenesses = queries.likenesses(found) if is_open else []
    context = {
        "application": found,
        "tier": found.tier,
        "first": queries.first_term(found.tier, found.amount_minor),
        "steps": found.steps.select_related("seat__person")[:60],
        "likenesses": likenesses,
        "is_open": is_open,
        "is_asked": found.state == ApplicationState.INFO_REQUESTED,
        "is_declinable": found.state in DECLINABLE,
        # What the error summary and the title look at.
        "form": next(iter(forms.values()), None),
        "approve_form": ApproveForm(likenesses=likenesses),
        "question_form": QuestionForm(),
        "decline_form": DeclineForm(),
    }
    page = "members/staff/application.html"
    return render(request, page, context | forms, status=422 if forms else 200)


def _chosen(request: HttpRequest) -> list[Application]:
    """The submitted ones among those that were ticked, or all of them, oldest first."""
    waiting = Application.objects.to_decide().select_related("tier").order_by("submitted_at", "id")
    if not request.POST.get("all"):
        said = [*request.POST.getlist("application"), *request.POST.get("ids", "").split(",")]
        waiting = waiting.filter(pk__in=_uuids(said))
    return list(waiting[: bulk_approvals.MOST])


def _uuids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[: bulk_approvals.MOST]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _filtered(rows: QuerySet[Application], form: StateForm) -> QuerySet[Application]:
    if not form.is_valid():
        return rows
    if state := form.cleaned_data["state"]:
        rows = rows.filter(state=state)
    if words := form.cleaned_data["q"].strip():
        rows = rows.filter(
            Q(trade_name__icontains=words)
            | Q(contact_name__icontains=words)
            | Q(email__icontains=words)
        )
    return rows
