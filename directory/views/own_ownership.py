"""Local ownership as members see it: their own claim, and the claims of others."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from directory.forms.ownership import AppealForm, ClaimForm
from directory.models import Attestation
from directory.ownership import MEMBERS_NEEDED, State
from directory.queries import ownership as queries
from directory.queries.attested import attested_until
from directory.services import attestations as services
from members.models import Business
from members.rules import REPRESENT
from members.views.own import own_business

# In these it is the business's turn to say something.
MAY_CLAIM = (None, State.EXPIRING, State.EXPIRED, State.REVOKED, State.REFUSED)


@seat_page(REPRESENT)
@own_business
@require_http_methods(["GET", "HEAD", "POST"])
def ownership(request: HttpRequest) -> HttpResponse:
    """/me/listing/ownership/: where the claim stands, and the form for one."""
    business: Business = request.member_business  # type: ignore[attr-defined]
    form = ClaimForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.claim(business=business, said=form.claim, by=request.seat)  # type: ignore[attr-defined]
            messages.success(
                request, _("Thank you. Two other members or the alliance confirm it now.")
            )
            return redirect(request.get_full_path())
        except DomainError as error:
            form.add_error(error.field, error.message)
    return _page(request, form, AppealForm(prefix="appeal"), status=422 if form.errors else 200)


@seat_page(REPRESENT)
@own_business
@require_POST
def appeal(request: HttpRequest) -> HttpResponse:
    """Asks somebody else to look at a revocation again."""
    found = queries.standing_of(request.member_business)  # type: ignore[attr-defined]
    form = AppealForm(request.POST, prefix="appeal")
    if form.is_valid() and found and found.revocation:
        try:
            services.appeal(
                revocation=found.revocation,
                words=form.cleaned_data["words"],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(request, _("Somebody else looks at it again, and writes to you."))
            return redirect("directory:own_ownership")
        except DomainError as error:
            form.add_error(error.field, error.message)
    elif form.is_valid():
        messages.error(request, _("Nothing has been revoked."))
        return redirect("directory:own_ownership")
    return _page(request, ClaimForm(), form, status=422)


@seat_page(REPRESENT)
@require_safe
def confirmations(request: HttpRequest) -> HttpResponse:
    """/me/confirmations/: claims of other members that this person may know to be true."""
    context = {
        "claims": list(queries.confirmable_by(request.seats)[:50]),  # type: ignore[attr-defined]
        "voice": queries.voice_of(request.seats),  # type: ignore[attr-defined]
        "needed": MEMBERS_NEEDED,
    }
    return render(request, "directory/me/confirmations.html", context)


@seat_page(REPRESENT)
@require_POST
def confirm(request: HttpRequest, claim_id: UUID) -> HttpResponse:
    """Says that another member's claim is true."""
    claim = get_object_or_404(Attestation.objects.select_related("business"), pk=claim_id)
    voice = queries.voice_of(request.seats)  # type: ignore[attr-defined]
    if voice is None:
        messages.error(request, _("Only members in good standing confirm for each other."))
        return redirect("directory:confirmations")
    try:
        services.confirm_for_member(claim=claim, business=voice, by=request.seat)  # type: ignore[attr-defined]
        messages.success(
            request, _("Thank you for standing up for %(name)s.") % {"name": claim.business}
        )
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("directory:confirmations")


def _page(
    request: HttpRequest, form: ClaimForm, appeal_form: AppealForm, *, status: int
) -> HttpResponse:
    business: Business = request.member_business  # type: ignore[attr-defined]
    found = queries.standing_of(business)
    state = found.state if found else None
    context = {
        "business": business,
        "form": appeal_form if appeal_form.errors else form,
        "claim_form": form,
        "appeal_form": appeal_form,
        "ownership": found,
        "good_until": attested_until([business.pk]).get(business.pk),
        "may_claim": state in MAY_CLAIM,
        "needed": MEMBERS_NEEDED,
        "query": request.member_query,  # type: ignore[attr-defined]
    }
    return render(request, "directory/me/ownership.html", context, status=status)
