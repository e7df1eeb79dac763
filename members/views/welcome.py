"""The first weeks: the member's own steps, the buddy's, and the staff's look at who is stuck."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from members.forms.welcome import BuddyForm, CandidateForm, CommitmentForm, IntroductionForm
from members.models import Membership, Step, WelcomeStep
from members.queries import welcome as queries
from members.queries.businesses import businesses_of
from members.queries.memberships import settings
from members.rules import REPRESENT, WELCOME
from members.services import welcome as services


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
def commitment(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """What we promise each other: read, and accepted with a tick."""
    membership = _own(request, membership_id)
    words = settings().commitment
    if not words.strip():
        raise Http404
    form = CommitmentForm(request.POST or None, initial={"version": services.commitment_version()})
    if request.method == "POST" and form.is_valid():
        try:
            services.accept_commitment(
                membership=membership,
                version=form.cleaned_data["version"],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(request, _("Thank you. We hold you to it, and you us."))
            return redirect(_home(membership))
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("members:commitment", membership_id=membership.pk)
    context = {
        "membership": membership,
        "words": words,
        "form": form,
        "taken": _taken(membership, Step.COMMITMENT),
    }
    status = 422 if form.errors else 200
    return render(request, "members/me/commitment.html", context, status=status)


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
def introduction(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """A few sentences that the other members read."""
    membership = _own(request, membership_id)
    form = IntroductionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = request.seat  # type: ignore[attr-defined]
        services.introduce(membership=membership, words=form.cleaned_data["words"], by=by)
        messages.success(request, _("Thank you! The other members can read it now."))
        return redirect(_home(membership))
    context = {
        "membership": membership,
        "form": form,
        "taken": _taken(membership, Step.INTRODUCTION),
    }
    status = 422 if form.errors else 200
    return render(request, "members/me/introduction.html", context, status=status)


@seat_page(REPRESENT)
@require_POST
def done(request: HttpRequest, membership_id: UUID, step: str) -> HttpResponse:
    """Ticks a step off: the member their own, the buddy the hello."""
    by = request.seat  # type: ignore[attr-defined]
    if step == Step.BUDDY:
        membership = get_object_or_404(Membership, pk=membership_id)
        try:
            services.say_hello(membership=membership, by=by)
        except DomainError as error:
            raise Http404 from error
        messages.success(request, _("Thank you for saying hello."))
        return redirect("members:me")
    membership = _own(request, membership_id)
    services.tick_off(membership=membership, step=Step(step), by=by)
    return redirect(_home(membership))


@seat_page(WELCOME)
@require_safe
def newcomers(request: HttpRequest) -> HttpResponse:
    """Who is stuck: new members with steps still to take, who joined first at the top."""
    rows = queries.stuck()
    context = {
        "rows": rows,
        "late": sum(row.is_late for row in rows),
        "alone": sum(row.buddy is None for row in rows),
        "is_cut": len(rows) >= queries.SHOWN,
    }
    return render(request, "members/staff/newcomers.html", context)


@seat_page(WELCOME)
@require_safe
def newcomer(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """One new member: steps, introduction, buddy, and who could be one."""
    return _newcomer_page(request, _membership(membership_id))


@seat_page(WELCOME)
@require_POST
def assign(request: HttpRequest, membership_id: UUID) -> HttpResponse:
    """Gives a new member a buddy; both are written to."""
    membership = _membership(membership_id)
    words = request.POST.get("q", "").replace("\x00", "")[:80]
    form = BuddyForm(request.POST, found=queries.candidates(membership, words))
    if not form.is_valid():
        return _newcomer_page(request, membership, form)
    chosen = form.found[form.cleaned_data["representative"]]
    try:
        services.assign_buddy(
            membership=membership,
            representative=chosen,
            by=request.seat,  # type: ignore[attr-defined]
        )
        messages.success(
            request,
            _("%(name)s keeps them company. Both have been told.") % {"name": chosen.seat.person},
        )
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("members_staff:newcomer", membership_id=membership.pk)


def _newcomer_page(
    request: HttpRequest, membership: Membership, form: BuddyForm | None = None
) -> HttpResponse:
    search = CandidateForm(request.GET)
    words = search.cleaned_data["q"].strip() if search.is_valid() else ""
    context = {
        "membership": membership,
        "newcomer": queries.progress_of([membership])[0],
        "search": search,
        "form": form or BuddyForm(found=queries.candidates(membership, words)),
    }
    status = 422 if form else 200
    return render(request, "members/staff/newcomer.html", context, status=status)


def _own(request: HttpRequest, membership_id: UUID) -> Membership:
    own = businesses_of(request.seats)  # type: ignore[attr-defined]
    rows = Membership.objects.select_related("business").filter(business__in=own.order_by())
    return get_object_or_404(rows, pk=membership_id)


def _membership(membership_id: UUID) -> Membership:
    return get_object_or_404(
        Membership.objects.select_related("business", "tier"), pk=membership_id
    )


def _taken(membership: Membership, step: Step) -> WelcomeStep | None:
    return WelcomeStep.objects.filter(membership=membership, step=step).first()


def _home(membership: Membership) -> str:
    return f"{reverse('members:me')}?business={membership.business.slug}"
