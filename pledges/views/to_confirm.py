"""What customers entered themselves, for the business to answer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.pages import page_of
from members.queries import businesses as members
from members.rules import REPRESENT
from pledges import till_queries as queries
from pledges.models import Redemption
from pledges.services import answers
from pledges.till_forms import AnswerForm
from pledges.views.card_purchases import photo_of


@seat_page(REPRESENT)
@require_safe
def to_confirm(request: HttpRequest) -> HttpResponse:
    """The list, newest first; what nobody answers counts after 72 hours."""
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    waiting = queries.to_confirm(own).select_related("pledge", "drive__business")
    context = {"page": page_of(waiting.order_by("-claimed_at"), request)}
    return render(request, "pledges/to_confirm.html", context)


@seat_page(REPRESENT)
@require_POST
def confirm(request: HttpRequest, redemption_id: UUID) -> HttpResponse:
    """It was so."""
    try:
        answers.confirm(redemption=_own(request, redemption_id), by=request.seat)  # type: ignore[attr-defined]
        messages.success(request, _("Confirmed. It counts."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("pledges:to_confirm")


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, redemption_id: UUID) -> HttpResponse:
    """It was not so, or the alliance should look; with a reason."""
    redemption = _own(request, redemption_id)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by, reason = request.seat, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        act = answers.reject if form.cleaned_data["answer"] == "reject" else answers.question
        try:
            act(redemption=redemption, reason=reason, by=by)
            messages.success(request, _("Noted. The customer can read why."))
            return redirect("pledges:to_confirm")
        except DomainError as error:
            form.add_error(error.field, error.message)
    context = {"redemption": redemption, "form": form}
    status = 422 if form.errors else 200
    return render(request, "pledges/till_answer.html", context, status=status)


@seat_page(REPRESENT)
@require_safe
def photo(request: HttpRequest, redemption_id: UUID) -> HttpResponse:
    """The receipt that the customer photographed."""
    return photo_of(_own(request, redemption_id))


def _own(request: HttpRequest, redemption_id: UUID) -> Redemption:
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    mine = Redemption.objects.filter(drive__business__in=own)
    return get_object_or_404(mine.select_related("pledge", "drive__business"), pk=redemption_id)
