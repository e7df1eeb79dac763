"""What anyone sees: open drives, one drive and its form, the link from the mail."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance import links, panels
from alliance.access import public_page
from alliance.errors import DomainError, TooManyMessages
from alliance.limits import limited
from alliance.views import errors
from pledges import queries
from pledges.forms import LostCardForm, PledgeForm
from pledges.models import Pledge, PledgeDrive
from pledges.services import pledges as services
from pledges.views.card import private as behind_secret

LINK_SECONDS = 7 * 24 * 3600


@public_page
@require_safe
def drives(request: HttpRequest) -> HttpResponse:
    """/pledge/: open drives first, those that are being honoured below."""
    public = PledgeDrive.objects.public().seen().select_related("business")
    public = public.order_by("-opened_at")
    found = list(public[:60])
    figures = queries.figures(found)
    rows = [{"drive": drive, "figures": figures[drive.pk]} for drive in found]
    context = {
        "open": [row for row in rows if row["drive"].is_open],
        "others": [row for row in rows if not row["drive"].is_open],
    }
    return render(request, "pledges/drives.html", context)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("pledge", "300/h")
def drive(request: HttpRequest, slug: str) -> HttpResponse:
    """/pledge/<slug>/: the story, how far it has come, and the form."""
    public = PledgeDrive.objects.public().select_related("business", "alliance")
    return _pledging(request, get_object_or_404(public, slug=slug))


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("pledge", "300/h")
def private(request: HttpRequest, secret: str) -> HttpResponse:
    """/pledge/private/<secret>/: the same page for the owner's own circle, before it opens."""
    drives = PledgeDrive.objects.select_related("business", "alliance")
    found = get_object_or_404(drives, private_digest=links.digest(secret))
    if found.opened_at is not None:
        return redirect(found)
    return behind_secret(_pledging(request, found))


def _pledging(request: HttpRequest, found: PledgeDrive) -> HttpResponse:
    """The drive's page with its form, and what becomes of the form."""
    form = PledgeForm(request.POST or None, drive=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.intend(drive=found, promise=_promise(form))
            # For the next page only; the address stands in nobody's URL or log.
            request.session["pledged"] = {
                "email": form.cleaned_data["email"],
                "back": found.get_absolute_url(),
            }
            return redirect("pledges:sent")
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
            if isinstance(error, TooManyMessages):
                return _drive_page(request, found, form, status=429)
    return _drive_page(request, found, form, status=422 if form.errors else 200)


@public_page
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """After the form: look into your mail."""
    pledged = request.session.get("pledged")
    if not pledged:
        return redirect("pledges:drives")
    return render(request, "pledges/sent.html", pledged)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("confirm", "300/h")
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The mailed link: GET shows a button, since mail scanners follow links; POST confirms."""
    try:
        payload = links.read(services.CONFIRM, token, max_age_seconds=LINK_SECONDS)
    except links.BadLink as error:
        return _dead_link(request, error)
    pledge = _pledge_of(payload)
    if request.method == "POST" or pledge.confirmed_at is not None:
        try:
            pledge = services.confirm(pledge=pledge, version=payload["version"])
            if request.method == "POST":
                messages.success(request, _("Thank you! Your pledge stands. This is your card."))
            return redirect(pledge)
        except DomainError as error:
            return errors.gone(request, reason=error.message)
    if pledge.version != payload["version"]:
        return errors.gone(
            request, reason=_("A newer message replaced this one. Please use the newest.")
        )
    return render(request, "pledges/confirm.html", {"pledge": pledge})


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("confirm", "300/h")
def change(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody who has a pledge filled in the form again: the mailed link changes it."""
    try:
        payload = links.read(services.CHANGE, token, max_age_seconds=LINK_SECONDS)
    except links.BadLink as error:
        return _dead_link(request, error)
    pledge = _pledge_of(payload)
    if pledge.version != payload["version"]:
        return errors.gone(
            request, reason=_("This link has been used, or a newer one replaced it.")
        )
    if request.method == "POST":
        try:
            pledge = services.change_amount(
                pledge=pledge, amount_minor=payload["amount"], version=payload["version"]
            )
            messages.success(request, _("Your pledge has been changed."))
            return redirect(pledge)
        except DomainError as error:
            return errors.gone(request, reason=error.message)
    context = {"pledge": pledge, "new_amount_minor": payload["amount"]}
    return render(request, "pledges/change.html", context)


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("lost-card", "60/h")
def lost_card(request: HttpRequest) -> HttpResponse:
    """Sends an address its cards again; says the same whether there are any."""
    form = LostCardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        # A full inbox is answered alike, or it would tell who has pledged.
        with suppress(TooManyMessages):
            services.send_cards(email=form.cleaned_data["email"])
        messages.success(
            request, _("If there are pledges by this address, their cards are on the way.")
        )
        return redirect("pledges:lost_card")
    return render(
        request, "pledges/lost_card.html", {"form": form}, status=422 if form.errors else 200
    )


def _drive_page(
    request: HttpRequest, drive: PledgeDrive, form: PledgeForm, *, status: int
) -> HttpResponse:
    request.pledge_drive = drive  # type: ignore[attr-defined]
    context = {
        "drive": drive,
        "panels": panels.filled("drive", request),
        "figures": queries.drive_figures(drive),
        "people": queries.newest_pledgers(drive),
        "ending": None if drive.is_open else drive.steps.last(),
        "form": form,
        "share_url": drive.alliance.url(drive.get_absolute_url()),
    }
    return render(request, "pledges/drive.html", context, status=status)


def _promise(form: PledgeForm) -> services.Promise:
    data = form.cleaned_data
    return services.Promise(
        email=data["email"],
        name=data["name"],
        display=data["display"],
        amount_minor=data["amount_minor"],
        wording=form.wording,
        form_key=data["form_key"],
    )


def _pledge_of(payload: dict[str, Any]) -> Pledge:
    return get_object_or_404(Pledge.objects.select_related("drive__business"), pk=payload["pledge"])


def _dead_link(request: HttpRequest, error: links.BadLink) -> HttpResponse:
    if isinstance(error, links.ExpiredLink):
        return errors.gone(
            request, reason=_("This link was good for seven days. Please pledge again.")
        )
    return errors.not_found(request)
