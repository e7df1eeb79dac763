"""What the desk does to one membership: opens, prices, holds, ends it, gives a term."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from members.forms import problems
from members.forms.standing import CancelForm, HoldForm, OpenForm, PriceForm, TermForm
from members.models import Business, Membership, PeriodSource
from members.queries.memberships import last_end, today
from members.rules import MANAGE_MEMBERS, TAKE_MONEY, term_rule
from members.services import members, memberships
from members.terms import next_start, term_from
from members.views.own import set_member


@seat_page(MANAGE_MEMBERS)
@require_http_methods(["GET", "HEAD", "POST"])
def open_membership(request: HttpRequest, business_slug: str) -> HttpResponse:
    """A business that is here becomes a member."""
    business = get_object_or_404(Business, slug=business_slug)
    if set_member(request, business) is not None:
        messages.info(request, _("This business has a membership already."))
        return redirect("members_staff:member", business.slug)
    may_invoice = seat_for(request.seats, TAKE_MONEY) is not None  # type: ignore[attr-defined]
    form = OpenForm(request.POST or None, may_invoice=may_invoice)
    return _answer(
        request,
        form,
        act=lambda: members.add_member(
            standing=form.standing,
            business=business,
            by=request.seat,  # type: ignore[attr-defined]
        ),
        said=_("%(name)s is a member now.") % {"name": business},
        words={
            "title": _("Open its membership"),
            "lede": _("The business is here already; say on which terms it becomes a member."),
            "submit": _("Open the membership"),
        },
    )


@seat_page(MANAGE_MEMBERS)
@require_http_methods(["GET", "HEAD", "POST"])
def price(request: HttpRequest, business_slug: str) -> HttpResponse:
    """Another tier, or another amount than the tier's."""
    membership = _membership(request, business_slug)
    form = PriceForm(
        request.POST or None, tier=membership.tier, initial=PriceForm.initial_price(membership)
    )
    return _answer(
        request,
        form,
        act=lambda: memberships.change_tier(membership=membership, by=request.seat, **form.price),  # type: ignore[attr-defined]
        said=_("From the next invoice on, that is what it costs."),
        words={
            "title": _("Change tier or amount"),
            "lede": _("It counts from the next invoice on. Terms and invoices stay as they are."),
            "submit": _("Change it"),
        },
    )


@seat_page(MANAGE_MEMBERS)
@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, business_slug: str) -> HttpResponse:
    """Suspends a membership, with a reason; released with one press."""
    membership = _membership(request, business_slug)
    form = HoldForm(request.POST or None)
    return _answer(
        request,
        form,
        act=lambda: memberships.hold(
            membership=membership,
            reason=form.cleaned_data["reason"],
            by=request.seat,  # type: ignore[attr-defined]
        ),
        said=_("%(name)s is on hold. “Release it” takes that back.")
        % {"name": membership.business},
        words={
            "title": _("Put it on hold"),
            "lede": _(
                "While it is on hold the business is no member in the public’s eyes. Its "
                "terms go on counting."
            ),
            "submit": _("Put it on hold"),
        },
    )


@seat_page(MANAGE_MEMBERS)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, business_slug: str) -> HttpResponse:
    """Ends a membership today; taken back with one press."""
    membership = _membership(request, business_slug)
    form = CancelForm(request.POST if request.method == "POST" else None)
    return _answer(
        request,
        form,
        act=lambda: memberships.cancel(
            membership=membership,
            reason=form.cleaned_data["reason"],
            by=request.seat,  # type: ignore[attr-defined]
        ),
        said=_("The membership of %(name)s has ended. “Take it back” undoes that.")
        % {"name": membership.business},
        words={
            "title": _("End the membership"),
            "lede": _(
                "It ends today, its letters stop, and a renewal that nobody paid into is "
                "credited. Money comes back only by a credit note or a refund."
            ),
            "submit": _("End it today"),
            "is_danger": True,
        },
    )


@seat_page(MANAGE_MEMBERS)
@require_http_methods(["GET", "HEAD", "POST"])
def give_term(request: HttpRequest, business_slug: str) -> HttpResponse:
    """A term without an invoice; the form begins with the next one."""
    membership = _membership(request, business_slug)
    term = term_from(next_start(today(), last_end(membership)), term_rule(membership.tier))
    initial = {"starts_on": term.starts_on, "ends_on": term.ends_on}
    form = TermForm(request.POST or None, initial=initial)
    return _answer(
        request,
        form,
        act=lambda: memberships.give_term(
            membership=membership,
            source=PeriodSource.GIVEN,
            by=request.seat,  # type: ignore[attr-defined]
            **form.cleaned_data,
        ),
        said=_("The term is given."),
        words={
            "title": _("Give a term"),
            "lede": _(
                "For a term that is paid for elsewhere, or that you give. It makes no "
                "invoice, and it is not taken back: look at the days once more."
            ),
            "submit": _("Give the term"),
        },
    )


@seat_page(MANAGE_MEMBERS)
@require_POST
def release(request: HttpRequest, business_slug: str) -> HttpResponse:
    """Ends a hold today."""
    membership = _membership(request, business_slug)
    return _undo(
        request,
        lambda: memberships.release(membership=membership, by=request.seat),  # type: ignore[attr-defined]
        _("The hold has ended, as of %(day)s.") % {"day": date_format(today(), "j F Y")},
    )


@seat_page(MANAGE_MEMBERS)
@require_POST
def take_back(request: HttpRequest, business_slug: str) -> HttpResponse:
    """Takes an end of the membership back."""
    membership = _membership(request, business_slug)
    return _undo(
        request,
        lambda: memberships.revoke_cancellation(membership=membership, by=request.seat),  # type: ignore[attr-defined]
        _("The membership goes on. Its letters are planned again."),
    )


def _membership(request: HttpRequest, business_slug: str) -> Membership:
    membership = set_member(request, get_object_or_404(Business, slug=business_slug))
    if membership is None:
        raise Http404
    return membership


def _answer(
    request: HttpRequest,
    form: forms.Form,
    *,
    act: Callable[[], object],
    said: str,
    words: dict[str, Any],
) -> HttpResponse:
    """The form, or what came of it."""
    business: Business = request.member_business  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            act()
            messages.success(request, said)
            return redirect("members_staff:member", business.slug)
        except (DomainError, ValidationError) as error:
            problems.show(form, error)
    context = {
        "form": form,
        "business": business,
        "membership": request.membership,  # type: ignore[attr-defined]
        **words,
    }
    return render(
        request, "members/staff/member_action.html", context, status=422 if form.errors else 200
    )


def _undo(request: HttpRequest, act: Callable[[], object], said: str) -> HttpResponse:
    business: Business = request.member_business  # type: ignore[attr-defined]
    try:
        act()
        messages.success(request, said)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("members_staff:member", business.slug)
