"""Lenders, their people, and the alliance's rules for loans."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from alliance.tenancy.scope import current_alliance
from lending.forms.staff import LenderForm, LenderPersonForm, PolicyForm
from lending.models import Lender, LenderSeat
from lending.queries import backing
from lending.queries import staff as queries
from lending.rules import MANAGE_LENDERS, SEE_LOANS
from lending.services import lenders as services


@seat_page(SEE_LOANS)
@require_safe
def lenders(request: HttpRequest) -> HttpResponse:
    """Every lender, with what it has out."""
    context = {
        "lenders": queries.lenders(),
        "currency": current_alliance().currency,
        "may_manage": _may_manage(request),
    }
    return render(request, "lending/staff/lenders.html", context)


@seat_page(MANAGE_LENDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A form for another lender."""
    form = LenderForm(request.POST or None, currency=current_alliance().currency)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_lender(by=_seat(request), **form.lender_fields)
            messages.success(request, _("Added. Now invite somebody who speaks for it."))
            return redirect("lending_staff:lender", lender_id=made.pk)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
    status = 422 if form.errors else 200
    return render(request, "lending/staff/lender_form.html", {"form": form}, status=status)


@seat_page(SEE_LOANS)
@require_safe
def lender(request: HttpRequest, lender_id: UUID) -> HttpResponse:
    """One lender: its words, its people, its loans."""
    return _page(request, _lender(lender_id))


@seat_page(MANAGE_LENDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, lender_id: UUID) -> HttpResponse:
    """Other words about a lender, or another cap."""
    found = _lender(lender_id)
    currency = current_alliance().currency
    form = LenderForm(request.POST or None, currency=currency, lender=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_lender(lender=found, by=_seat(request), **form.lender_fields)
            messages.success(request, _("Saved."))
            return redirect("lending_staff:lender", lender_id=found.pk)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
    context = {"form": form, "lender": found}
    status = 422 if form.errors else 200
    return render(request, "lending/staff/lender_form.html", context, status=status)


@seat_page(MANAGE_LENDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, lender_id: UUID) -> HttpResponse:
    """Asks once, then the lender takes no more applications."""
    found = _lender(lender_id)
    if request.method == "POST":
        try:
            services.end_lender(lender=found, by=_seat(request))
            messages.success(request, _("%(lender)s takes no more loans.") % {"lender": found})
        except DomainError as error:
            messages.error(request, error.message)
        return redirect("lending_staff:lender", lender_id=found.pk)
    return render(request, "lending/staff/lender_end.html", {"lender": found})


@seat_page(MANAGE_LENDERS)
@require_POST
def invite(request: HttpRequest, lender_id: UUID) -> HttpResponse:
    """Lets somebody speak for the lender; they are written to."""
    found, form = _lender(lender_id), LenderPersonForm(request.POST)
    if form.is_valid():
        try:
            place = services.invite(lender=found, by=_seat(request), **form.cleaned_data)
            name = place.seat.person
            messages.success(request, _("%(name)s is invited by mail.") % {"name": name})
            return redirect("lending_staff:lender", lender_id=found.pk)
        except DomainError as error:
            form.add_error(None, error.message)
    return _page(request, found, form=form)


@seat_page(MANAGE_LENDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def end_place(request: HttpRequest, lender_id: UUID, place_id: UUID) -> HttpResponse:
    """Asks once, then somebody no longer speaks for the lender."""
    found = _lender(lender_id)
    place = get_object_or_404(queries.places(found), pk=place_id)
    if request.method == "POST":
        services.end_place(place=place, by=_seat(request))
        messages.success(
            request, _("%(name)s no longer speaks for it.") % {"name": place.seat.person}
        )
        return redirect("lending_staff:lender", lender_id=found.pk)
    context: dict[str, Lender | LenderSeat] = {"lender": found, "place": place}
    return render(request, "lending/staff/place_end.html", context)


@seat_page(MANAGE_LENDERS)
@require_http_methods(["GET", "HEAD", "POST"])
def policy(request: HttpRequest) -> HttpResponse:
    """The alliance's rules for loans."""
    form = PolicyForm(request.POST or None, policy=backing.policy())
    if request.method == "POST" and form.is_valid():
        try:
            services.set_policy(by=_seat(request), **form.cleaned_data)
            messages.success(request, _("Saved. It holds for whatever is made from now on."))
            return redirect("lending_staff:policy")
        except ValidationError as error:
            form.add_error(None, error.messages[0])
    status = 422 if form.errors else 200
    return render(request, "lending/staff/policy.html", {"form": form}, status=status)


def _page(
    request: HttpRequest, found: Lender, form: LenderPersonForm | None = None
) -> HttpResponse:
    loans = queries.loans("standing").filter(lender=found)
    context = {
        "lender": found,
        "places": queries.places(found),
        "loans": loans[:25],
        "sums": queries.sums(loans),
        "currency": current_alliance().currency,
        "may_manage": _may_manage(request),
        "form": form or LenderPersonForm(),
    }
    status = 422 if form is not None else 200
    return render(request, "lending/staff/lender.html", context, status=status)


def _may_manage(request: HttpRequest) -> bool:
    return seat_for(request.seats, MANAGE_LENDERS) is not None  # type: ignore[attr-defined]


def _lender(lender_id: UUID) -> Lender:
    return get_object_or_404(Lender, pk=lender_id)


def _seat(request: HttpRequest) -> Any:
    return request.seat  # type: ignore[attr-defined]
