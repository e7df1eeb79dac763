"""What the three ways to a paper share: the staff's, the member's, the pay link's."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from alliance.errors import DomainError
from alliance.models import JobProgress, Seat
from alliance.services import files
from members.models import Invoice, Paper
from members.queries import invoices as queries
from members.queries import sheets
from members.queries.sheets import Sheet
from members.services import papers


def document(number: str, *, of: QuerySet[Invoice]) -> Sheet:
    """The invoice, receipt or credit note of this number, if it belongs to one of these.

    Raises:
        Http404: there is none among them.
    """
    if invoice := queries.by_number(number).filter(pk__in=of.values("pk")).first():
        return sheets.of_invoice(invoice)
    payments = queries.receipt_by_number(number).select_related("invoice")
    if payment := payments.filter(invoice__in=of.values("pk")).first():
        return sheets.of_payment(payment)
    notes = queries.credit_note_by_number(number).select_related("invoice")
    if note := notes.filter(invoice__in=of.values("pk")).first():
        return sheets.of_credit_note(note)
    raise Http404


def paper(
    request: HttpRequest,
    sheet: Sheet,
    *,
    by: Seat | None,
    back: str,
    job_url: Callable[[UUID], str],
    **scope: str,
) -> HttpResponse:
    """POST gives the paper or the job that makes it; GET gives one that is made."""
    if request.method != "POST":
        found = papers.made(sheet)
        return files.answer(found.file) if found else redirect(back)
    try:
        got = papers.ask(sheet=sheet, by=by, **scope)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(back)
    return files.answer(got.file) if isinstance(got, Paper) else redirect(job_url(got.pk))


def progress(
    request: HttpRequest, job_id: UUID, sheet: Sheet, *, own: QuerySet[JobProgress], **urls: Any
) -> HttpResponse:
    """How far a paper is; refreshes itself until the end. `own` are the visitor's jobs."""
    job = own.filter(pk=job_id, title=sheet.title[:120]).first()
    if job is None:
        raise Http404
    response = render(request, "members/paper.html", {"job": job, "sheet": sheet, **urls})
    if job.state == "running":
        response["Refresh"] = "2"
    return response
