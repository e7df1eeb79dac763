"""The staff's side of purchases: what is odd, what is taken back, what a receipt shows."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.pages import page_of
from pledges import till_queries as queries
from pledges.forms import ReasonForm
from pledges.models import Redemption
from pledges.rules import SETTLE_DISPUTES
from pledges.services import redemptions
from pledges.services import velocity as services
from pledges.till_forms import NoteForm
from pledges.views.card_purchases import photo_of


@seat_page(SETTLE_DISPUTES)
@require_safe
def velocity(request: HttpRequest) -> HttpResponse:
    """Purchases that came oddly fast or alike; ?show=cleared those that somebody looked at."""
    shows_cleared = request.GET.get("show") == "cleared"
    rows = queries.flags().filter(cleared_at__isnull=not shows_cleared)
    context = {"page": page_of(rows.order_by("-raised_at"), request), "cleared": shows_cleared}
    return render(request, "pledges/staff/velocity.html", context)


@seat_page(SETTLE_DISPUTES)
@require_http_methods(["GET", "HEAD", "POST"])
def clear(request: HttpRequest, flag_id: UUID) -> HttpResponse:
    """One of them, with the purchases around it, and what was found."""
    flag = get_object_or_404(queries.flags(), pk=flag_id)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.clear(flag=flag, note=form.cleaned_data["note"], by=request.seat)  # type: ignore[attr-defined]
            messages.success(request, _("Noted. It is off the list."))
            return redirect("pledges_staff:velocity")
        except DomainError as error:
            form.add_error(error.field, error.message)
    context = {"flag": flag, "around": queries.around(flag), "form": form}
    status = 422 if form.errors else 200
    return render(request, "pledges/staff/velocity_flag.html", context, status=status)


@seat_page(SETTLE_DISPUTES)
@require_http_methods(["GET", "HEAD", "POST"])
def reversal(request: HttpRequest, redemption_id: UUID) -> HttpResponse:
    """Takes a confirmed purchase back, with a reason that both sides read."""
    found = get_object_or_404(
        Redemption.objects.select_related("pledge", "drive__business"), pk=redemption_id
    )
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            redemptions.reverse_confirmed(
                redemption=found,
                reason=form.cleaned_data["reason"],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(request, _("Taken back. The customer has been told."))
            return redirect("pledges_staff:purchases")
        except DomainError as error:
            form.add_error(error.field, error.message)
    context = {"redemption": found, "form": form}
    status = 422 if form.errors else 200
    return render(request, "pledges/staff/reversal.html", context, status=status)


@seat_page(SETTLE_DISPUTES)
@require_safe
def photo(request: HttpRequest, redemption_id: UUID) -> HttpResponse:
    """The receipt that a customer photographed."""
    return photo_of(get_object_or_404(Redemption, pk=redemption_id))
