"""The alliance's loans: the list by state, one loan, payments that the alliance records."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from alliance.pages import numbered_page_of
from alliance.tenancy.scope import current_alliance
from lending.forms.lender import PaymentForm, WhyForm
from lending.models import Loan
from lending.queries import desk as desk_queries
from lending.queries import staff as queries
from lending.queries.accounts import account, accounts
from lending.rules import RECORD_PAYMENTS, SEE_LOANS
from lending.services import repayment
from lending.services.loans import today
from lending.views.lend.loans import loan_context
from lending.views.words import went_to
from members.queries import businesses as members


@seat_page(SEE_LOANS)
@require_safe
def loans(request: HttpRequest) -> HttpResponse:
    """Loans by ?show=, with their sums; the ones under way where nothing is asked for."""
    show = request.GET.get("show", "")
    show = show if show in queries.LOANS else "standing"
    found = queries.loans(show)
    page = numbered_page_of(found, request)
    context = {
        "show": show,
        "filters": [(name, words) for name, (words, _which) in queries.LOANS.items()],
        "sums": queries.sums(found),
        "overview": desk_queries.overview(found, today()),
        "page": page,
        "accounts": accounts(page.rows, today()),
        "currency": current_alliance().currency,
    }
    return render(request, "lending/staff/loans.html", context)


@seat_page(SEE_LOANS)
@require_safe
def loan(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """One loan: schedule, payments, history."""
    return _page(request, _loan(loan_id))


@seat_page(RECORD_PAYMENTS)
@require_POST
def pay(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """Records a payment that the lender reported; the same form again adds nothing."""
    found = _loan(loan_id)
    form = PaymentForm(request.POST, account=account(found, today()))
    if form.is_valid():
        try:
            payment = repayment.record(loan=found, paid=form.paid, by=_seat(request))
            messages.success(request, _("Recorded: %(parts)s.") % {"parts": went_to(payment)})
            return redirect("lending_staff:loan", loan_id=found.pk)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _page(request, _loan(loan_id), status=422, payment_form=form)


@seat_page(RECORD_PAYMENTS)
@require_POST
def take_back_payment(request: HttpRequest, loan_id: UUID, payment_id: UUID) -> HttpResponse:
    """Takes the newest payment back, with a reason."""
    found = _loan(loan_id)
    payment = get_object_or_404(found.payments.all(), pk=payment_id)
    form = WhyForm(request.POST, name="reversal")
    if form.is_valid():
        try:
            repayment.take_back(payment=payment, by=_seat(request), **form.cleaned_data)
            messages.success(request, _("Taken back. What it had paid is owed again."))
            return redirect("lending_staff:loan", loan_id=found.pk)
        except DomainError as error:
            form.add_error(None, error.message)
    return _page(request, _loan(loan_id), status=422, reversal_form=form)


def _page(request: HttpRequest, found: Loan, *, status: int = 200, **bound: Any) -> HttpResponse:
    context = loan_context(found)
    seat = seat_for(request.seats, RECORD_PAYMENTS)  # type: ignore[attr-defined]
    may_record = seat is not None and not members.is_person_of(seat, found.drive.business)
    context |= {
        "may_record": may_record,
        "may_take_back": may_record and context["may_take_back"],
        "payment_form": PaymentForm(account=context["account"]),
        "reversal_form": WhyForm(name="reversal"),
    }
    context |= bound | {"form": next(iter(bound.values()), None)}
    return render(request, "lending/staff/loan.html", context, status=status)


def _loan(loan_id: UUID) -> Loan:
    return get_object_or_404(queries.whole_loans(), pk=loan_id)


def _seat(request: HttpRequest) -> Any:
    return request.seat  # type: ignore[attr-defined]
