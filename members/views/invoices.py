"""The staff's invoices: which are due, one with all that moved on it, a new one by hand."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from alliance.models import AuditEntry
from alliance.pages import day_page_of
from ledger.models import Entry
from ledger.rules import SEE_JOURNAL
from members.forms import problems
from members.forms.money import DayForm, InvoiceFilterForm, NewInvoiceForm
from members.models import Business, Invoice, Membership
from members.queries import invoices as queries
from members.queries.ageing import LABELS, ageing, owed_by_invoice
from members.queries.dues import invoice_facts
from members.queries.memberships import settings, today
from members.queries.statements import owed_minor
from members.rules import SEE_MONEY, TAKE_MONEY
from members.services import invoices as services
from members.services import papers, pay_links
from members.services.invoices import LineDraft
from members.services.renewal_runs import obstacle

FOUND = 20


@seat_page(SEE_MONEY)
@require_safe
def invoices(request: HttpRequest) -> HttpResponse:
    """Every invoice by its day, the longest overdue first; ?age= and ?on= as the table links."""
    form, day = InvoiceFilterForm(request.GET), DayForm(request.GET)
    wanted, on, age = form.wanted, day.day, request.GET.get("age", "")
    way = queries.shown(wanted["show"])
    member = Business.objects.filter(slug=wanted["member"]).first() if wanted["member"] else None
    owed: dict[Any, int] = {}
    if age in LABELS or age == "all":
        owed = owed_by_invoice(on, "" if age == "all" else age)
        way, rows = queries.SHOWN[0], queries.listed(queries.shown("all")).filter(pk__in=[*owed])
    else:
        age, rows = "", queries.listed(way)
    if member:
        rows = rows.filter(business=member)
    if words := wanted["q"].strip():
        rows = queries.searched(rows, words)
    page = day_page_of(rows, request, field="next_due_on", is_rising=way.rises)
    context = {
        "form": form,
        "day_form": day,
        "is_asked": bool(words or member),
        "member": member,
        "member_owed_minor": owed_minor(member) if member else None,
        "ways": queries.SHOWN,
        "way": way,
        "age": LABELS.get(age, _("owed") if age else ""),
        "ageing": ageing(on),
        "is_today": on == today(),
        "page": page,
        "rows": [{"invoice": row, "owed_minor": owed.get(row.pk)} for row in page.rows],
        "may_take": seat_for(request.seats, TAKE_MONEY) is not None,  # type: ignore[attr-defined]
        "can_make_papers": papers.can_make(),
    }
    return render(request, "members/staff/invoices.html", context)


@seat_page(SEE_MONEY)
@require_safe
def invoice(request: HttpRequest, number: str) -> HttpResponse:
    """One invoice: lines, what came in and went back, its bookings, who did what."""
    found = numbered(number)
    facts = invoice_facts(found)
    may_take = seat_for(request.seats, TAKE_MONEY) is not None  # type: ignore[attr-defined]
    is_untouched = not (found.paid_minor or found.credited_minor or facts["instalments"])
    context = {
        **facts,
        "refunds": [refund for payment in facts["payments"] for refund in payment.refunds.all()],
        "entries": _bookings(found, facts) if seat_for(request.seats, SEE_JOURNAL) else [],  # type: ignore[attr-defined]
        "history": _history(found, facts),
        "may_take": may_take,
        "may_split": may_take and is_untouched and found.total_minor > 1,
        "may_credit": may_take and found.credited_minor < found.total_minor,
        "can_make_papers": papers.can_make(),
        "settings": settings(),
        "pay_url": pay_links.url(found) if found.due_minor else "",
        "press": uuid4().hex,
    }
    return render(request, "members/staff/invoice.html", context)


@seat_page(TAKE_MONEY)
@require_http_methods(["GET", "HEAD", "POST"])
def new_invoice(request: HttpRequest) -> HttpResponse:
    """First whose, then what; shown once more before it is issued, since it goes out at once."""
    rows = Membership.objects.select_related("business", "tier")
    membership = rows.filter(business__slug=request.GET.get("member", "")).first()
    if membership is None:
        return _choose_member(request)
    form = NewInvoiceForm(request.POST or None)
    context: dict[str, Any] = {"membership": membership, "form": form, "obstacle": obstacle()}
    if request.method == "POST" and form.is_valid():
        try:
            lines = _lines(membership, form)
            if "issue" in request.POST:
                return _issue(request, membership, form, lines)
            if "change" not in request.POST:
                context |= {"lines": lines, "total_minor": sum(line.amount_minor for line in lines)}
                return render(request, "members/staff/invoice_check.html", context)
        except DomainError as error:
            problems.show(form, error)
    context["next_term"] = services.dues_lines(membership=membership)[0]
    status = 422 if form.errors else 200
    return render(request, "members/staff/invoice_form.html", context, status=status)


def numbered(number: str) -> Invoice:
    """The invoice of that number, with its member; 404 where there is none."""
    rows = queries.with_next_due(queries.by_number(number))
    return get_object_or_404(rows.select_related("business", "membership__tier"))


def _issue(
    request: HttpRequest, membership: Membership, form: NewInvoiceForm, lines: Sequence[LineDraft]
) -> HttpResponse:
    data = form.cleaned_data
    made = services.issue(
        membership=membership,
        lines=lines,
        key=f"hand:{data['form_key']}",
        by=request.seat,  # type: ignore[attr-defined]
        parts=data["instalments"],
        due_on=data["due_on"],
    )
    words = _("Invoice %(number)s is issued.") % {"number": made.number}
    if made.bill_email and made.total_minor:
        words = _("Invoice %(number)s is issued and on its way to %(email)s.") % {
            "number": made.number,
            "email": made.bill_email,
        }
    messages.success(request, words)
    return redirect("members_staff:invoice", number=made.number)


def _lines(membership: Membership, form: NewInvoiceForm) -> list[LineDraft]:
    terms = form.cleaned_data["terms"]
    dues = services.dues_lines(membership=membership, terms=terms) if terms else []
    return [*dues, *(LineDraft(what, amount) for what, amount in form.other_lines)]


def _choose_member(request: HttpRequest) -> HttpResponse:
    words = request.GET.get("q", "").replace("\x00", "").strip()[:80]
    rows = Membership.objects.select_related("business", "tier").order_by("business__trade_name")
    if words:
        rows = rows.filter(
            Q(business__trade_name__icontains=words) | Q(business__legal_name__icontains=words)
        )
    context = {"q": words, "found": list(rows[:FOUND])}
    return render(request, "members/staff/invoice_member.html", context)


def _bookings(found: Invoice, facts: dict[str, Any]) -> list[Entry]:
    """What of it stands in the books, in their order."""
    refunds = (refund for payment in facts["payments"] for refund in payment.refunds.all())
    keys = [
        f"invoice:{found.pk}",
        *(f"payment:{payment.pk}" for payment in facts["payments"]),
        *(f"credit_note:{note.pk}" for note in facts["credit_notes"]),
        *(f"refund:{refund.pk}" for refund in refunds),
    ]
    return list(Entry.objects.filter(key__in=keys).order_by("number"))


def _history(found: Invoice, facts: dict[str, Any]) -> list[AuditEntry]:
    subjects = [found.pk, *(payment.pk for payment in facts["payments"])]
    rows = AuditEntry.objects.filter(subject_id__in=subjects).select_related("seat__person")
    return list(rows.order_by("at", "id")[:100])
