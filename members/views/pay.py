"""The pay link: whoever holds the paper may look, without a login."""

from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance import links
from alliance.access import View, public_page
from alliance.limits import limited
from alliance.models import JobProgress
from alliance.views import errors
from members.models import Invoice
from members.queries import memberships
from members.queries.dues import invoice_facts
from members.services import papers, pay_links
from members.views.papers import document, paper, progress


def by_link(view: View) -> View:
    """Below `public_page`: gives the view the invoice that the link names, not the link."""

    @wraps(view)
    def guarded(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            invoice = pay_links.read(token)
        except links.ExpiredLink:
            reason = _("This link is too old. Write to us, and you get a new one.")
            return _private(errors.gone(request, reason=reason))
        except links.BadLink:
            return _private(errors.gone(request))
        request.pay_token = token  # type: ignore[attr-defined]
        return _private(view(request, invoice, *args, **kwargs))

    return guarded


@public_page
@by_link
@require_safe
def pay(request: HttpRequest, invoice: Invoice) -> HttpResponse:
    """One invoice: what it is for, what is due, how to pay."""
    context = {
        **invoice_facts(invoice),
        "token": request.pay_token,  # type: ignore[attr-defined]
        "settings": memberships.settings(),
        "can_make_papers": papers.can_make(),
    }
    return render(request, "members/pay.html", context)


@public_page
@by_link
@require_http_methods(["GET", "HEAD", "POST"])
@limited("pay-paper", "60/h")
def pay_paper(request: HttpRequest, invoice: Invoice, number: str) -> HttpResponse:
    """The invoice, one of its receipts or credit notes as PDF."""
    token = request.pay_token  # type: ignore[attr-defined]
    return paper(
        request,
        document(number, of=_only(invoice)),
        by=None,
        back=reverse("members:pay", args=[token]),
        job_url=lambda pk: reverse("members:pay_paper_job", args=[token, number, pk]),
    )


@public_page
@by_link
@require_safe
def pay_paper_job(
    request: HttpRequest, invoice: Invoice, number: str, job_id: UUID
) -> HttpResponse:
    """How far the PDF is."""
    token = request.pay_token  # type: ignore[attr-defined]
    return progress(
        request,
        job_id,
        document(number, of=_only(invoice)),
        own=JobProgress.objects.filter(seat__isnull=True),
        paper_url=reverse("members:pay_paper", args=[token, number]),
        back_url=reverse("members:pay", args=[token]),
    )


def _only(invoice: Invoice) -> Any:
    return Invoice.objects.filter(pk=invoice.pk)


def _private(response: Any) -> Any:
    # The address itself opens the invoice: it must not leave with a link. Under "no-referrer"
    # browsers would send the page's own forms with `Origin: null`, which CSRF refuses.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
