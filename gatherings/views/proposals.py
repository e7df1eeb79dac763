"""What a business proposes: a draft, handed to the staff, published by them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from gatherings import phrases
from gatherings.forms.dates import show
from gatherings.forms.gatherings import ProposalForm
from gatherings.models import Gathering, GatheringState
from gatherings.queries import dates, people
from gatherings.services import gatherings as services
from gatherings.views.preview import preview_of
from members.queries import businesses as members
from members.rules import REPRESENT


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """/me/events/new/: a draft of a gathering that my business hosts."""
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    form = ProposalForm(request.POST or None, businesses=own, initial={"business": own.first()})
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            made = services.write_gathering(by=request.seat, **form.fields_of_gathering)  # type: ignore[attr-defined]
            messages.success(request, _("Saved as a draft. Submit it when it reads well."))
            return redirect("gatherings:proposal", slug=made.slug)
        except (DomainError, ValidationError) as error:
            show(error, form)
    return _form_page(request, form, None)


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_proposal(request: HttpRequest, slug: str) -> HttpResponse:
    """Changes a draft."""
    draft = get_object_or_404(_own(request).filter(state=GatheringState.DRAFT), slug=slug)
    form = ProposalForm(
        request.POST or None,
        businesses=members.businesses_of(request.seats),  # type: ignore[attr-defined]
        initial=ProposalForm.initial_of(draft),
    )
    if request.method == "POST" and form.is_valid() and "preview" not in request.POST:
        try:
            services.change_gathering(
                gathering=draft,
                by=request.seat,  # type: ignore[attr-defined]
                **form.fields_of_gathering,
            )
            messages.success(request, _("Saved."))
            return redirect("gatherings:proposal", slug=slug)
        except (DomainError, ValidationError) as error:
            show(error, form)
    return _form_page(request, form, draft)


@seat_page(REPRESENT)
@require_safe
def proposal(request: HttpRequest, slug: str) -> HttpResponse:
    """What my business hosts: where it stands, its dates, who comes."""
    found = get_object_or_404(_own(request), slug=slug)
    ahead, behind = dates.dates_of(found)
    context = {
        "gathering": found,
        "ahead": ahead,
        "behind": behind,
        "counts": people.counts_by_date(found),
        "repeats": phrases.repeats(found),
        "steps": found.steps.select_related("seat__person"),
    }
    return render(request, "gatherings/proposal.html", context)


@seat_page(REPRESENT)
@require_POST
def submission(request: HttpRequest, slug: str) -> HttpResponse:
    """Hands a draft to the staff."""
    found = get_object_or_404(_own(request), slug=slug)
    try:
        services.submit_gathering(gathering=found, by=request.seat)  # type: ignore[attr-defined]
        messages.success(request, _("Submitted. The alliance reads it and writes to you."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("gatherings:proposal", slug=slug)


def _own(request: HttpRequest) -> QuerySet[Gathering]:
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    return Gathering.objects.filter(business__in=own).select_related("business")


def _form_page(request: HttpRequest, form: ProposalForm, draft: Gathering | None) -> HttpResponse:
    context = {"form": form, "gathering": draft, "preview": preview_of(form)}
    return render(
        request, "gatherings/proposal_form.html", context, status=422 if form.errors else 200
    )
