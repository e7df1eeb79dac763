"""A member's own invoices and account, the staff's view of that account, and the renewal run."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.models import JobProgress
from members.forms import problems
from members.forms.money import DaysForm, MonthForm
from members.models import Business, Invoice
from members.queries import invoices as queries
from members.queries import renewal_runs, sheets
from members.queries.dues import invoice_facts
from members.queries.memberships import settings, today
from members.queries.statements import Statement, statement
from members.rules import REPRESENT, SEE_MONEY, TAKE_MONEY
from members.services import papers, pay_links
from members.services import renewal_runs as services
from members.views.papers import document, paper, progress

LONGEST_DAYS = 366 * 3
SHOWN = 200


@seat_page(REPRESENT)
@require_safe
def own_invoice(request: HttpRequest, number: str) -> HttpResponse:
    """One invoice of a business that one speaks for and pays for."""
    found = get_object_or_404(
        queries.by_number(number)
        .filter(pk__in=_own(request).values("pk"))
        .select_related("business")
    )
    context = {
        **invoice_facts(found),
        "pay_url": pay_links.url(found) if found.due_minor else "",
        "settings": settings(),
        "can_make_papers": papers.can_make(),
    }
    return render(request, "members/me/invoice.html", context)


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
def own_paper(request: HttpRequest, number: str) -> HttpResponse:
    """One of the member's own papers as PDF."""
    return paper(
        request,
        document(number, of=_own(request)),
        by=request.seat,  # type: ignore[attr-defined]
        back=reverse("members:me"),
        job_url=lambda pk: reverse("members:own_paper_job", args=[number, pk]),
    )


@seat_page(REPRESENT)
@require_safe
def own_paper_job(request: HttpRequest, number: str, job_id: UUID) -> HttpResponse:
    """How far it is."""
    return progress(
        request,
        job_id,
        document(number, of=_own(request)),
        own=_own_jobs(request),
        paper_url=reverse("members:own_paper", args=[number]),
        back_url=reverse("members:me"),
    )


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
def own_statement(request: HttpRequest, slug: str) -> HttpResponse:
    """The member's account over some days; POST makes a PDF of it."""
    ours = Business.objects.filter(pk__in=queries.business_ids_of(request.seats))  # type: ignore[attr-defined]
    urls = {"back_url": reverse("members:me") + f"?business={slug}"}
    return _statement(
        request, get_object_or_404(ours, slug=slug), "members/me/statement.html", urls
    )


@seat_page(REPRESENT)
@require_safe
def own_statement_job(request: HttpRequest, slug: str, job_id: UUID) -> HttpResponse:
    """How far the statement's PDF is; it is given by the days in the address."""
    ours = Business.objects.filter(pk__in=queries.business_ids_of(request.seats))  # type: ignore[attr-defined]
    form = _days(request)
    found = _read(get_object_or_404(ours, slug=slug), form)
    page = reverse("members:own_statement", args=[slug]) + f"?{request.GET.urlencode()}"
    return progress(
        request,
        job_id,
        sheets.of_statement(found),
        own=_own_jobs(request),
        paper_url=f"{page}&paper=1",
        back_url=page,
    )


@seat_page(SEE_MONEY)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_statement(request: HttpRequest, slug: str) -> HttpResponse:
    """The same for the staff, of any member."""
    urls = {"back_url": reverse("members_staff:member", args=[slug])}
    found = get_object_or_404(Business, slug=slug)
    return _statement(request, found, "members/staff/statement.html", urls)


@seat_page(TAKE_MONEY)
@require_http_methods(["GET", "HEAD", "POST"])
def renewals(request: HttpRequest) -> HttpResponse:
    """Whose terms end in a month, what their renewal costs, and the run that invoices them."""
    months = renewal_runs.months()
    asked = request.POST if request.method == "POST" else request.GET
    form = MonthForm({"month": asked.get("month", today().strftime("%Y-%m"))}, months=months)
    month = form.first if form.is_valid() else today().replace(day=1)
    if request.method == "POST" and not form.errors:
        try:
            job = services.start(month=month, by=request.seat)  # type: ignore[attr-defined]
            return redirect("staff:job", job_id=job.pk)
        except DomainError as error:
            problems.show(form, error)
    preview = renewal_runs.preview(month)
    context = {
        "form": form,
        "preview": preview,
        "endings": preview.endings[:SHOWN],
        "obstacle": services.obstacle(),
    }
    status = 422 if form.errors else 200
    return render(request, "members/staff/renewals.html", context, status=status)


def _statement(
    request: HttpRequest, business: Business, template: str, urls: dict[str, str]
) -> HttpResponse:
    form = _days(request)
    found = _read(business, form)
    asks = request.method == "POST" or "paper" in request.GET
    if asks and not form.errors:
        return paper(
            request,
            sheets.of_statement(found),
            by=request.seat,  # type: ignore[attr-defined]
            back=request.path,
            job_url=lambda pk: _job_url(request, business, found, pk),
            from_on=found.from_on.isoformat(),
            to_on=found.to_on.isoformat(),
        )
    days = f"?from_on={found.from_on.isoformat()}&to_on={found.to_on.isoformat()}"
    context = {
        "form": form,
        "statement": found,
        "business": business,
        "paper_url": f"{request.path}{days}",
        "can_make_papers": papers.can_make(),
        **urls,
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _job_url(request: HttpRequest, business: Business, found: Statement, pk: UUID) -> str:
    if request.path.startswith(reverse("staff:desk")):
        return reverse("staff:job", args=[pk])
    days = f"?from_on={found.from_on.isoformat()}&to_on={found.to_on.isoformat()}"
    return reverse("members:own_statement_job", args=[business.slug, pk]) + days


def _days(request: HttpRequest) -> DaysForm:
    year = {"from_on": today().replace(month=1, day=1), "to_on": today()}
    return DaysForm(year | request.GET.dict(), first=year["from_on"], longest=LONGEST_DAYS)


def _read(business: Business, form: DaysForm) -> Statement:
    from_on, to_on = form.days
    return statement(business, from_on=from_on, to_on=to_on)


def _own(request: HttpRequest) -> Any:
    return Invoice.objects.filter(business__in=queries.business_ids_of(request.seats))  # type: ignore[attr-defined]


def _own_jobs(request: HttpRequest) -> Any:
    return JobProgress.objects.filter(seat__in=[seat.pk for seat in request.seats])  # type: ignore[attr-defined]
