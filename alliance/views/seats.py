"""Who sits at the desk: the list of seats, an invitation, an end."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.access import MANAGE_SEATS, seat_page
from alliance.errors import DomainError
from alliance.models import Role, Seat
from alliance.pages import page_of
from alliance.services import seats as services
from alliance.views.forms import SeatForm


@seat_page(MANAGE_SEATS)
@require_safe
def seats(request: HttpRequest) -> HttpResponse:
    """Live seats, newest first: those of the desk, or with ?of=members the members'."""
    live = Seat.objects.live().select_related("person")
    of_members = request.GET.get("of") == "members"
    shown = live.filter(role=Role.MEMBER) if of_members else live.exclude(role=Role.MEMBER)
    context = {
        "page": page_of(shown.order_by("-created_at"), request),
        "of_members": of_members,
    }
    return render(request, "staff/seats.html", context)


@seat_page(MANAGE_SEATS)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """A form for a new seat; the person is told by mail where to sign in."""
    form = SeatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            seat = services.invite(**form.invitation, by=request.seat)  # type: ignore[attr-defined]
            messages.success(
                request,
                _("%(name)s has the seat (%(role)s). An invitation is on its way.")
                % {"name": seat.person, "role": seat.get_role_display()},
            )
            return redirect("staff:seats")
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    return render(
        request, "staff/seat_form.html", {"form": form}, status=422 if form.errors else 200
    )


@seat_page(MANAGE_SEATS)
@require_http_methods(["GET", "HEAD", "POST"])
def end_seat(request: HttpRequest, seat_id: UUID) -> HttpResponse:
    """Asks once, then ends a seat at once."""
    seat = get_object_or_404(Seat.objects.live().select_related("person"), pk=seat_id)
    is_own = seat.person_id == request.user.pk
    if request.method == "POST":
        try:
            services.end_seat(seat=seat, by=request.seat)  # type: ignore[attr-defined]
        except DomainError as error:
            messages.error(request, error.message)
            return redirect("staff:seats")
        messages.success(request, _("The seat of %(name)s has ended.") % {"name": seat.person})
        return redirect("after_sign_in" if is_own else "staff:seats")
    return render(request, "staff/seat_end.html", {"seat": seat, "is_own": is_own})
