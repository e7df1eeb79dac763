"""A business's letters to its pledgers, and the link that stops them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from alliance import links
from alliance.access import public_page, seat_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.models import JobProgress
from alliance.views import errors
from members.queries import businesses as members
from members.rules import REPRESENT
from pledges.letter_forms import LetterForm
from pledges.models import DriveLetter, PledgeDrive
from pledges.models.drives import RUNNING_STATES
from pledges.services import letters as services

STOP_SECONDS = 400 * 24 * 3600
SHOWN = 50


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
def letter(request: HttpRequest, slug: str) -> HttpResponse:
    """/me/drive/<slug>/letter/: written, read once more, sent; with those sent before."""
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    rows = PledgeDrive.objects.filter(business__in=own).select_related("business")
    drive = get_object_or_404(rows, slug=slug)
    form = LetterForm(request.POST or None)
    is_read = False
    if request.method == "POST" and form.is_valid():
        is_read = "change" not in request.POST
        if "send" in request.POST and _sent(request, drive, form):
            return redirect("pledges:letter", slug=slug)
    return _page(request, drive, form, is_read=is_read and not form.errors)


# A mail program presses the button by itself (RFC 8058): it has no cookie, the link is the proof.
@csrf_exempt
@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("stop-letters", "300/h")
def stop_letters(request: HttpRequest, token: str) -> HttpResponse:
    """From a letter's foot: no more letters of this drive, in one press, without signing in."""
    try:
        payload = links.read(services.STOP, token, max_age_seconds=STOP_SECONDS)
    except links.BadLink:
        return errors.not_found(request)
    drives = PledgeDrive.objects.select_related("business")
    drive = get_object_or_404(drives, pk=UUID(payload["drive"]))
    if request.method == "POST":
        services.stop(drive=drive, email=payload["email"])
    context = {"drive": drive, "email": payload["email"], "is_done": request.method == "POST"}
    return render(request, "pledges/stop_letters.html", context)


def _sent(request: HttpRequest, drive: PledgeDrive, form: LetterForm) -> bool:
    seat = request.seat  # type: ignore[attr-defined]
    try:
        services.write_letter(drive=drive, by=seat, **form.cleaned_data)
    except DomainError as error:
        form.add_error(error.field, error.message)
        return False
    messages.success(request, _("Your letter is on its way."))
    return True


def _page(
    request: HttpRequest, drive: PledgeDrive, form: LetterForm, *, is_read: bool
) -> HttpResponse:
    sent = list(DriveLetter.objects.filter(drive=drive).select_related("seat__person")[:SHOWN])
    job = JobProgress.objects.filter(pk=sent[0].job_id).first() if sent else None
    context = {
        "drive": drive,
        "form": form,
        "is_read": is_read,
        "may_from": services.may_write_from(drive),
        "is_running": drive.state in RUNNING_STATES,
        "recipients": services.recipients(drive),
        "letters": sent,
        "job": job if job and job.state == "running" else None,
    }
    status = 422 if form.errors else 200
    response = render(request, "pledges/letter.html", context, status=status)
    if context["job"]:
        response["Refresh"] = "3"
    return response
