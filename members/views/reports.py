"""Reports: the first page, and the list behind each of its numbers."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.access import seat_page
from members.forms.reports import DaysForm
from members.queries.memberships import today
from members.queries.reports import states
from members.queries.reports.lists import MONEY, STATES, Question, What
from members.queries.reports.overview import overview
from members.rules import SEE_REPORTS
from members.services import report_exports
from members.views import report_lists, report_tables


@seat_page(SEE_REPORTS)
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """A day, a range of days, five years; every number opens its list."""
    form = DaysForm(request.GET, today=today())
    if form.is_bound and not form.is_valid():
        return render(request, "members/staff/reports/overview.html", {"form": form}, status=422)
    found = overview(*form.days)
    context = {
        "form": form,
        "found": found,
        "day_tables": report_tables.of_day(found, states.tiers()),
        "movement": report_tables.movement(found),
        "months": report_tables.months(found),
        "cohorts": report_tables.cohorts(found),
        "years": report_tables.years(found),
        "money": report_tables.money(found),
        "attrition": report_tables.share(found.whole.attrition).words,
        "different_url": report_tables.list_url(What.DIFFERENT, *[found.whole.last] * 2),
    }
    return render(request, "members/staff/reports/overview.html", context)


@seat_page(SEE_REPORTS)
@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """The rows behind one number."""
    question = _question(request)
    if question is None:
        return redirect("members_staff:reports")
    context = {
        "question": question,
        "is_state": question.what in STATES,
        "page": report_lists.page_of(question, request),
        "total": report_lists.total_of(question),
        "query": urlencode(question.words),
        "reports_url": report_tables.reports_url(question.first, question.last),
        "part": report_lists.part_in_words(question),
    }
    page = "money_list" if question.what in MONEY else "list"
    return render(request, f"members/staff/reports/{page}.html", context)


@seat_page(SEE_REPORTS)
@require_POST
def export_list(request: HttpRequest) -> HttpResponse:
    """Starts the file of a list; its page shows the progress."""
    question = _question(request)
    if question is None:
        return redirect("members_staff:reports")
    job = report_exports.start_export(question=question, by=request.seat)  # type: ignore[attr-defined]
    return redirect("staff:job", job_id=job.pk)


def _question(request: HttpRequest) -> Question | None:
    """What the address asks for; None, and a word on it, where there is no such list."""
    try:
        return Question.read(request.GET)
    except ValueError:
        messages.error(request, _("There is no such list. Choose a number below."))
        return None
