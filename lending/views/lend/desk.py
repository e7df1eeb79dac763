"""/lend/: applications, own offers, the portfolio; and the files for the books."""

from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.access import seat_page
from alliance.pages import numbered_page_of
from alliance.services.exports import answer
from alliance.tenancy.scope import current_alliance
from lending.models import Lender, Loan
from lending.queries import backing
from lending.queries import desk as desk_queries
from lending.queries import lenders as queries
from lending.queries.accounts import accounts
from lending.rules import LEND
from lending.services import exports
from lending.services.loans import today

OFFERS_SHOWN = 25


@seat_page(LEND)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What this person's lenders may see and what they have lent."""
    own = lenders_of(request)
    lenders, loans = list(own.order_by("name")), queries.portfolio(own)
    page = numbered_page_of(loans, request)
    context = {
        "lenders": lenders,
        "has_several": len(lenders) > 1,
        "asked": desk_queries.asked(own),
        "honour": backing.honour(),
        "offers": queries.offers_of(own)[:OFFERS_SHOWN],
        "overview": desk_queries.overview(loans, today()),
        "page": page,
        "accounts": accounts(page.rows, today()),
        "currency": current_alliance().currency,
    }
    return render(request, "lending/lend/desk.html", context)


@seat_page(LEND)
@require_safe
def portfolio_csv(request: HttpRequest) -> HttpResponse:
    """All loans of this person's lenders, for their books."""
    own = lenders_of(request)
    text = exports.portfolio(lenders=own.order_by("name"), by=request.seat)  # type: ignore[attr-defined]
    return answer(text, name="portfolio.csv")


@seat_page(LEND)
@require_safe
def payments_csv(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """What was paid on one loan."""
    loan = loan_of(request, loan_id)
    text = exports.payments(loan=loan, by=request.seat)  # type: ignore[attr-defined]
    return answer(text, name=f"{loan.reference}-payments.csv")


@seat_page(LEND)
@require_safe
def schedule_csv(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """What falls due on one loan."""
    loan = loan_of(request, loan_id)
    text = exports.schedule(loan=loan, by=request.seat)  # type: ignore[attr-defined]
    return answer(text, name=f"{loan.reference}-schedule.csv")


def lenders_of(request: HttpRequest) -> QuerySet[Lender]:
    """The lenders that this person speaks for."""
    return queries.lenders_of(request.seats)  # type: ignore[attr-defined]


def loan_of(request: HttpRequest, loan_id: UUID) -> Loan:
    """One of their loans; 404 for any other."""
    loans = queries.portfolio(lenders_of(request)).select_related(
        "drive__business", "lender", "offer__lender", "offer__application"
    )
    return get_object_or_404(loans, pk=loan_id)
