"""An application as a lender sees it; offers reckoned, made, taken back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from lending.forms.lender import OfferForm
from lending.models import Lender, LoanApplication, LoanOffer
from lending.queries import backing
from lending.queries import desk as desk_queries
from lending.queries import lenders as queries
from lending.queries.truth import truth_of
from lending.rules import LEND
from lending.services import offers as services
from lending.views.lend.desk import lenders_of
from pledges.policy import policy as drive_policy
from pledges.queries.pace import drive_pace


@seat_page(LEND)
@require_http_methods(["GET", "HEAD", "POST"])
def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """What the owner shares, and an offer: reckoned as often as one likes, then made."""
    found = get_object_or_404(queries.shared_with(lenders_of(request)), pk=application_id)
    shown_to = desk_queries.lenders_shown(found, lenders_of(request))
    open_offers = list(desk_queries.open_offers(found, shown_to))
    free = [each for each in shown_to if each.pk not in {o.lender_id for o in open_offers}]
    form = OfferForm(request.POST or None, application=found, lenders=free) if free else None
    reckoned: dict[str, Any] = {}
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            reckoned = _reckoned(found, form)
            if request.POST.get("step") == "make":
                return _made(request, found, form)
        except DomainError as error:
            form.add_error(None, error.message)
    context = reckoned | _figures(request, found, shown_to)
    context |= {"form": form, "own": [(offer, truth_of(offer)) for offer in open_offers]}
    status = 422 if form is not None and form.errors else 200
    return render(request, "lending/lend/application.html", context, status=status)


@seat_page(LEND)
@require_safe
def offer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """One of this person's own offers, whatever became of it, with the figures of that day."""
    found = _offer(request, offer_id)
    still_shared = queries.shared_with(lenders_of(request)).filter(pk=found.application_id)
    context = {
        "offer": found,
        "truth": truth_of(found),
        "loan": found.loans.first(),
        "is_shared": still_shared.exists(),
    }
    return render(request, "lending/lend/offer.html", context)


@seat_page(LEND)
@require_POST
def take_back(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Takes an open offer back."""
    found = _offer(request, offer_id)
    try:
        services.take_back(offer=found, by=request.seat)  # type: ignore[attr-defined]
        messages.success(request, _("Your offer is taken back. The business has been told."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("lending:lend_offer", offer_id=found.pk)


def _reckoned(found: LoanApplication, form: OfferForm) -> dict[str, Any]:
    """The truth box of what was typed, and the sentences that stand against it."""
    known = services.reckon(found, form.chosen, form.terms)
    draft = services.drawn(found, form.chosen, form.terms, known)
    return {"reckoned": truth_of(draft), "against": known.against}


def _made(request: HttpRequest, found: LoanApplication, form: OfferForm) -> HttpResponse:
    made = services.make(
        application=found,
        lender=form.chosen,
        terms=form.terms,
        by=request.seat,  # type: ignore[attr-defined]
    )
    messages.success(request, _("Your offer is made. The business has been told."))
    return redirect("lending:lend_offer", offer_id=made.pk)


def _figures(
    request: HttpRequest, found: LoanApplication, shown_to: list[Lender]
) -> dict[str, Any]:
    standing, apr = backing.standing(found.drive), backing.policy().reference_apr
    limits = [
        (
            lender,
            backing.limit(
                standing, margin=found.margin, months=found.months, apr=apr, cap=lender.cap_minor
            ),
        )
        for lender in shown_to
    ]
    return {
        "application": found,
        "drive": found.drive,
        "standing": standing,
        "limits": limits,
        "apr": apr,
        "shown": desk_queries.shown(found, lenders_of(request)),
        "pace": drive_pace(found.drive, at_risk_days=drive_policy().at_risk_days),
    }


def _offer(request: HttpRequest, offer_id: UUID) -> LoanOffer:
    own = queries.offers_of(lenders_of(request)).select_related(
        "application__drive__business", "lender", "made_by__person"
    )
    return get_object_or_404(own, pk=offer_id)
