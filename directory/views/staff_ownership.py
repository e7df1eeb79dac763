"""The desk's side of local ownership: confirming, revoking, deciding on appeals."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from directory.forms.ownership import AppealDecisionForm, RevokeForm
from directory.models import Appeal, Attestation
from directory.queries import ownership as queries
from directory.rules import CONFIRM_OWNERSHIP, SEE_LISTINGS
from directory.services import attestations as services

SHOWN = 100


@seat_page(SEE_LISTINGS)
@require_safe
def ownership(request: HttpRequest) -> HttpResponse:
    """What waits: claims, appeals, and confirmations that run out."""
    claims = queries.claimed().select_related("business", "seat__person")[:SHOWN]
    appeals = queries.appeals().select_related("revocation__attestation__business")
    context = {
        "claims": queries.standings(claims),
        "appeals": appeals[:SHOWN],
        "expiring": queries.expiring().select_related("business")[:SHOWN],
        "may_confirm": seat_for(request.seats, CONFIRM_OWNERSHIP) is not None,  # type: ignore[attr-defined]
    }
    return render(request, "directory/staff/ownership.html", context)


@seat_page(CONFIRM_OWNERSHIP)
@require_POST
def confirm(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Confirms a claim for the alliance."""
    claim = _claim(claim_id)
    try:
        services.confirm_for_alliance(claim=claim, by=request.seat)  # type: ignore[attr-defined]
        messages.success(
            request, _("%(name)s is confirmed as locally owned.") % {"name": claim.business}
        )
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("directory_staff:ownership")


@seat_page(CONFIRM_OWNERSHIP)
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Takes a confirmed claim back, with the reason that the business reads."""
    claim = _claim(claim_id)
    form = RevokeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.revoke(claim=claim, reason=form.cleaned_data["reason"], by=request.seat)  # type: ignore[attr-defined]
            messages.success(
                request, _("Revoked. %(name)s has been told why.") % {"name": claim.business}
            )
            return redirect("directory_staff:listing", slug=claim.business.slug)
        except DomainError as error:
            form.add_error(error.field, error.message)
    context = {"form": form, "claim": claim}
    return render(
        request, "directory/staff/revoke.html", context, status=422 if form.errors else 200
    )


@seat_page(CONFIRM_OWNERSHIP)
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, appeal_id: UUID) -> HttpResponse:
    """One appeal with what was said, and the decision; by somebody else than who revoked."""
    rows = Appeal.objects.select_related(
        "revocation__attestation__business", "revocation__seat__person", "seat__person"
    )
    found = get_object_or_404(rows, pk=appeal_id, decided_at__isnull=True)
    form = AppealDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.decide_appeal(
                appeal=found,
                is_upheld=form.cleaned_data["decision"] == "upheld",
                answer=form.cleaned_data["answer"],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(request, _("Decided. The business has been told."))
            return redirect("directory_staff:ownership")
        except DomainError as error:
            form.add_error(error.field, error.message)
    revocation = found.revocation
    context = {
        "form": form,
        "appeal": found,
        "revocation": revocation,
        "business": revocation.attestation.business,
        "is_own": revocation.seat.person_id == request.user.pk,
    }
    return render(
        request, "directory/staff/appeal.html", context, status=422 if form.errors else 200
    )


def _claim(claim_id: UUID) -> Attestation:
    found: Attestation = get_object_or_404(
        Attestation.objects.select_related("business"), pk=claim_id
    )
    return found
