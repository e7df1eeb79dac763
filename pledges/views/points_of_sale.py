"""Shops' own tills: made and revoked by their people, and heard when they tell of a purchase."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from alliance import clock
from alliance.access import public_page, seat_page
from alliance.api.problems import problem_response
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.tenancy.scope import current_alliance
from members.queries import businesses as members
from members.rules import REPRESENT
from pledges import signatures
from pledges import till_queries as queries
from pledges.models import PointOfSale
from pledges.services import points_of_sale as services
from pledges.till_forms import MessageForm, PointOfSaleForm

# A message is a few hundred bytes; its signature is computed over all that comes.
LARGEST = 16 * 1024


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("point-of-sale", "30/h", by="person")
def points_of_sale(request: HttpRequest) -> HttpResponse:
    """The business's tills that send by themselves, and a form for a new one."""
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    form = PointOfSaleForm(request.POST or None, own=own)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = services.make(**form.cleaned_data, by=request.seat)  # type: ignore[attr-defined]
            return render(request, "pledges/point_of_sale_made.html", _about(made, secret))
        except DomainError as error:
            form.add_error(error.field, error.message)
    context = {"form": form, "businesses": own, "rows": queries.points_of_sale(own)[:100]}
    status = 422 if form.errors else 200
    return render(request, "pledges/points_of_sale.html", context, status=status)


@seat_page(REPRESENT)
@require_POST
def revoke(request: HttpRequest, point_of_sale_id: UUID) -> HttpResponse:
    """Ends one at once."""
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    found = get_object_or_404(PointOfSale, pk=point_of_sale_id, business__in=own)
    try:
        services.revoke(point_of_sale=found, by=request.seat)  # type: ignore[attr-defined]
        messages.success(request, _("Revoked. It counts nothing any more."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("pledges:points_of_sale")


# A till has no token of ours: its signature stands in for it.
@csrf_exempt
@public_page
@require_POST
def news(request: HttpRequest, point_of_sale_id: UUID) -> HttpResponse:
    """/pledge/pos/<id>/: a purchase that a till tells of, counted once (docs/till.md)."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST:
        return problem_response(413, "A message has at most 16 kilobytes.")
    found = PointOfSale.objects.filter(pk=point_of_sale_id, revoked_at=None).first()
    secret = services.secret_of(found) if found else None
    if found is None or secret is None:
        return problem_response(404)
    if refused := _forged(request, secret):
        return refused
    form = MessageForm(_read(request.body))
    if not form.is_valid():
        return problem_response(422, "Some fields need a look.", errors=form.errors)
    return _counted(found, form)


def _forged(request: HttpRequest, secret: str) -> HttpResponse | None:
    """Why a message is not believed; None where it is."""
    header = request.headers.get(signatures.HEADER, "")
    now = int(clock.now().timestamp())
    try:
        signatures.check(header, request.body, secret=secret, now=now)
    except signatures.Forged:
        return problem_response(400, "The signature does not fit this body and secret.")
    except signatures.WrongClock as wrong:
        side = "ahead of" if wrong.seconds > 0 else "behind"
        return problem_response(
            400,
            f"Your clock is {abs(wrong.seconds)} seconds {side} ours; "
            f"{signatures.TOLERANCE} are allowed. Set it by the network and send again.",
        )
    return None


def _counted(found: PointOfSale, form: MessageForm) -> HttpResponse:
    try:
        redemption = services.receive(point_of_sale=found, message=form.message)
    except services.NoSuchPledge as error:
        return problem_response(404, error.message)
    except DomainError as error:
        return problem_response(409, error.message)
    # Nothing that changes later: each repetition is answered alike.
    return JsonResponse(
        {
            "id": redemption.event_id,
            "redemption": str(redemption.pk),
            "amount_minor": redemption.purchase_minor,
            "counted_minor": redemption.amount_minor,
            "currency": redemption.currency,
        }
    )


def _read(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; nothing where there is none, which the form then says."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    # Only plain values: a list would reach a form's field as its text.
    return {k: v for k, v in said.items() if isinstance(v, str | int) and not isinstance(v, bool)}


def _about(made: PointOfSale, secret: str) -> dict[str, Any]:
    path = reverse("pledges:point_of_sale_news", args=[made.pk])
    return {"point_of_sale": made, "secret": secret, "address": current_alliance().url(path)}
