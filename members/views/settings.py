"""Dues: legal form, words, days; and the part of them that goes to lobbying."""

from copy import copy

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.models import Seat
from members import legal
from members.forms import problems
from members.forms.settings import LobbyingShareForm, SettingsForm
from members.queries import lobbying
from members.queries.memberships import lobbying_basis_points, settings, today
from members.rules import MANAGE_TIERS
from members.services import settings as services


@seat_page(MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def dues_settings(request: HttpRequest) -> HttpResponse:
    """What the next invoices and applications find; policy work by year beside it."""
    decided, years, this_year = settings(), lobbying.lobbying_years(), today().year
    # A copy: a form writes into its instance while it checks.
    form = SettingsForm(request.POST or None, instance=copy(decided))
    if request.method == "POST" and form.is_valid():
        try:
            services.change_settings(by=request.seat, **form.cleaned_data)  # type: ignore[attr-defined]
            messages.success(request, _("Saved. The next papers say it."))
            return redirect("members_staff:dues_settings")
        except ValidationError as error:
            problems.show(form, error)
    context = {
        "form": form,
        "years": years,
        "is_blocked": lobbying.blocks_invoices(decided, years),
        "printed": legal.invoice_words(
            decided.legal_form,
            name=decided.legal_name or request.alliance.name,  # type: ignore[attr-defined]
            year=this_year,
            lobbying_basis_points=next(y.basis_points for y in years if y.year == this_year),
        ),
    }
    return render(
        request, "members/staff/dues_settings.html", context, status=422 if form.errors else 200
    )


@seat_page(MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def lobbying_share(request: HttpRequest) -> HttpResponse:
    """Sets one year's share; ?year= begins with that year."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else today().year
    initial = {"year": year, "share": lobbying_basis_points(year)}
    form = LobbyingShareForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        by: Seat = request.seat  # type: ignore[attr-defined]
        try:
            made = services.set_lobbying_share(
                year=form.cleaned_data["year"], basis_points=form.cleaned_data["share"], by=by
            )
            messages.success(
                request,
                _("%(percent)s%% of the dues of %(year)d goes to lobbying.")
                % {"percent": legal.percent(made.basis_points), "year": made.year},
            )
            return redirect("members_staff:dues_settings")
        except DomainError as error:
            problems.show(form, error)
    context = {"form": form, "years": lobbying.lobbying_years()}
    return render(
        request, "members/staff/lobbying_share.html", context, status=422 if form.errors else 200
    )
