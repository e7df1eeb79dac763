"""One loan at the lender's desk: paid out, repaid, called off, written off."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from lending.forms.lender import PaymentForm, PayOutForm, WhyForm
from lending.models import Loan, LoanState, Outcome
from lending.queries import desk as desk_queries
from lending.queries.accounts import account
from lending.queries.truth import truth_of
from lending.rules import LEND
from lending.services import arrears, loans, payouts, repayment
from lending.views.lend.desk import lenders_of, loan_of
from lending.views.words import went_to


@seat_page(LEND)
@require_safe
def loan(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """Schedule, payments, history, and what can be done next."""
    return _page(request, loan_of(request, loan_id))


@seat_page(LEND)
@require_POST
def pay_out(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """Records that the loan was paid out."""
    found, form = loan_of(request, loan_id), PayOutForm(request.POST)

    def step() -> str:
        payouts.pay_out(loan=found, on=form.cleaned_data["on"], by=_seat(request))
        return _("Recorded. The schedule runs from that day, and the business has been told.")

    return _settled(request, found, "pay_out_form", form, step)


@seat_page(LEND)
@require_POST
def pay(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """Records a payment and says what it went to; the same form again adds nothing."""
    found = loan_of(request, loan_id)
    form = PaymentForm(request.POST, account=account(found, loans.today()))

    def step() -> str:
        payment = repayment.record(loan=found, paid=form.paid, by=_seat(request))
        return _("Recorded: %(parts)s.") % {"parts": went_to(payment)}

    return _settled(request, found, "payment_form", form, step)


@seat_page(LEND)
@require_POST
def take_back_payment(request: HttpRequest, loan_id: UUID, payment_id: UUID) -> HttpResponse:
    """Takes the newest payment back, with a reason."""
    found = loan_of(request, loan_id)
    payment = get_object_or_404(found.payments.all(), pk=payment_id)
    form = WhyForm(request.POST, name="reversal")

    def step() -> str:
        repayment.take_back(payment=payment, by=_seat(request), **form.cleaned_data)
        return _("Taken back. What it had paid is owed again.")

    return _settled(request, found, "reversal_form", form, step)


@seat_page(LEND)
@require_POST
def call_off(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """Steps back before the money was paid, with a reason."""
    found, form = loan_of(request, loan_id), WhyForm(request.POST, name="call_off")

    def step() -> str:
        loans.call_off(loan=found, by=_seat(request), **form.cleaned_data)
        return _("Called off. The business has been told.")

    return _settled(request, found, "call_off_form", form, step)


@seat_page(LEND)
@require_http_methods(["GET", "HEAD", "POST"])
def write_off(request: HttpRequest, loan_id: UUID) -> HttpResponse:
    """Asks once more, then gives up what is left of a loan that is sixty days late."""
    found = loan_of(request, loan_id)
    now = account(found, loans.today())
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            arrears.write_off(loan=found, by=_seat(request), **form.cleaned_data)
            messages.success(request, _("Written off. The business has been told."))
            return redirect("lending:lend_loan", loan_id=found.pk)
        except DomainError as error:
            form.add_error(None, error.message)
    may = found.is_running and now.bucket == arrears.WRITE_OFF_AFTER
    context = {"loan": found, "account": now, "form": form, "may": may}
    return render(
        request, "lending/lend/write_off.html", context, status=422 if form.errors else 200
    )


def loan_context(found: Loan) -> dict[str, Any]:
    """What every page of a loan shows, the lender's and the alliance's."""
    return {
        "loan": found,
        "drive": found.drive,
        "truth": truth_of(found.offer),
        "account": account(found, loans.today()),
        "payments": desk_queries.payment_rows(found),
        "moments": found.steps.select_related("seat__person"),
        "may_take_back": found.outcome not in (Outcome.REFINANCED, Outcome.WRITTEN_OFF),
    }


def _page(
    request: HttpRequest, found: Loan, *, status: int = 200, **bound: forms.Form
) -> HttpResponse:
    context = loan_context(found)
    now = context["account"]
    context |= {
        "is_lender": True,
        "shown": desk_queries.shown(found.offer.application, lenders_of(request)),
        "pay_out_form": PayOutForm(initial={"on": now.on}),
        "payment_form": PaymentForm(account=now),
        "reversal_form": WhyForm(name="reversal"),
        "call_off_form": WhyForm(name="call_off"),
        "may_pay_out": found.state == LoanState.ACCEPTED and not found.may_change_mind,
        "may_write_off": found.is_running and now.bucket == arrears.WRITE_OFF_AFTER,
    }
    # The one that was sent, for the summary of what is wrong.
    context |= bound | {"form": next(iter(bound.values()), None)}
    return render(request, "lending/lend/loan.html", context, status=status)


def _settled(
    request: HttpRequest, found: Loan, name: str, form: Any, step: Callable[[], str]
) -> HttpResponse:
    """One step on a loan: done and told, or the page again with what is wrong."""
    if form.is_valid():
        try:
            messages.success(request, step())
            return redirect("lending:lend_loan", loan_id=found.pk)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _page(request, loan_of(request, found.pk), status=422, **{name: form})


def _seat(request: HttpRequest) -> Any:
    return request.seat  # type: ignore[attr-defined]
