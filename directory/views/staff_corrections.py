"""What visitors say is wrong with listings, and how the desk settles it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from alliance.pages import page_of
from directory.forms.desk import SettleForm
from directory.models import Correction
from directory.rules import MANAGE_LISTINGS, SEE_LISTINGS
from directory.services import corrections as services

SHOWN = 100


@seat_page(SEE_LISTINGS)
@require_safe
def corrections(request: HttpRequest) -> HttpResponse:
    """Those that wait, the longest waiting first; below them what was settled."""
    rows = Correction.objects.select_related("business", "settler__person")
    settled = rows.filter(settled_at__isnull=False).order_by("-settled_at", "-id")
    context = {
        "waiting": rows.filter(settled_at__isnull=True).order_by("sent_at", "id")[:SHOWN],
        "page": page_of(settled, request),
        "may_manage": seat_for(request.seats, MANAGE_LISTINGS) is not None,  # type: ignore[attr-defined]
    }
    return render(request, "directory/staff/corrections.html", context)


@seat_page(MANAGE_LISTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, correction_id: UUID) -> HttpResponse:
    """One of them, and what was done about it."""
    rows = Correction.objects.select_related("business").filter(settled_at__isnull=True)
    found = get_object_or_404(rows, pk=correction_id)
    form = SettleForm(request.POST or None, has_address=bool(found.email))
    if request.method == "POST" and form.is_valid():
        try:
            services.settle(
                correction=found,
                outcome=form.cleaned_data["outcome"],
                thanks=form.cleaned_data.get("thanks", False),
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(request, _("Settled."))
            return redirect("directory_staff:corrections")
        except DomainError as error:
            form.add_error("thanks" if error.field == "email" else error.field, error.message)
    context = {"form": form, "correction": found}
    return render(
        request, "directory/staff/correction.html", context, status=422 if form.errors else 200
    )
