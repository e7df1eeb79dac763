"""What the treasurer does with one invoice: take off, split, send again, make its paper."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.limits import limited
from members.forms import problems
from members.forms.money import OnceForm, SplitForm, TakeOffForm
from members.models import Invoice
from members.rules import SEE_MONEY, TAKE_MONEY
from members.services import instalments, invoices, letters, papers
from members.views.invoices import numbered
from members.views.papers import document, paper


@seat_page(TAKE_MONEY)
@require_http_methods(["GET", "HEAD", "POST"])
def credit(request: HttpRequest, number: str) -> HttpResponse:
    """Takes a part or all of an invoice off, with a reason."""
    found = numbered(number)
    form = TakeOffForm(request.POST or None, of=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            note = invoices.credit_invoice(
                invoice=found,
                amount_minor=data["amount"],
                reason=data["reason"],
                key=f"hand:{data['form_key']}",
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(
                request, _("Credit note %(number)s is made.") % {"number": note.number}
            )
            return redirect("members_staff:invoice", number=found.number)
        except DomainError as error:
            problems.show(form, error)
    context = {"invoice": found, "form": form}
    status = 422 if form.errors else 200
    return render(request, "members/staff/credit.html", context, status=status)


@seat_page(TAKE_MONEY)
@require_http_methods(["GET", "HEAD", "POST"])
def split(request: HttpRequest, number: str) -> HttpResponse:
    """Agrees on two to four parts, a month apart."""
    found = numbered(number)
    form = SplitForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = instalments.split(
                invoice=found,
                parts=form.cleaned_data["instalments"],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(request, _("It is paid in %(count)d parts.") % {"count": len(made)})
            return redirect("members_staff:invoice", number=found.number)
        except DomainError as error:
            problems.show(form, error)
    context = {"invoice": found, "form": form}
    status = 422 if form.errors else 200
    return render(request, "members/staff/split.html", context, status=status)


@seat_page(TAKE_MONEY)
@require_POST
@limited("send-invoice", "60/h", by="person")
def send_again(request: HttpRequest, number: str) -> HttpResponse:
    """The letter once more; one press, one letter."""
    found = numbered(number)
    form = OnceForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["form_key"][0]))
    elif letters.send_again(invoice=found, press=form.cleaned_data["form_key"], by=request.seat):  # type: ignore[attr-defined]
        messages.success(request, _("It is on its way to %(email)s.") % {"email": found.bill_email})
    else:
        messages.error(request, _("No e-mail address is known for this invoice. Print it instead."))
    return redirect("members_staff:invoice", number=found.number)


@seat_page(SEE_MONEY)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_paper(request: HttpRequest, number: str) -> HttpResponse:
    """The invoice, receipt or credit note of this number as PDF."""
    sheet = document(number, of=Invoice.objects.all())
    return paper(
        request,
        sheet,
        by=request.seat,  # type: ignore[attr-defined]
        back=reverse("members_staff:invoices"),
        job_url=lambda pk: reverse("staff:job", args=[pk]),
    )


@seat_page(SEE_MONEY)
@require_POST
def open_papers(request: HttpRequest) -> HttpResponse:
    """All open invoices as PDF in one file."""
    try:
        job = papers.ask_for_open(by=request.seat)  # type: ignore[attr-defined]
    except DomainError as error:
        messages.error(request, error.message)
        return redirect("members_staff:invoices")
    return redirect("staff:job", job_id=job.pk)
