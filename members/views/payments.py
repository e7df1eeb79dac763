"""The staff's payments: what came in, one recorded by hand, one given back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from alliance.money import format_money
from alliance.pages import day_page_of
from members.forms import problems
from members.forms.money import PaymentFilterForm, ReceivedForm, TakeOffForm
from members.models import BY_HAND, Business
from members.queries import payments as queries
from members.queries.invoices import receipt_by_number
from members.queries.memberships import today
from members.rules import SEE_MONEY, TAKE_MONEY
from members.services import payments as services
from members.views.invoices import numbered


@seat_page(SEE_MONEY)
@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """What came in between two days, this month where none are given, with sums by method."""
    month = {"from_on": today().replace(day=1), "to_on": today()}
    form = PaymentFilterForm(month | request.GET.dict())
    from_on, to_on = form.days
    asked = form.cleaned_data
    slug = asked.get("member", "")
    everything = queries.received(from_on=from_on, to_on=to_on, member=slug)
    method = asked.get("method", "")
    rows = everything.filter(method=method) if method else everything
    context = {
        "form": form,
        "from_on": from_on,
        "to_on": to_on,
        "method": method,
        "member": Business.objects.filter(slug=slug).first() if slug else None,
        "sums": queries.by_method(everything),
        "page": day_page_of(rows, request, field="received_on"),
        "may_take": seat_for(request.seats, TAKE_MONEY) is not None,  # type: ignore[attr-defined]
    }
    status = 422 if form.errors else 200
    return render(request, "members/staff/payments.html", context, status=status)


@seat_page(TAKE_MONEY)
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: HttpRequest, number: str) -> HttpResponse:
    """Money that came by hand; a second press of the same form changes nothing."""
    invoice = numbered(number)
    form = ReceivedForm(request.POST or None, invoice=invoice)
    if request.method == "POST" and form.is_valid():
        try:
            payment = services.record(
                invoice=invoice,
                receipt=form.receipt,
                key=f"hand:{form.cleaned_data['form_key']}",
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(
                request,
                _("%(amount)s recorded, receipt %(number)s.")
                % {
                    "amount": format_money(payment.amount_minor, payment.currency),
                    "number": payment.number,
                },
            )
            return redirect("members_staff:invoice", number=invoice.number)
        except DomainError as error:
            problems.show(form, error)
    context = {"invoice": invoice, "form": form}
    status = 422 if form.errors else 200
    return render(request, "members/staff/payment_form.html", context, status=status)


@seat_page(TAKE_MONEY)
@require_http_methods(["GET", "HEAD", "POST"])
def give_back(request: HttpRequest, number: str) -> HttpResponse:
    """Gives a payment back, in part or whole; its invoice is credited by as much."""
    rows = receipt_by_number(number).select_related("invoice", "business")
    payment = get_object_or_404(rows)
    form = TakeOffForm(request.POST or None, of=payment)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.give_back(
                payment=payment,
                amount_minor=data["amount"],
                reason=data["reason"],
                key=f"hand:{data['form_key']}",
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(
                request,
                _("Noted as given back.")
                if payment.method in BY_HAND
                else _("The card’s processor has been asked; it takes a few days."),
            )
            return redirect("members_staff:invoice", number=payment.invoice.number)
        except DomainError as error:
            problems.show(form, error)
    context = {"payment": payment, "invoice": payment.invoice, "form": form}
    status = 422 if form.errors else 200
    return render(request, "members/staff/give_back.html", context, status=status)
