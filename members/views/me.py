"""A member's home: where the membership stands, the one next step, the details."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance import panels
from alliance.access import seat_page
from alliance.money import format_money
from members.forms import problems
from members.forms.businesses import OwnBusinessForm
from members.models import Business, Hold, Membership, Status
from members.queries import representatives
from members.queries.dues import next_minor
from members.rules import REPRESENT
from members.services import businesses, pay_links
from members.views.own import choose_business, own_business


@dataclass(frozen=True)
class NextStep:
    """The one thing that waits for the member; without a `url` there is nothing to press."""

    title: str
    words: str
    url: str = ""
    label: str = ""
    is_pressing: bool = True


@seat_page(REPRESENT)
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """/me/: one business, in plain words; ?business= shows another that one speaks for."""
    business = choose_business(request)
    if business is None:
        return render(request, "members/me/nobody.html")
    context = {
        "business": business,
        "businesses": request.member_businesses,  # type: ignore[attr-defined]
        "membership": request.membership,  # type: ignore[attr-defined]
        "next_step": _next_step(request),
        "panels": panels.filled("me", request),
    }
    return render(request, "members/me/home.html", context)


@seat_page(REPRESENT)
@own_business
@require_http_methods(["GET", "HEAD", "POST"])
def business(request: HttpRequest) -> HttpResponse:
    """The business's own words, contact and address."""
    found: Business = request.member_business  # type: ignore[attr-defined]
    form = OwnBusinessForm(request.POST or None, initial=OwnBusinessForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            businesses.change_business(business=found, by=request.seat, **form.details)  # type: ignore[attr-defined]
            messages.success(request, _("Saved."))
            return redirect(_home(request))
        except ValidationError as error:
            problems.show(form, error)
    context = {"form": form, "business": found, "back_url": _home(request)}
    return render(request, "members/me/business.html", context, status=422 if form.errors else 200)


def _home(request: HttpRequest) -> str:
    return reverse("members:me") + request.member_query  # type: ignore[attr-defined]


def _next_step(request: HttpRequest) -> NextStep | None:
    membership: Membership | None = request.membership  # type: ignore[attr-defined]
    if membership is None:
        return _write_us(
            request,
            _("Your membership is not open yet"),
            _("The alliance opens it and writes to you. Does it take long? Then ask."),
        )
    status = membership.status  # type: ignore[attr-defined]
    if status == Status.SUSPENDED:
        hold = Hold.objects.filter(membership=membership, released_on__isnull=True).first()
        reason = hold.reason if hold else ""
        return _write_us(request, _("Your membership is on hold"), reason)
    invoice: Any = request.next_to_pay()  # type: ignore[attr-defined]
    if invoice is None:
        return _without_invoice(request, status)
    if not representatives.sees_money_among(request.member_people(), request.seats):  # type: ignore[attr-defined]
        words = _("Whoever looks after the money of your business has the invoice.")
        return NextStep(_("Dues are to be paid"), words, is_pressing=False)
    amount = format_money(next_minor(invoice), invoice.currency)
    day = date_format(invoice.next_due_on, "j F Y")
    return NextStep(
        _("%(amount)s to pay") % {"amount": amount},
        _("Invoice %(number)s, due on %(day)s.") % {"number": invoice.number, "day": day},
        pay_links.path(invoice),
        _("Look and pay"),
    )


def _without_invoice(request: HttpRequest, status: str) -> NextStep | None:
    if status == Status.CANCELLED:
        words = _("You are welcome back at any time; what you joined on stays yours.")
        return _write_us(request, _("Your membership has ended"), words)
    if status in (Status.PENDING, Status.LAPSED, Status.GRACE):
        words = _("There is no open invoice. Ask the alliance for one, and pay it to go on.")
        return _write_us(request, _("Your dues"), words)
    if status == Status.RENEWING:
        words = _("Your invoice comes by mail. There is nothing to do before.")
        return NextStep(_("Your term ends soon"), words, is_pressing=False)
    found: Business = request.member_business  # type: ignore[attr-defined]
    if not (found.blurb and found.city and (found.phone or found.email or found.website)):
        return NextStep(
            _("Say who you are"),
            _("A few sentences, where you are, how to reach you: neighbours look for it."),
            reverse("members:own_business") + request.member_query,  # type: ignore[attr-defined]
            _("Complete your details"),
            is_pressing=False,
        )
    return None


def _write_us(request: HttpRequest, title: str, words: str) -> NextStep:
    email: Any = request.alliance.contact_email  # type: ignore[attr-defined]
    return NextStep(title, words, f"mailto:{email}", _("Write to the alliance"))
