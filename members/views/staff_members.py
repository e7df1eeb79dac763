"""The desk's members: the list, one member's page, a new one, their details."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance import panels
from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from alliance.pages import Page, day_page_of, text_page_of
from members.forms import problems
from members.forms.businesses import StaffBusinessForm
from members.forms.member_list import MemberFilterForm
from members.forms.standing import NewMemberForm
from members.models import Business, Membership, RenewalNotice
from members.queries import member_list, representatives
from members.queries.story import story_of
from members.rules import IMPORT_MEMBERS, MANAGE_MEMBERS, SEE_MEMBERS, SEE_MONEY, TAKE_MONEY
from members.services import businesses
from members.services import members as services
from members.views.own import set_member

NOTICES = 12


@seat_page(SEE_MEMBERS)
@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """Members by name, term or day of joining; how many there are of each status."""
    form = MemberFilterForm(request.GET)
    everybody = member_list.members(
        words=form.chosen("q").strip(),
        tier=form.chosen("tier") or None,
        city=form.chosen("city"),
    )
    status, sort = form.chosen("status"), _sort(request)
    if status == member_list.WITHOUT:
        page = _without_membership(request)
    else:
        page = _page(request, member_list.in_status(everybody, status), sort)
    context = {
        "filter": form,
        "status": status,
        "is_filtered": any(request.GET.get(name) for name in ("q", "status", "tier", "city")),
        "sort": sort,
        "page": page,
        "counts": member_list.counts(everybody),
        "without": member_list.without_membership().count(),
        "is_without": status == member_list.WITHOUT,
        **_rights(request),
    }
    if context["may_see_money"] and not context["is_without"]:
        due = member_list.due_minor(page.rows)
        for row in page.rows:
            row.due_minor = due.get(row.pk, 0)
    return render(request, "members/staff/members.html", context)


@seat_page(SEE_MEMBERS)
@require_safe
def member(request: HttpRequest, business_slug: str) -> HttpResponse:
    """One member: facts, standing through time, people, letters, what may be done."""
    business = get_object_or_404(Business, slug=business_slug)
    membership = set_member(request, business)
    people = list(representatives.live_of(business))
    context = {
        "business": business,
        "membership": membership,
        "story": story_of(membership) if membership else None,
        "people": people,
        "places": representatives.places(membership, len(people)),
        "ended": representatives.ended_lately(business),
        "notices": _notices(membership),
        "panels": panels.filled("member", request),
        **_rights(request),
    }
    return render(request, "members/staff/member.html", context)


@seat_page(MANAGE_MEMBERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_member(request: HttpRequest) -> HttpResponse:
    """A member added by hand."""
    may_invoice = seat_for(request.seats, TAKE_MONEY) is not None  # type: ignore[attr-defined]
    form = NewMemberForm(request.POST or None, may_invoice=may_invoice)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.add_member(
                standing=form.standing,
                details=form.details,
                owner=form.owner,
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(request, _("%(name)s is here now.") % {"name": made.business})
            return redirect("members_staff:member", made.business.slug)
        except (DomainError, ValidationError) as error:
            problems.show(form, error)
    context = {"form": form}
    return render(
        request, "members/staff/member_form.html", context, status=422 if form.errors else 200
    )


@seat_page(MANAGE_MEMBERS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_member(request: HttpRequest, business_slug: str) -> HttpResponse:
    """Everything that stands about a business, but its address here."""
    business = get_object_or_404(Business, slug=business_slug)
    form = StaffBusinessForm(request.POST or None, initial=StaffBusinessForm.initial_of(business))
    if request.method == "POST" and form.is_valid():
        try:
            businesses.change_business(business=business, by=request.seat, **form.details)  # type: ignore[attr-defined]
            messages.success(request, _("Saved."))
            return redirect("members_staff:member", business.slug)
        except ValidationError as error:
            problems.show(form, error)
    context = {"form": form, "business": business}
    return render(
        request, "members/staff/business_form.html", context, status=422 if form.errors else 200
    )


def _sort(request: HttpRequest) -> str:
    asked = request.GET.get("sort", "")
    return asked if asked.removeprefix("-") in member_list.SORTS else "name"


def _page(request: HttpRequest, rows: QuerySet[Any], sort: str) -> Page:
    field, is_rising = sort.removeprefix("-"), not sort.startswith("-")
    rows = member_list.to_sort(rows)
    if field == "name":
        return text_page_of(rows, request, field="name", is_rising=is_rising)
    day = "until" if field == "paid_until" else field
    return day_page_of(rows, request, field=day, is_rising=is_rising)


def _without_membership(request: HttpRequest) -> Page:
    rows = member_list.without_membership().annotate(name=Lower("trade_name"))
    return text_page_of(rows, request, field="name")


def _notices(membership: Membership | None) -> list[RenewalNotice]:
    if membership is None:
        return []
    return list(RenewalNotice.objects.filter(membership=membership).order_by("-due_at")[:NOTICES])


def _rights(request: HttpRequest) -> dict[str, bool]:
    held = request.seats  # type: ignore[attr-defined]
    return {
        "may_manage": seat_for(held, MANAGE_MEMBERS) is not None,
        "may_see_money": seat_for(held, SEE_MONEY) is not None,
        "may_export": seat_for(held, IMPORT_MEMBERS) is not None,
    }
