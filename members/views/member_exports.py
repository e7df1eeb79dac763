"""All members as a file, made by the worker."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from alliance.access import seat_page
from members.models import Business
from members.rules import IMPORT_MEMBERS
from members.services import member_exports


@seat_page(IMPORT_MEMBERS)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """What the file holds, and in which form one wants it."""
    context = {"count": Business.objects.count(), "headings": member_exports.headings()}
    return render(request, "members/staff/export.html", context)


@seat_page(IMPORT_MEMBERS)
@require_POST
def start_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Starts it; the job's page shows the progress and gives the file."""
    job = member_exports.start(kind=kind, by=request.seat)  # type: ignore[attr-defined]
    return redirect("staff:job", job_id=job.pk)
