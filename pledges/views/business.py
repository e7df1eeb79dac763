"""A business's own drives: writing, submitting, watching."""

from io import BytesIO
from typing import Any

import segno
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance import panels
from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.pages import page_of
from alliance.tenancy.scope import current_alliance
from members.models import Business
from members.queries import businesses as members
from members.rules import REPRESENT
from pledges import queries
from pledges.forms import DriveForm
from pledges.models import DriveState, PledgeDrive
from pledges.models.drives import RUNNING_STATES
from pledges.policy import policy
from pledges.queries.pace import at_risk, drive_pace
from pledges.queries.reciprocity import reciprocity
from pledges.services import drives as services

# What stands here has not opened; reciprocity is asked of it.
WAITING = (DriveState.DRAFT, DriveState.IN_REVIEW)
AT_RISK_SHOWN = 50
PUBLIC_NAME = ("name", "display", "alliance_id")


@seat_page(REPRESENT)
@require_safe
def own_drives(request: HttpRequest) -> HttpResponse:
    """/me/drive/: the drives of the businesses that this person speaks for."""
    found = list(_own(request)[:50])
    figures = queries.figures(found)
    context = {
        "rows": [{"drive": drive, "figures": figures[drive.pk]} for drive in found],
        "businesses": members.businesses_of(request.seats),  # type: ignore[attr-defined]
    }
    return render(request, "pledges/own_drives.html", context)


@seat_page(REPRESENT)
@require_safe
def own_drive(request: HttpRequest, slug: str) -> HttpResponse:
    """One drive: where it stands, its purchases, what to do next."""
    drive = get_object_or_404(_own(request), slug=slug)
    request.pledge_drive = drive  # type: ignore[attr-defined]
    month = request.GET.get("month", "")
    rows = queries.in_month(queries.redemptions_of_drive(drive), month)
    context = {
        "drive": drive,
        "panels": panels.filled("own_drive", request),
        "figures": queries.drive_figures(drive),
        "months": queries.honoured_by_month(drive),
        "steps": drive.steps.select_related("seat__person"),
        "month": queries.month_named(month),
        "page": page_of(rows.order_by("-claimed_at"), request),
        "is_draft": drive.state == DriveState.DRAFT,
        "is_running": drive.state in RUNNING_STATES,
        "policy": policy() if drive.state == DriveState.PRIVATE else None,
        "reciprocity": reciprocity(drive, policy()) if drive.state in WAITING else None,
        **_pace(drive),
        "page_url": current_alliance().url(drive.get_absolute_url()),
    }
    return render(request, "pledges/own_drive.html", context)


@seat_page(REPRESENT)
@require_safe
def private_qr(request: HttpRequest, slug: str) -> HttpResponse:
    """The private link as a QR code, for the owner to show and print."""
    drive = get_object_or_404(_own(request).filter(state=DriveState.PRIVATE), slug=slug)
    picture = BytesIO()
    segno.make(current_alliance().url(drive.get_absolute_url()), error="m").save(
        picture, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False
    )
    response = HttpResponse(picture.getvalue(), content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-store"
    return response


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, business_slug: str) -> HttpResponse:
    """A new draft."""
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    business = get_object_or_404(own, slug=business_slug)
    form = DriveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        drive = _save(request, form, business=business)
        if drive:
            messages.success(request, _("Saved as a draft. Submit it when it reads well."))
            return redirect("pledges:own_drive", slug=drive.slug)
    return _form_page(request, form, business=business)


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Changes a draft."""
    drive = get_object_or_404(_own(request).filter(state=DriveState.DRAFT), slug=slug)
    form = DriveForm(request.POST or None, instance=drive)
    if (
        request.method == "POST"
        and form.is_valid()
        and _save(request, form, business=drive.business, drive=drive)
    ):
        messages.success(request, _("Saved."))
        return redirect("pledges:own_drive", slug=drive.slug)
    return _form_page(request, form, business=drive.business, drive=drive)


@seat_page(REPRESENT)
@require_POST
def submission(request: HttpRequest, slug: str) -> HttpResponse:
    """Hands a draft to the staff."""
    drive = get_object_or_404(_own(request), slug=slug)
    try:
        services.submit_drive(drive=drive, by=request.seat)  # type: ignore[attr-defined]
        messages.success(request, _("Submitted. The alliance reads it and writes to you."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("pledges:own_drive", slug=drive.slug)


def _pace(drive: PledgeDrive) -> dict[str, Any]:
    """How the pledges are kept, and the first of those who are far behind."""
    if drive.state not in RUNNING_STATES:
        return {}
    days = policy().at_risk_days
    behind = at_risk(at_risk_days=days).filter(drive=drive).order_by("confirmed_at")
    return {
        "pace": drive_pace(drive, at_risk_days=days),
        "behind": behind.only(*PUBLIC_NAME, "reminded_at")[:AT_RISK_SHOWN],
        "at_risk_days": days,
    }


def _own(request: HttpRequest):  # type: ignore[no-untyped-def]
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    return PledgeDrive.objects.filter(business__in=own).select_related("business")


def _save(
    request: HttpRequest,
    form: DriveForm,
    *,
    business: Business,
    drive: PledgeDrive | None = None,
) -> PledgeDrive | None:
    seat = request.seat  # type: ignore[attr-defined]
    try:
        if drive is None:
            return services.write_drive(business=business, by=seat, **form.drive_fields)
        return services.edit_drive(drive=drive, by=seat, **form.drive_fields)
    except DomainError as error:
        form.add_error(None, error.message)
    except ValidationError as error:
        form.add_error(None, error)
    return None


def _form_page(
    request: HttpRequest,
    form: DriveForm,
    *,
    business: Business,
    drive: PledgeDrive | None = None,
) -> HttpResponse:
    context = {"form": form, "business": business, "drive": drive}
    return render(request, "pledges/drive_form.html", context, status=422 if form.errors else 200)
