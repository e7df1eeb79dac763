"""A business's own drives: writing, submitting, watching."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.pages import page_of
from members.models import Business
from members.queries import businesses as members
from members.rules import REPRESENT
from pledges import queries
from pledges.forms import DriveForm
from pledges.models import DriveState, PledgeDrive
from pledges.services import drives as services


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
    month = request.GET.get("month", "")
    rows = queries.in_month(queries.redemptions_of_drive(drive), month)
    context = {
        "drive": drive,
        "figures": queries.drive_figures(drive),
        "months": queries.honoured_by_month(drive),
        "steps": drive.steps.select_related("seat__person"),
        "month": queries.month_named(month),
        "page": page_of(rows.order_by("-claimed_at"), request),
        "is_draft": drive.state == DriveState.DRAFT,
    }
    return render(request, "pledges/own_drive.html", context)


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
