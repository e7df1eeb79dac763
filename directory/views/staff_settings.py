"""What the directors set: the map's tiles, and the sponsors' slot."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alliance.access import seat_page
from alliance.errors import DomainError
from directory.forms.desk import SponsorshipForm, TilesForm
from directory.models import DirectorySettings, Sponsorship
from directory.queries.sponsors import MOST_AT_ONCE
from directory.rules import SET_DIRECTORY
from directory.services import settings as services
from directory.services import sponsorships
from members.queries.memberships import today

SHOWN = 24


@seat_page(SET_DIRECTORY)
@require_http_methods(["GET", "HEAD", "POST"])
def directory(request: HttpRequest) -> HttpResponse:
    """Where the map's streets come from."""
    found = DirectorySettings.objects.first() or DirectorySettings()
    initial = {"tiles_url": found.tiles_url, "tiles_attribution": found.tiles_attribution}
    form = TilesForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_tiles(
                tiles_url=form.cleaned_data["tiles_url"],
                attribution=form.cleaned_data["tiles_attribution"],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(request, _("Saved."))
            return redirect("directory_staff:settings")
        except DomainError as error:
            form.add_error(error.field, error.message)
    context = {"form": form}
    return render(
        request, "directory/staff/settings.html", context, status=422 if form.errors else 200
    )


@seat_page(SET_DIRECTORY)
@require_http_methods(["GET", "HEAD", "POST"])
def sponsors(request: HttpRequest) -> HttpResponse:
    """The slot: who stands in it, and one more."""
    form = SponsorshipForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = sponsorships.add(by=request.seat, **form.cleaned_data)  # type: ignore[attr-defined]
            messages.success(request, _("%(name)s is in the slot.") % {"name": made.business})
            return redirect("directory_staff:sponsors")
        except DomainError as error:
            form.add_error(error.field, error.message)
    context = {
        "form": form,
        "rows": Sponsorship.objects.select_related("business")[:SHOWN],
        "today": today(),
        "most": MOST_AT_ONCE,
    }
    return render(
        request, "directory/staff/sponsors.html", context, status=422 if form.errors else 200
    )


@seat_page(SET_DIRECTORY)
@require_POST
def end_sponsorship(request: HttpRequest, sponsorship_id: UUID) -> HttpResponse:
    """Takes one out of the slot."""
    found = get_object_or_404(Sponsorship.objects.select_related("business"), pk=sponsorship_id)
    try:
        sponsorships.end(sponsorship=found, by=request.seat)  # type: ignore[attr-defined]
        messages.success(request, _("%(name)s is out of the slot.") % {"name": found.business})
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("directory_staff:sponsors")
