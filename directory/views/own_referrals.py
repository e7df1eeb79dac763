"""Customers whom the alliance sent: what they look for, and what came of it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.pages import page_of
from directory.forms.desk import OutcomeForm
from directory.models import Outcome, Referral
from directory.services import referrals as services
from members.queries.businesses import businesses_of
from members.rules import REPRESENT
from members.views.own import own_business


@seat_page(REPRESENT)
@own_business
@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """/me/referrals/: the business's, the newest first."""
    rows = Referral.objects.filter(business=request.member_business)  # type: ignore[attr-defined]
    context = {
        "business": request.member_business,  # type: ignore[attr-defined]
        "query": request.member_query,  # type: ignore[attr-defined]
        "page": page_of(rows.order_by("-given_at", "-id"), request),
    }
    return render(request, "directory/me/referrals.html", context)


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """One of them, and what came of it."""
    own = businesses_of(request.seats)  # type: ignore[attr-defined]
    rows = Referral.objects.filter(business__in=own).select_related("business")
    found = get_object_or_404(rows, pk=referral_id)
    form = OutcomeForm(
        request.POST or None, initial={"outcome": found.outcome, "words": found.outcome_words}
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.answer(
                referral=found,
                outcome=Outcome(form.cleaned_data["outcome"]),
                words=form.cleaned_data["words"],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(request, _("Noted. Thank you: it shows what the alliance is for."))
            return redirect("directory:own_referrals")
        except DomainError as error:
            form.add_error(None, error.message)
    context = {"form": form, "referral": found}
    return render(
        request, "directory/me/referral.html", context, status=422 if form.errors else 200
    )
