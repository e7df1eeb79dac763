"""A business's loan: asked for, shown to lenders, compared, signed, repaid."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from lending.arithmetic.cover import DEFAULT_MARGIN
from lending.forms.application import AcceptForm, ApplicationForm, SharingForm
from lending.models import (
    ApplicationState,
    Lender,
    Loan,
    LoanApplication,
    LoanOffer,
    LoanState,
    Sharing,
)
from lending.queries import backing, borrowing
from lending.queries.truth import truth_of
from lending.services import applications, loans, offers
from lending.views.lend.loans import loan_context
from members.queries import businesses as members
from members.rules import REPRESENT
from pledges.models import PledgeDrive


@seat_page(REPRESENT)
@require_safe
def own_loan(request: HttpRequest, slug: str) -> HttpResponse:
    """/me/drive/<slug>/loan/: where the loan stands, and the one thing to do next."""
    drive = _drive(request, slug)
    application, loan = borrowing.application_of(drive), borrowing.loan_of(drive)
    context: dict[str, Any] = {"drive": drive, "application": application, "loan": loan}
    if application and application.state not in (ApplicationState.ACCEPTED,):
        context |= _application_context(application)
    elif not application:
        context["carries"] = backing.ceiling(drive, margin=DEFAULT_MARGIN, months=drive.term_months)
        context["standing"] = backing.standing(drive)
    if loan:
        # Payments are for the lender and the alliance to record, and to take back.
        context |= loan_context(loan) | {"may_take_back": False}
    return render(request, "lending/own/loan.html", context)


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, slug: str) -> HttpResponse:
    """The application's draft: new, or changed."""
    drive = _drive(request, slug)
    draft = drive.loan_applications.filter(state=ApplicationState.DRAFT).first()
    form = ApplicationForm(request.POST or None, application=draft, currency=drive.currency)
    if request.method == "POST" and form.is_valid() and _save(request, form, drive, draft):
        messages.success(request, _("Saved as a draft. Hand it in when the figures are right."))
        return redirect("lending:own_loan", slug=slug)
    context = {
        "drive": drive,
        "form": form,
        "application": draft,
        "standing": backing.standing(drive),
        "carries": backing.ceiling(drive, margin=DEFAULT_MARGIN, months=drive.term_months),
    }
    status = 422 if form.errors else 200
    return render(request, "lending/own/application.html", context, status=status)


@seat_page(REPRESENT)
@require_POST
def submission(request: HttpRequest, slug: str) -> HttpResponse:
    """Hands the draft in."""
    application = _under_way(request, slug)
    return _done(
        request,
        slug,
        lambda: applications.submit(application=application, by=_seat(request)),
        _("Handed in. Two people of the alliance read it; you get a letter."),
    )


@seat_page(REPRESENT)
@require_POST
def withdrawal(request: HttpRequest, slug: str) -> HttpResponse:
    """Takes the application back."""
    application = _under_way(request, slug)
    return _done(
        request,
        slug,
        lambda: applications.withdraw(application=application, by=_seat(request)),
        _("Taken back. Nobody sees it any more; you can write another."),
    )


@seat_page(REPRESENT)
@require_POST
def share(request: HttpRequest, slug: str, lender_id: UUID) -> HttpResponse:
    """Lets a lender see the application."""
    application = _under_way(request, slug)
    lender = get_object_or_404(Lender.objects.live(), pk=lender_id)
    form = SharingForm(request.POST)
    extras = form.cleaned_data if form.is_valid() else {}
    return _done(
        request,
        slug,
        lambda: applications.share(
            application=application, lender=lender, by=_seat(request), **extras
        ),
        _("%(lender)s can see it now.") % {"lender": lender},
    )


@seat_page(REPRESENT)
@require_POST
def unshare(request: HttpRequest, slug: str, lender_id: UUID) -> HttpResponse:
    """Closes the application to a lender again."""
    application = _under_way(request, slug)
    live = Sharing.objects.live().select_related("application__drive", "lender")
    sharing = get_object_or_404(live, application=application, lender=lender_id)
    return _done(
        request,
        slug,
        lambda: applications.unshare(sharing=sharing, by=_seat(request)),
        _("%(lender)s no longer sees it.") % {"lender": sharing.lender},
    )


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, slug: str, offer_id: UUID) -> HttpResponse:
    """One offer with its truth box; POST signs it."""
    found = _offer(request, slug, offer_id)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            loans.accept(offer=found, by=_seat(request))
            messages.success(request, _("Accepted. You can still change your mind."))
            return redirect("lending:own_loan", slug=slug)
        except DomainError as error:
            form.add_error(None, error.message)
    context = {
        "drive": found.application.drive,
        "offer": found,
        "truth": truth_of(found),
        "against": offers.against_today(found) if found.is_open else [],
        "form": form,
        "days": backing.policy().cooling_days,
    }
    return render(request, "lending/own/offer.html", context, status=422 if form.errors else 200)


@seat_page(REPRESENT)
@require_POST
def decline(request: HttpRequest, slug: str, offer_id: UUID) -> HttpResponse:
    """Declines an offer."""
    found = _offer(request, slug, offer_id)
    return _done(
        request,
        slug,
        lambda: offers.decline(offer=found, by=_seat(request)),
        _("Declined. The lender has been told."),
    )


@seat_page(REPRESENT)
@require_POST
def change_mind(request: HttpRequest, slug: str) -> HttpResponse:
    """Steps back from a loan that was accepted, within the days for it."""
    drive = _drive(request, slug)
    loan = get_object_or_404(
        Loan.objects.select_related("offer__application__drive"),
        drive=drive,
        state=LoanState.ACCEPTED,
    )
    return _done(
        request,
        slug,
        lambda: loans.change_mind(loan=loan, by=_seat(request)),
        _("You have changed your mind. Nothing is owed, and the lender has been told."),
    )


def _application_context(application: LoanApplication) -> dict[str, Any]:
    return {
        "offered": borrowing.open_offers(application),
        "past_offers": borrowing.past_offers(application),
        "reach": borrowing.reach(application),
        "steps": application.steps.select_related("seat__person"),
        "approvals": application.approvals.filter(submission=application.submission),
        "carries": backing.ceiling_of(application),
        "standing": backing.standing(application.drive),
    }


def _save(
    request: HttpRequest, form: ApplicationForm, drive: PledgeDrive, draft: LoanApplication | None
) -> bool:
    fields = form.fields_of_application
    try:
        if draft:
            applications.edit(application=draft, by=_seat(request), **fields)
        else:
            old = Loan.objects.running().filter(drive=drive).first()
            applications.write(drive=drive, by=_seat(request), refinances=old, **fields)
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
    except ValidationError as error:
        form.add_error(None, error.messages[0])
    return not form.errors


def _done(request: HttpRequest, slug: str, step: Any, thanks: str) -> HttpResponse:
    try:
        step()
        messages.success(request, thanks)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("lending:own_loan", slug=slug)


def _seat(request: HttpRequest) -> Any:
    return request.seat  # type: ignore[attr-defined]


def _drive(request: HttpRequest, slug: str) -> PledgeDrive:
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    drives = PledgeDrive.objects.filter(business__in=own, seeks_loan=True)
    return get_object_or_404(drives.select_related("business"), slug=slug)


def _under_way(request: HttpRequest, slug: str) -> LoanApplication:
    drive = _drive(request, slug)
    return get_object_or_404(
        LoanApplication.objects.under_way().select_related("drive__business"), drive=drive
    )


def _offer(request: HttpRequest, slug: str, offer_id: UUID) -> LoanOffer:
    drive = _drive(request, slug)
    found = LoanOffer.objects.select_related("application__drive__business", "lender")
    return get_object_or_404(found, application__drive=drive, pk=offer_id)
