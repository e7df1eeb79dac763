"""Applications: read, approved by two people, given back, declined."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from alliance.pages import page_of
from lending.forms.lender import WhyForm
from lending.forms.staff import ApprovalForm
from lending.models import ApplicationState, LoanApplication, Sharing
from lending.queries import approvals, backing
from lending.queries import staff as queries
from lending.queries.truth import truth_of
from lending.rules import APPROVALS_NEEDED, APPROVE_LOANS, SEE_LOANS
from lending.services import applications as services
from pledges import queries as pledge_queries


@seat_page(SEE_LOANS)
@require_safe
def applications(request: HttpRequest) -> HttpResponse:
    """What was handed in; ?show=waiting (else all of it) are those for two approvals."""
    show = request.GET.get("show", "")
    show = show if show in queries.APPLICATIONS else "all"
    context = {
        "page": page_of(queries.applications(show), request),
        "show": show,
        "filters": [(name, words) for name, (words, _which) in queries.APPLICATIONS.items()],
        "needed": APPROVALS_NEEDED,
    }
    return render(request, "lending/staff/applications.html", context)


@seat_page(SEE_LOANS)
@require_safe
def application(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """One application: its figures, its offers side by side, and the two approvals."""
    return _page(request, _application(application_id))


@seat_page(APPROVE_LOANS)
@require_POST
def approve(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """One person's yes."""
    found, form = _application(application_id), ApprovalForm(request.POST)
    return _settled(request, found, "approval_form", form, services.approve)


@seat_page(APPROVE_LOANS)
@require_POST
def give_back(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Returns it to its business with a sentence on what to change."""
    found, form = _application(application_id), WhyForm(request.POST, name="return")
    return _settled(request, found, "return_form", form, services.give_back)


@seat_page(APPROVE_LOANS)
@require_POST
def decline(request: HttpRequest, application_id: UUID) -> HttpResponse:
    """Ends it, with a reason that the business reads."""
    found, form = _application(application_id), WhyForm(request.POST, name="decline")
    return _settled(request, found, "decline_form", form, services.decline)


def _settled(
    request: HttpRequest, found: LoanApplication, name: str, form: Any, service: Any
) -> HttpResponse:
    if form.is_valid():
        try:
            moved = service(application=found, by=_seat(request), **form.cleaned_data)
            messages.success(request, _thanks(moved))
            return redirect("lending_staff:application", application_id=found.pk)
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return _page(request, found, status=422, **{name: form})


def _thanks(moved: LoanApplication) -> str:
    if moved.state == ApplicationState.SUBMITTED:
        return _("Your approval is recorded. Somebody else has to approve it too.")
    return _("The application is now: %(state)s.") % {"state": moved.get_state_display()}


def _page(
    request: HttpRequest, found: LoanApplication, *, status: int = 200, **bound: Any
) -> HttpResponse:
    standing, rules = backing.standing(found.drive), backing.policy()
    context = {
        "application": found,
        "drive": found.drive,
        "standing": standing,
        "apr": rules.reference_apr,
        "limit_minor": backing.limit(
            standing, margin=found.margin, months=found.months, apr=rules.reference_apr
        ),
        "figures": pledge_queries.drive_figures(found.drive),
        "offers": [
            (offer, truth_of(offer))
            for offer in found.offers.select_related("lender").order_by("-created_at")
        ],
        "sharings": Sharing.objects.live().filter(application=found).select_related("lender"),
        "approvals": approvals.given(found),
        "needed": APPROVALS_NEEDED,
        "steps": found.steps.select_related("seat__person"),
        "loan": found.drive.loans.filter(offer__application=found).first(),
        "approval_form": ApprovalForm(),
        "return_form": WhyForm(name="return"),
        "decline_form": WhyForm(name="decline"),
    }
    context |= _decision(request, found) | bound
    context["form"] = next(iter(bound.values()), None)
    return render(request, "lending/staff/application.html", context, status=status)


def _decision(request: HttpRequest, found: LoanApplication) -> dict[str, Any]:
    """Which buttons there are, or the sentence why there are none."""
    seat = seat_for(request.seats, APPROVE_LOANS)  # type: ignore[attr-defined]
    if seat is None or found.state != ApplicationState.SUBMITTED:
        return {"may_decide": False, "obstacle": ""}
    if against := approvals.obstacle(found, seat):
        return {"may_decide": False, "obstacle": against}
    has_approved = approvals.given(found).filter(person=seat.person_id).exists()
    return {
        "may_decide": True,
        "obstacle": approvals.APPROVED_ALREADY if has_approved else "",
        "may_approve": not has_approved,
    }


def _application(application_id: UUID) -> LoanApplication:
    handed_in = LoanApplication.objects.filter(submission__gt=0)
    return get_object_or_404(
        handed_in.select_related("drive__business", "made_by__person"), pk=application_id
    )


def _seat(request: HttpRequest) -> Any:
    return request.seat  # type: ignore[attr-defined]
