"""The customer's card: what is left of the pledge, its purchases, and its changes.

Whoever holds the link holds the card; it stands in no log and no referrer.
"""

from io import BytesIO
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance import links
from alliance.access import public_page
from alliance.errors import DomainError
from alliance.limits import limited
from members.queries import businesses as members
from pledges import queries
from pledges.forms import ChangeAmountForm, DisputeForm
from pledges.models import Pledge, PledgeState
from pledges.services import pledges as services
from pledges.services import redemptions


@public_page
@require_safe
def card(request: HttpRequest, secret: str) -> HttpResponse:
    """The card with its QR code, its purchases, and the ways to enter one."""
    pledge = pledge_of(secret)
    own = members.businesses_of(request.seats) if request.seats else None  # type: ignore[attr-defined]
    context = {
        "pledge": pledge,
        "drive": pledge.drive,
        "redemptions": list(queries.redemptions_of(pledge)[:50]),
        "steps": pledge.steps.all(),
        "is_standing": pledge.state in (PledgeState.ACTIVE, PledgeState.FULFILLED),
        "is_at_till": own is not None and own.filter(pk=pledge.drive.business_id).exists(),
        "share_url": pledge.alliance.url(pledge.drive.get_absolute_url()),
    }
    return private(render(request, "pledges/card.html", context))


@public_page
@require_safe
def card_qr(request: HttpRequest, secret: str) -> HttpResponse:
    """The card's QR code as SVG: what the till scans."""
    pledge = pledge_of(secret)
    picture = BytesIO()
    segno.make(services.card_url(pledge), error="m").save(
        picture, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False
    )
    return private(HttpResponse(picture.getvalue(), content_type="image/svg+xml"))


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("card", "300/h")
def change_amount(request: HttpRequest, secret: str) -> HttpResponse:
    """Raises or lowers the pledge."""
    pledge = pledge_of(secret)
    form = ChangeAmountForm(
        request.POST or None, suggested_minor=pledge.amount_minor, currency=pledge.currency
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_amount(pledge=pledge, amount_minor=form.cleaned_data["amount_minor"])
            messages.success(request, _("Your pledge has been changed."))
            return redirect(pledge)
        except DomainError as error:
            form.add_error(error.field, error.message)
    status = 422 if form.errors else 200
    context = {"pledge": pledge, "form": form}
    return private(render(request, "pledges/change_amount.html", context, status=status))


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("card", "300/h")
def withdrawal(request: HttpRequest, secret: str) -> HttpResponse:
    """Withdraws the pledge, after one question and without a reason."""
    pledge = pledge_of(secret)
    if request.method == "POST":
        try:
            services.cancel(pledge=pledge)
            messages.success(request, _("Your pledge has been withdrawn. Thank you all the same."))
        except DomainError as error:
            messages.error(request, error.message)
        return redirect(pledge)
    return private(render(request, "pledges/withdrawal.html", {"pledge": pledge}))


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("card", "300/h")
def dispute(request: HttpRequest, secret: str, redemption_id: UUID) -> HttpResponse:
    """Says that a purchase was not the customer's; the alliance's staff look into it."""
    pledge = pledge_of(secret)
    redemption = get_object_or_404(pledge.redemptions, pk=redemption_id)
    form = DisputeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            redemptions.dispute(redemption=redemption, reason=form.cleaned_data["reason"])
            messages.success(request, _("Noted. Somebody of the alliance will look into it."))
            return redirect(pledge)
        except DomainError as error:
            form.add_error(None, error.message)
    status = 422 if form.errors else 200
    context = {"pledge": pledge, "redemption": redemption, "form": form}
    return private(render(request, "pledges/dispute.html", context, status=status))


def pledge_of(secret: str) -> Pledge:
    """The pledge whose card this secret opens; 404 for any other."""
    confirmed = Pledge.objects.filter(confirmed_at__isnull=False)
    return get_object_or_404(
        confirmed.select_related("alliance", "drive__business"), card_digest=links.digest(secret)
    )


def private(response: HttpResponse) -> HttpResponse:
    """The answer with what keeps the card's address to whoever has it."""
    # The address itself opens the card: it must not leave with a link. Under "no-referrer"
    # browsers would also send the card's own forms with `Origin: null`, which CSRF refuses.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
