"""Who speaks for a business: the owner's own page, and the same at the desk."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.limits import limited
from members.forms import problems
from members.forms.seats import InvitationForm, KindForm
from members.models import Business, Representative
from members.queries import representatives as queries
from members.rules import MANAGE_MEMBERS, REPRESENT
from members.services import representatives as services
from members.views.own import own_business


@seat_page(REPRESENT)
@own_business
@require_safe
def seats(request: HttpRequest) -> HttpResponse:
    """Who speaks for us; an owner invites, changes and ends."""
    business: Business = request.member_business  # type: ignore[attr-defined]
    people = list(queries.live_of(business))
    is_owner = queries.is_owner_among(people, request.seats)  # type: ignore[attr-defined]
    context = {
        "business": business,
        "people": people,
        "ended": queries.ended_lately(business) if is_owner else [],
        "places": queries.places(request.membership, len(people)),  # type: ignore[attr-defined]
        "is_owner": is_owner,
        "query": request.member_query,  # type: ignore[attr-defined]
    }
    return render(request, "members/me/seats.html", context)


@seat_page(REPRESENT)
@own_business
@require_http_methods(["GET", "HEAD", "POST"])
@limited("seat-invite", "30/h", by="person")
def invite(request: HttpRequest) -> HttpResponse:
    """Somebody else is to speak for us."""
    return _invite(request, _owned(request), _own_list(request), "members/me/invite.html")


@seat_page(REPRESENT)
@own_business
@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: HttpRequest, representative_id: UUID) -> HttpResponse:
    """One person's seat: what they are to the business, and its end."""
    business, back = _owned(request), _own_list(request)
    end_url = reverse("members:end_seat", args=[representative_id]) + request.member_query  # type: ignore[attr-defined]
    return _seat(request, business, representative_id, (back, end_url), "members/me/seat.html")


@seat_page(REPRESENT)
@own_business
@require_POST
def end(request: HttpRequest, representative_id: UUID) -> HttpResponse:
    """Ends a seat; the list offers to give it again."""
    _end(request, _owned(request), representative_id)
    mine = queries.live_of(request.member_business)  # type: ignore[attr-defined]
    is_still_here = mine.filter(seat__person=request.user.pk).exists()
    return redirect(_own_list(request) if is_still_here else "after_sign_in")


@seat_page(REPRESENT)
@own_business
@require_POST
def give_again(request: HttpRequest, representative_id: UUID) -> HttpResponse:
    """Undoes an end."""
    _give_again(request, _owned(request), representative_id)
    return redirect(_own_list(request))


@seat_page(MANAGE_MEMBERS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_invite(request: HttpRequest, business_slug: str) -> HttpResponse:
    """The desk lets somebody speak for a business."""
    business = get_object_or_404(Business, slug=business_slug)
    return _invite(request, business, _at_desk(business_slug), "members/staff/invite.html")


@seat_page(MANAGE_MEMBERS)
@require_http_methods(["GET", "HEAD", "POST"])
def staff_seat(request: HttpRequest, business_slug: str, representative_id: UUID) -> HttpResponse:
    """One person's seat, as the desk changes or ends it."""
    business = get_object_or_404(Business, slug=business_slug)
    end_url = reverse("members_staff:end_seat", args=[business_slug, representative_id])
    urls = (_at_desk(business_slug), end_url)
    return _seat(request, business, representative_id, urls, "members/staff/seat.html")


@seat_page(MANAGE_MEMBERS)
@require_POST
def staff_end(request: HttpRequest, business_slug: str, representative_id: UUID) -> HttpResponse:
    """The desk ends a seat."""
    _end(request, get_object_or_404(Business, slug=business_slug), representative_id)
    return redirect(_at_desk(business_slug))


@seat_page(MANAGE_MEMBERS)
@require_POST
def staff_give_again(
    request: HttpRequest, business_slug: str, representative_id: UUID
) -> HttpResponse:
    """The desk undoes an end."""
    _give_again(request, get_object_or_404(Business, slug=business_slug), representative_id)
    return redirect(_at_desk(business_slug))


def _owned(request: HttpRequest) -> Business:
    """The business, to its owners; to everybody else there is no such page."""
    business: Business = request.member_business  # type: ignore[attr-defined]
    if not queries.owns(request.seats, business):  # type: ignore[attr-defined]
        raise Http404
    return business


def _own_list(request: HttpRequest) -> str:
    return reverse("members:seats") + request.member_query  # type: ignore[attr-defined]


def _at_desk(business_slug: str) -> str:
    return reverse("members_staff:member", args=[business_slug]) + "#people"


def _invite(request: HttpRequest, business: Business, back_url: str, template: str) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.invite(business=business, by=request.seat, **form.cleaned_data)  # type: ignore[attr-defined]
            messages.success(
                request,
                _("%(name)s speaks for %(business)s now. An invitation is on its way.")
                % {"name": made.seat.person, "business": business},
            )
            return redirect(back_url)
        except DomainError as error:
            problems.show(form, error)
    context = {
        "form": form,
        "business": business,
        "places": queries.places_of(business),
        "back_url": back_url,
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _seat(
    request: HttpRequest,
    business: Business,
    representative_id: UUID,
    urls: tuple[str, str],
    template: str,
) -> HttpResponse:
    found = get_object_or_404(queries.live_of(business), pk=representative_id)
    form = KindForm(request.POST or None, initial={"kind": found.kind})
    if request.method == "POST" and form.is_valid():
        try:
            changed = services.change_kind(
                representative=found,
                kind=form.cleaned_data["kind"],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(
                request,
                _("%(name)s is now: %(kind)s.")
                % {"name": found.seat.person, "kind": changed.get_kind_display()},
            )
            return redirect(urls[0])
        except DomainError as error:
            problems.show(form, error)
    context = {
        "form": form,
        "representative": found,
        "business": business,
        "is_own": found.seat.person_id == request.user.pk,
        "back_url": urls[0],
        "end_url": urls[1],
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _end(request: HttpRequest, business: Business, representative_id: UUID) -> None:
    rows = Representative.objects.filter(business=business).select_related("seat__person")
    found = get_object_or_404(rows, pk=representative_id)
    try:
        services.end(representative=found, by=request.seat)  # type: ignore[attr-defined]
        messages.success(
            request,
            _("%(name)s no longer speaks for %(business)s. A mistake? Give the seat again below.")
            % {"name": found.seat.person, "business": business},
        )
    except DomainError as error:
        messages.error(request, error.message)


def _give_again(request: HttpRequest, business: Business, representative_id: UUID) -> None:
    rows = Representative.objects.filter(business=business).select_related("seat__person")
    found = get_object_or_404(rows, pk=representative_id)
    try:
        services.give_again(representative=found, by=request.seat)  # type: ignore[attr-defined]
        messages.success(
            request,
            _("%(name)s speaks for %(business)s again.")
            % {"name": found.seat.person, "business": business},
        )
    except DomainError as error:
        messages.error(request, error.message)
