"""The staff desk: what waits, what was done, keys, and mail that would not go."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance import panels, staff_queue
from alliance.access import MANAGE_KEYS, MEND_OUTBOX, SEE_AUDIT, SEE_DESK, person_page, seat_page
from alliance.errors import DomainError
from alliance.models import AllianceKey, AuditEntry, JobProgress, OutboxMessage
from alliance.pages import page_of
from alliance.services import exports, files, keys, outbox
from alliance.views.forms import KeyForm


@seat_page(SEE_DESK)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """The first screen: the queue, and each room's figures beside it."""
    context = {
        "queue": staff_queue.rows(request.seats),  # type: ignore[attr-defined]
        "panels": panels.filled("staff", request),
    }
    return render(request, "staff/desk.html", context)


@seat_page(SEE_AUDIT)
@require_safe
def audit_log(request: HttpRequest) -> HttpResponse:
    """Who did what, newest first."""
    entries = AuditEntry.objects.select_related("seat__person")
    return render(request, "staff/audit_log.html", {"page": page_of(entries, request)})


@seat_page(MANAGE_KEYS)
def api_keys(request: HttpRequest) -> HttpResponse:
    """The alliance's API keys, and a form for a new one, whose secret is shown once."""
    form = KeyForm(request.POST or None)
    context = {"form": form, "keys": AllianceKey.objects.select_related("made_by__person")}
    if request.method == "POST" and form.is_valid():
        try:
            key, secret = keys.make_key(**form.cleaned_data, by=request.seat)  # type: ignore[attr-defined]
            return render(request, "staff/api_key_made.html", {"key": key, "secret": secret})
        except DomainError as error:
            form.add_error(error.field, error.message)
    return render(request, "staff/api_keys.html", context, status=422 if form.errors else 200)


@seat_page(MANAGE_KEYS)
@require_POST
def revoke_key(request: HttpRequest, key_id: UUID) -> HttpResponse:
    """Ends a key at once."""
    key = get_object_or_404(AllianceKey, pk=key_id)
    keys.revoke_key(key=key, by=request.seat)  # type: ignore[attr-defined]
    messages.success(request, _("The key “%(name)s” opens nothing any more.") % {"name": key.name})
    return redirect("staff:api_keys")


def dead_letters() -> QuerySet[OutboxMessage]:
    """Mail that was given up after the last try."""
    return OutboxMessage.objects.filter(dead_at__isnull=False)


@seat_page(MEND_OUTBOX)
@require_safe
def failed_mail(request: HttpRequest) -> HttpResponse:
    """Mail that was given up, with why, and a button to try again."""
    page = page_of(dead_letters().order_by("-dead_at", "-id"), request)
    return render(request, "staff/failed_mail.html", {"page": page})


@seat_page(MEND_OUTBOX)
@require_POST
def send_again(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Puts a dead letter back into the outbox."""
    message = get_object_or_404(dead_letters(), pk=message_id)
    outbox.send_again(message)
    messages.success(request, _("It will be sent again within a minute."))
    return redirect("staff:failed_mail")


@person_page
@require_safe
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """A long job's progress, for whoever started it; refreshes itself until the end."""
    own = JobProgress.objects.filter(seat__in=[seat.pk for seat in request.seats])  # type: ignore[attr-defined]
    found = get_object_or_404(own, pk=job_id)
    response = render(request, "staff/job.html", {"job": found})
    if found.state == "running":
        response["Refresh"] = "2"
    return response


@person_page
@require_safe
def job_result(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The file that a job made."""
    own = JobProgress.objects.filter(seat__in=[seat.pk for seat in request.seats])  # type: ignore[attr-defined]
    done = own.filter(state="done").exclude(result_name="").select_related("file")
    found = get_object_or_404(done, pk=job_id)
    if found.file:
        return files.answer(found.file)
    return exports.answer(found.result, name=found.result_name)
