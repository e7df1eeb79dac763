"""Stripe's side: the news it sends, and the page where an alliance connects its account."""

from uuid import UUID

import structlog
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from alliance.access import public_page, seat_page
from alliance.errors import DomainError
from members.forms.cards import StripeForm
from members.models import StripeEvent
from members.payments.port import Forged
from members.queries import cards as queries
from members.rules import CONNECT_STRIPE
from members.services import stripe_accounts, stripe_events

log = structlog.get_logger("commonweal.stripe")

# An event is some kilobytes; its signature is computed over all that comes.
LARGEST = 256 * 1024
SHOWN = 20


# Stripe has no token of ours: its signature stands in for it.
@csrf_exempt
@public_page
@require_POST
def news(request: HttpRequest) -> HttpResponse:
    """/stripe/news/: stored once if Stripe signed it for this alliance; a worker does the rest."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST:
        return HttpResponse(status=413)
    try:
        stripe_events.receive(
            payload=request.body, signature=request.headers.get("Stripe-Signature", "")
        )
    except Forged as error:
        log.warning("news_refused", reason=str(error))
        return HttpResponse(status=400)
    return HttpResponse(status=200)


@seat_page(CONNECT_STRIPE)
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Connects the alliance's own account, and shows what it could not bring into the books."""
    form = StripeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            stripe_accounts.connect(**form.cleaned_data, by=request.seat)  # type: ignore[attr-defined]
            messages.success(request, _("Connected. The next invoices can be paid by card."))
            return redirect("members_staff:stripe")
        except DomainError as error:
            form.add_error(error.field, error.message)
    found = queries.account()
    context = {
        "account": found,
        "is_readable": found is not None and stripe_accounts.is_readable(found),
        "form": form,
        "news_address": queries.news_address(),
        "news_types": sorted(stripe_events.BRINGS),
        "problems": queries.news_to_look_at()[:SHOWN],
        "failed_visits": queries.failed_visits()[:SHOWN],
    }
    return render(request, "members/staff/stripe.html", context, status=422 if form.errors else 200)


@seat_page(CONNECT_STRIPE)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest) -> HttpResponse:
    """Ends the connection and wipes the keys."""
    found = queries.account()
    if found is None:
        return redirect("members_staff:stripe")
    if request.method == "POST":
        stripe_accounts.end(by=request.seat)  # type: ignore[attr-defined]
        messages.success(request, _("Ended. Everything works by hand; what was paid stays."))
        return redirect("members_staff:stripe")
    context = {"account": found, "kept": queries.count_kept()}
    return render(request, "members/staff/stripe_end.html", context)


@seat_page(CONNECT_STRIPE)
@require_POST
def settle(request: HttpRequest, event_id: UUID, step: str) -> HttpResponse:
    """News that did not fit: tried again, or set aside."""
    event = get_object_or_404(StripeEvent, pk=event_id)
    seat = request.seat  # type: ignore[attr-defined]
    if step == "again" and stripe_events.try_again(event=event, by=seat):
        messages.success(request, _("It is tried again now."))
    elif step == "aside" and stripe_events.set_aside(event=event, by=seat):
        messages.success(request, _("Set aside."))
    return redirect("members_staff:stripe")
