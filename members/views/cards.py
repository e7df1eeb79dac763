"""Paying by card: the choice, the way to Stripe's page, and the way back.

A form's redirects may not leave our own site (the content policy's
`form-action`), and a worker has to ask Stripe first. So the form leads to a
page of ours that waits, without scripts, and goes on by itself.
"""

from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_POST, require_safe

from alliance import clock, links
from alliance.access import public_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.views import errors
from members.forms.cards import PayByCardForm
from members.models import Checkout, CheckoutState, Invoice
from members.queries import cards as queries
from members.services import checkouts, pay_links, wake

# Seconds between two looks of a page that waits; after so long it offers another way.
LOOK_EVERY, LONG = 2, timedelta(seconds=30)
LOOKS_FOR_MONEY = 20


@public_page
@limited("pay-by-card", "60/h")
@require_POST
def pay_by_card(request: HttpRequest, token: str) -> HttpResponse:
    """Begins a visit to Stripe's page."""
    invoice = _invoice(token)
    if invoice is None:
        return errors.gone(request)
    offer = queries.offer(invoice)
    if offer is None:
        return redirect("members:pay", token)
    form = PayByCardForm(offer, request.POST)
    if form.is_valid():
        try:
            checkout = checkouts.start(
                invoice=invoice,
                amount_minor=form.cleaned_data["pays"],
                saves_card=form.cleaned_data.get("keeps_card", False),
            )
            return redirect("members:card_visit", token, checkout.pk)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    context = {"invoice": invoice, "token": token, "form": form}
    return render(request, "members/card/pay.html", context, status=422)


@public_page
@require_safe
def visit(request: HttpRequest, token: str, checkout_id: UUID) -> HttpResponse:
    """Waits until a worker has Stripe's page, then leads there."""
    invoice = _invoice(token)
    if invoice is None:
        return errors.gone(request)
    checkout = get_object_or_404(Checkout, pk=checkout_id, invoice=invoice)
    return visit_page(
        request,
        checkout,
        thanks_url=reverse("members:card_thanks", args=[token, checkout.pk]),
        back_url=reverse("members:pay", args=[token]),
    )


@public_page
@require_safe
def thanks(request: HttpRequest, token: str, checkout_id: UUID) -> HttpResponse:
    """Back from Stripe: paid, or still being confirmed."""
    invoice = _invoice(token)
    if invoice is None:
        return errors.gone(request)
    checkout = get_object_or_404(Checkout, pk=checkout_id, invoice=invoice)
    return thanks_page(request, checkout, back_url=reverse("members:pay", args=[token]))


@public_page
@require_safe
def unpaid(request: HttpRequest, token: str, checkout_id: UUID) -> HttpResponse:
    """Back from Stripe without paying: nothing was taken, and how to go on."""
    invoice = _invoice(token)
    if invoice is None:
        return errors.gone(request)
    checkout = get_object_or_404(Checkout, pk=checkout_id, invoice=invoice)
    context = {
        "checkout": checkout,
        "invoice": invoice,
        "visit_url": reverse("members:card_visit", args=[token, checkout.pk]),
        "back_url": reverse("members:pay", args=[token]),
    }
    return render(request, "members/card/unpaid.html", context)


@public_page
@require_safe
def back(request: HttpRequest, checkout_id: UUID, secret: str, is_paid: bool) -> HttpResponse:
    """Where Stripe sends the payer; leads on to the page that tells how it stands."""
    if not constant_time_compare(secret, checkouts.return_secret(checkout_id)):
        raise Http404
    checkout = get_object_or_404(Checkout.objects.select_related("invoice"), pk=checkout_id)
    if checkout.invoice is None:
        name = "members:own_card_thanks" if is_paid else "members:own_card_unsaved"
        return redirect(name, checkout.pk)
    name = "members:card_thanks" if is_paid else "members:card_unpaid"
    return redirect(name, pay_links.token(checkout.invoice), checkout.pk)


def visit_page(
    request: HttpRequest, checkout: Checkout, *, thanks_url: str, back_url: str
) -> HttpResponse:
    """The page that waits. It says what it waits for, and after a while how to go on without."""
    if checkout.state == CheckoutState.PAID:
        return redirect(thanks_url)
    context = {
        "checkout": checkout,
        "back_url": back_url,
        "is_long": clock.now() - checkout.created_at > LONG,
    }
    response = render(request, "members/card/visit.html", context)
    if checkout.state == CheckoutState.OPENING:
        response["Refresh"] = str(LOOK_EVERY)
    elif checkout.state == CheckoutState.OPEN:
        response["Refresh"] = f"0; url={checkout.url}"
    return response


def thanks_page(request: HttpRequest, checkout: Checkout, *, back_url: str) -> HttpResponse:
    """The page after Stripe's: done, or looked at again for a while."""
    looks = request.GET.get("look", "0")
    look = int(looks) if looks.isascii() and looks.isdigit() and len(looks) < 4 else 0
    is_open = checkout.state in checkouts.UNDER_WAY
    if is_open and look == 0:
        # News may be late, or not come at all: Stripe is asked as well.
        wake.after_commit("members.look_at_checkout", checkout_id=str(checkout.pk))
    context = {
        "checkout": checkout,
        "invoice": checkout.invoice,
        "back_url": back_url,
        "is_waiting": is_open and look < LOOKS_FOR_MONEY,
        "is_open": is_open,
    }
    response = render(request, "members/card/thanks.html", context)
    if context["is_waiting"]:
        response["Refresh"] = f"{LOOK_EVERY}; url={request.path}?look={look + 1}"
    return response


def _invoice(token: str) -> Invoice | None:
    try:
        return pay_links.read(token)
    except links.BadLink:
        return None
