"""The till's code: the page that shows it, and where its QR code leads a customer."""

from typing import Any
from uuid import uuid4

import segno
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance import clock
from alliance.access import public_page, seat_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.services import keys
from alliance.tenancy.scope import current_alliance
from alliance.views import errors
from members.models import Business
from members.queries import businesses as members
from members.rules import REPRESENT
from pledges import till_codes
from pledges import till_queries as queries
from pledges.models import Pledge
from pledges.services import customer_claims
from pledges.till_forms import AtTillForm, ShopForm
from pledges.views.tries import count_wrong, wait


@seat_page(REPRESENT)
@require_safe
def code(request: HttpRequest) -> HttpResponse:
    """The code of the minute, large; the page comes again by itself with the next one."""
    own = list(members.businesses_of(request.seats))  # type: ignore[attr-defined]
    named = request.GET.get("business", "")
    business = next((one for one in own if one.slug == named or not named), None)
    if named and business is None:
        raise Http404
    now = clock.now()
    context: dict[str, Any] = {"business": business, "businesses": own}
    if business is not None:
        digits = till_codes.code_at(business.pk, now)
        context |= {
            "code": f"{digits[:3]} {digits[3:]}",
            "seconds": till_codes.seconds_left(now),
            "qr": _qr(current_alliance().url(reverse("pledges:shop", args=[business.slug]))),
        }
    response = render(request, "pledges/till_code.html", context)
    response["Cache-Control"] = "private, no-store"
    if business is not None:
        response["Refresh"] = str(till_codes.seconds_left(now))
    return response


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
@limited("shop", "30/h")
def shop(request: HttpRequest, business_slug: str) -> HttpResponse:
    """Where the till's QR code leads: both codes and the amount, on the customer's own phone."""
    business = queries.shop_at(business_slug)
    if business is None:
        raise Http404
    form = ShopForm(request.POST or None, initial={"form_key": uuid4().hex})
    if request.method == "POST" and form.is_valid():
        pledge = _pledge_for(business, form.cleaned_data["card_code"])
        if pledge is None:
            form.add_error(None, _("One of the two codes does not fit."))
        elif seconds := wait(request, pledge):
            return errors.too_many(request, retry_after=seconds)
        elif claimed(request, pledge, form, says_which=False):
            return redirect("pledges:shop", business_slug=business.slug)
    context = {"business": business, "form": form}
    response = render(request, "pledges/shop.html", context, status=422 if form.errors else 200)
    response["X-Robots-Tag"] = "noindex"
    return response


def claimed(request: HttpRequest, pledge: Pledge, form: AtTillForm, *, says_which: bool) -> bool:
    """Counts what a customer at the till entered; False with the reason in the form.

    `says_which`: whether a wrong code may be named, as on the customer's own
    card; to somebody who had to name the card as well, neither is.
    """
    data = form.cleaned_data
    spent = data["amount"]

    def effect() -> dict[str, str]:
        made = customer_claims.claim_at_till(pledge=pledge, code=data["code"], purchase_minor=spent)
        return {"redemption": str(made.pk)}

    try:
        keys.once(
            actor=str(pledge.pk),
            operation="redemption.claim_at_till",
            key=data["form_key"],
            request={"spent": spent},
            effect=effect,
        )
    except DomainError as error:
        if error.field == "code":
            count_wrong(request, pledge)
        if error.field == "code" and not says_which:
            form.add_error(None, _("One of the two codes does not fit."))
        else:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    messages.success(request, _("Noted. The shop confirms it, or three days pass."))
    return True


def _pledge_for(business: Business, card_code: str) -> Pledge | None:
    mine = Pledge.objects.filter(drive__business=business, confirmed_at__isnull=False)
    return mine.select_related("drive").filter(code=card_code).first()


def _qr(url: str) -> str:
    """The QR code as a picture in the page itself: the policy lets data: images in."""
    return segno.make(url, error="m").png_data_uri(scale=6, border=3)
