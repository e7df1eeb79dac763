"""One address for everybody who gets a letter: it leads to their own side of the matter."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance.access import person_page, seat_for
from lending.models import Lender, Loan, LoanApplication, LoanOffer, Sharing
from lending.queries import lenders as lender_queries
from lending.rules import SEE_LOANS
from members.queries import businesses as members


@person_page
@require_safe
def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """To the business's loan page, or to the desk of whoever may see the application."""
    found = get_object_or_404(LoanApplication.objects.select_related("drive"), pk=application_id)
    shown_to = Lender.objects.filter(
        pk__in=Sharing.objects.live().filter(application=found).values("lender")
    )
    at_lender = reverse("lending:lend_application", args=[found.pk])
    return _through(request, found, shown_to, at_lender=at_lender, at_staff=_at_staff(found))


@person_page
@require_safe
def offer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """To the business's page, the lender's about its offer, or the staff's."""
    offers = LoanOffer.objects.select_related("application__drive")
    found = get_object_or_404(offers, pk=offer_id)
    return _through(
        request,
        found.application,
        Lender.objects.filter(pk=found.lender_id),
        at_lender=reverse("lending:lend_offer", args=[found.pk]),
        at_staff=_at_staff(found.application),
    )


@person_page
@require_safe
def loan(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """To the business's loan page, the lender's or the staff's."""
    loans = Loan.objects.select_related("offer__application__drive")
    found = get_object_or_404(loans, pk=loan_id)
    return _through(
        request,
        found.offer.application,
        Lender.objects.filter(pk=found.lender_id),
        at_lender=reverse("lending:lend_loan", args=[found.pk]),
        at_staff=reverse("lending_staff:loan", args=[found.pk]),
    )


def _through(
    request: HttpRequest,
    application: LoanApplication,
    lenders: QuerySet[Lender],
    *,
    at_lender: str,
    at_staff: str,
) -> HttpResponse:
    seats = request.seats  # type: ignore[attr-defined]
    if members.businesses_of(seats).filter(pk=application.drive.business_id).exists():
        return redirect(reverse("lending:own_loan", args=[application.drive.slug]))
    if lender_queries.lenders_of(seats).filter(pk__in=lenders.values("pk")).exists():
        return redirect(at_lender)
    if seat_for(seats, SEE_LOANS):
        return redirect(at_staff)
    raise Http404


def _at_staff(application: LoanApplication) -> str:
    return reverse("lending_staff:application", args=[application.pk])
