"""A member's own card: kept, changed, given up in two presses."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from members.forms.cards import KeepCardForm
from members.models import Checkout, Membership
from members.queries import cards as queries
from members.queries import representatives
from members.queries.businesses import businesses_of
from members.rules import REPRESENT
from members.services import cards, checkouts
from members.views.cards import thanks_page, visit_page
from members.views.own import own_business


@seat_page(REPRESENT)
@own_business
@require_http_methods(["GET", "HEAD", "POST"])
def keep_card(request: HttpRequest) -> HttpResponse:
    """/me/card/: agrees to renewals by card, or puts another card in its place."""
    membership = _membership(request)
    # An unticked box sends nothing at all.
    data = request.POST if request.method == "POST" else None
    form = KeepCardForm(queries.renewal_words(membership), data)
    if form.is_valid():
        seat = request.seat  # type: ignore[attr-defined]
        try:
            checkout = checkouts.start_saving(
                membership=membership, email=seat.person.email, by=seat
            )
            return redirect("members:own_card_visit", checkout.pk)
        except DomainError as error:
            form.add_error(None, error.message)
    context = {
        "form": form,
        "membership": membership,
        "card": queries.kept_cards([membership]).get(membership.pk),
        "is_connected": queries.account() is not None,
        "back_url": _home(request),
    }
    return render(request, "members/me/card.html", context, status=422 if form.errors else 200)


@seat_page(REPRESENT)
@own_business
@require_http_methods(["GET", "HEAD", "POST"])
def stop_renewal(request: HttpRequest) -> HttpResponse:
    """The second of the two presses."""
    membership = _membership(request)
    if request.method == "POST":
        if cards.stop_renewal(membership=membership, by=request.seat):  # type: ignore[attr-defined]
            messages.success(request, _("Stopped. Nothing is taken from your card any more."))
        return redirect(_home(request))
    card = queries.kept_cards([membership]).get(membership.pk)
    if card is None:
        return redirect(_home(request))
    charge = queries.planned_charges([membership]).get(membership.pk)
    context = {"card": card, "charge": charge, "back_url": _home(request)}
    return render(request, "members/me/card_stop.html", context)


@seat_page(REPRESENT)
@require_safe
def visit(request: HttpRequest, checkout_id: UUID) -> HttpResponse:
    """Waits for Stripe's page, then leads there."""
    checkout = _own(request, checkout_id)
    return visit_page(
        request,
        checkout,
        thanks_url=reverse("members:own_card_thanks", args=[checkout.pk]),
        back_url=_home_of(checkout),
    )


@seat_page(REPRESENT)
@require_safe
def thanks(request: HttpRequest, checkout_id: UUID) -> HttpResponse:
    """Back from Stripe: the card is kept, or soon will be."""
    checkout = _own(request, checkout_id)
    return thanks_page(request, checkout, back_url=_home_of(checkout))


@seat_page(REPRESENT)
@require_safe
def unsaved(request: HttpRequest, checkout_id: UUID) -> HttpResponse:
    """Back from Stripe without a card."""
    checkout = _own(request, checkout_id)
    context = {
        "checkout": checkout,
        "visit_url": reverse("members:own_card_visit", args=[checkout.pk]),
        "back_url": _home_of(checkout),
    }
    return render(request, "members/card/unpaid.html", context)


def _own(request: HttpRequest, checkout_id: UUID) -> Checkout:
    own = businesses_of(request.seats)  # type: ignore[attr-defined]
    rows = Checkout.objects.select_related("membership__business")
    return get_object_or_404(rows, pk=checkout_id, membership__business__in=own)


def _membership(request: HttpRequest) -> Membership:
    """The membership, for those who may see the business's money."""
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    people = request.member_people()  # type: ignore[attr-defined]
    if membership is None or not representatives.sees_money_among(people, request.seats):  # type: ignore[attr-defined]
        raise Http404
    return membership


def _home(request: HttpRequest) -> str:
    return reverse("members:me") + request.member_query  # type: ignore[attr-defined]


def _home_of(checkout: Checkout) -> str:
    assert checkout.membership is not None
    return reverse("members:me") + f"?business={checkout.membership.business.slug}"
