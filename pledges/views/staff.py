"""The staff's side: drives to review, a drive's pledges, questioned purchases."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance import panels
from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from alliance.pages import page_of
from alliance.tenancy.scope import current_alliance
from pledges import queries, rules
from pledges.forms import DecisionForm, PledgeFilterForm, ReasonForm
from pledges.models import DriveState, Pledge, PledgeDrive, Redemption
from pledges.models.drives import RUNNING_STATES
from pledges.policy import policy
from pledges.queries.reciprocity import reciprocity
from pledges.rules import (
    EXPORT_PLEDGES,
    REVIEW_DRIVES,
    SEE_DRIVES,
    SET_POLICY,
    SETTLE_DISPUTES,
)
from pledges.services import drives as services
from pledges.services import exports, redemptions
from pledges.services import pledges as pledge_services

# What stands here has not opened; reciprocity is asked of it.
WAITING = (DriveState.DRAFT, DriveState.IN_REVIEW)


@seat_page(SEE_DRIVES)
@require_safe
def drives(request: HttpRequest) -> HttpResponse:
    """Every drive, those in review first."""
    found = list(PledgeDrive.objects.select_related("business").order_by("-created_at")[:200])
    found.sort(key=lambda drive: drive.state != DriveState.IN_REVIEW)
    figures = queries.figures(found)
    rows = [{"drive": drive, "figures": figures[drive.pk]} for drive in found]
    may_set = seat_for(request.seats, SET_POLICY) is not None  # type: ignore[attr-defined]
    return render(request, "pledges/staff/drives.html", {"rows": rows, "may_set": may_set})


@seat_page(SEE_DRIVES)
@require_safe
def drive(request: HttpRequest, slug: str) -> HttpResponse:
    """One drive: its story, figures, history, and its pledges with search and filter."""
    found = get_object_or_404(PledgeDrive.objects.select_related("business"), slug=slug)
    request.pledge_drive = found  # type: ignore[attr-defined]
    form = PledgeFilterForm(request.GET)
    pledges = _filtered(Pledge.objects.filter(drive=found), form)
    decided = policy()
    context = {
        "drive": found,
        "panels": panels.filled("staff_drive", request),
        "policy": decided,
        "reciprocity": reciprocity(found, decided) if found.state in WAITING else None,
        "starts_private": rules.starts_private(found, decided),
        "is_running": found.state in RUNNING_STATES,
        "threshold": rules.threshold(found, decided),
        "months_here": rules.months_at_location(
            found.business.at_location_since, timezone.localdate(timezone=current_alliance().zone)
        ),
        "figures": queries.drive_figures(found),
        "months": queries.honoured_by_month(found),
        "steps": found.steps.select_related("seat__person"),
        "filter": form,
        "page": page_of(pledges.order_by("-created_at"), request),
        "may_review": rules.may_review(request.seats),  # type: ignore[attr-defined]
        "may_export": seat_for(request.seats, EXPORT_PLEDGES) is not None,  # type: ignore[attr-defined]
        "reason_form": ReasonForm(),
    }
    return render(request, "pledges/staff/drive.html", context)


@seat_page(SEE_DRIVES)
@require_safe
def purchases(request: HttpRequest) -> HttpResponse:
    """What was counted, newest first; ?drive=…&month=2026-03 shows one drive's, one month's."""
    slug, month = request.GET.get("drive", ""), request.GET.get("month", "")
    drives = PledgeDrive.objects.select_related("business")
    found = get_object_or_404(drives, slug=slug) if slug else None
    rows = queries.redemptions_of_drive(found) if found else queries.every_redemption()
    rows = queries.in_month(rows, month)
    context = {
        "drive": found,
        "month": queries.month_named(month),
        "page": page_of(rows.order_by("-claimed_at"), request),
        "may_reverse": seat_for(request.seats, SETTLE_DISPUTES) is not None,  # type: ignore[attr-defined]
    }
    return render(request, "pledges/staff/purchases.html", context)


@seat_page(REVIEW_DRIVES)
@require_POST
def move(request: HttpRequest, slug: str, step: str) -> HttpResponse:
    """Approves, returns, lets serve, or ends a drive."""
    found = get_object_or_404(PledgeDrive.objects.select_related("business"), slug=slug)
    by = request.seat  # type: ignore[attr-defined]
    reason = request.POST.get("reason", "").replace("\x00", "")[:400]
    steps = {
        "approval": lambda: services.approve_drive(drive=found, by=by),
        "return": lambda: services.return_drive(drive=found, reason=reason, by=by),
        "serving": lambda: services.serve_without_loan(drive=found, by=by),
        "end": lambda: services.end_drive(drive=found, reason=reason, by=by),
    }
    try:
        moved = steps[step]()
        messages.success(
            request,
            _("“%(title)s” is now: %(state)s.")
            % {"title": moved.title, "state": moved.get_state_display()},
        )
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("pledges_staff:drive", slug=found.slug)


@seat_page(REVIEW_DRIVES)
@require_http_methods(["GET", "HEAD", "POST"])
def void(request: HttpRequest, pledge_id: UUID) -> HttpResponse:
    """Takes a fraudulent pledge out of the figures, with a reason."""
    pledge = get_object_or_404(Pledge.objects.select_related("drive__business"), pk=pledge_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            pledge_services.void(pledge=pledge, by=request.seat, **form.cleaned_data)  # type: ignore[attr-defined]
            messages.success(request, _("The pledge counts nowhere any more."))
            return redirect("pledges_staff:drive", slug=pledge.drive.slug)
        except DomainError as error:
            form.add_error(error.field, error.message)
    context = {"pledge": pledge, "form": form}
    return render(request, "pledges/staff/void.html", context, status=422 if form.errors else 200)


@seat_page(SETTLE_DISPUTES)
@require_safe
def disputes(request: HttpRequest) -> HttpResponse:
    """Questioned purchases, the longest waiting first."""
    waiting = Redemption.objects.disputed().select_related(
        "pledge", "drive__business", "entered_by__person"
    )
    rows = list(waiting.order_by("disputed_at")[:100])
    return render(request, "pledges/staff/disputes.html", {"rows": rows})


@seat_page(SETTLE_DISPUTES)
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, redemption_id: UUID) -> HttpResponse:
    """One questioned purchase with its history, and the decision."""
    found = get_object_or_404(
        Redemption.objects.select_related(
            "pledge", "drive__business", "entered_by__person", "point_of_sale"
        ),
        pk=redemption_id,
    )
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            redemptions.decide(
                redemption=found,
                uphold=form.cleaned_data["decision"] == "counts",
                reason=form.cleaned_data["reason"],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(request, _("Settled. The customer has been told."))
            return redirect("pledges_staff:disputes")
        except DomainError as error:
            form.add_error(error.field, error.message)
    context = {
        "redemption": found,
        "steps": found.steps.select_related("seat__person"),
        "others": queries.redemptions_of(found.pledge).exclude(pk=found.pk)[:10],
        "form": form,
    }
    return render(
        request, "pledges/staff/dispute.html", context, status=422 if form.errors else 200
    )


@seat_page(EXPORT_PLEDGES)
@require_POST
def export(request: HttpRequest, slug: str) -> HttpResponse:
    """Starts the export of a drive's pledges; its page shows the progress."""
    found = get_object_or_404(PledgeDrive, slug=slug)
    job = exports.start_export(drive=found, by=request.seat)  # type: ignore[attr-defined]
    return redirect("staff:job", job_id=job.pk)


def _filtered(pledges: QuerySet[Pledge], form: PledgeFilterForm) -> QuerySet[Pledge]:
    if not form.is_valid():
        return pledges
    if state := form.cleaned_data["state"]:
        pledges = pledges.filter(queries.GROUPS.get(state, Q(state=state)))
    if words := form.cleaned_data["q"].strip():
        pledges = pledges.filter(Q(name__icontains=words) | Q(email__icontains=words))
    return pledges
