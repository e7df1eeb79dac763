"""What a treasurer writes by hand: money moved, and a move taken back."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.tenancy.scope import current_alliance
from ledger import services
from ledger.forms import MoveForm, ReasonForm, today
from ledger.models import Entry, EntryKind
from ledger.queries import balance_minor
from ledger.queries.journal import entries
from ledger.rules import POST_ENTRIES
from ledger.services.moves import INSTEAD, check_move


@seat_page(POST_ENTRIES)
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest) -> HttpResponse:
    """Asks from where to where, shows it once more, then writes it down."""
    form = MoveForm(request.POST or None, initial={"form_key": uuid4().hex, "on": today()})
    if request.method == "POST" and form.is_valid() and "change" not in request.POST:
        try:
            if "confirmed" in request.POST:
                return _write(request, form)
            check_move(form.order)
            return render(request, "ledger/move_check.html", _check(form))
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
    context = {"form": form}
    return render(request, "ledger/move.html", context, status=422 if form.errors else 200)


@seat_page(POST_ENTRIES)
@require_http_methods(["GET", "HEAD", "POST"])
def reverse(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Takes an adjustment back with a reason; says how everything else is corrected."""
    entry = get_object_or_404(entries(), pk=entry_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            reversal = services.reverse_adjustment(
                entry=entry,
                reason=form.cleaned_data["reason"],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(
                request, _("Taken back by entry %(number)s.") % {"number": reversal.number}
            )
            return redirect(reversal)
        except DomainError as error:
            form.add_error(None, error.message)
    instead = None if entry.kind == EntryKind.ADJUSTMENT else INSTEAD[entry.kind]
    context = {"entry": entry, "form": form, "instead": instead}
    return render(request, "ledger/reverse.html", context, status=422 if form.errors else 200)


def _write(request: HttpRequest, form: MoveForm) -> HttpResponse:
    entry: Entry = services.move(
        order=form.order,
        key=form.cleaned_data["form_key"],
        by=request.seat,  # type: ignore[attr-defined]
    )
    messages.success(request, _("Written down as entry %(number)s.") % {"number": entry.number})
    return redirect(entry)


def _check(form: MoveForm) -> dict[str, object]:
    """Both places as they are and as they will be, so that a wrong one is seen."""
    order = form.order
    changes = ((order.source, -order.amount_minor), (order.target, order.amount_minor))
    before = {place: balance_minor(place) for place, _change in changes}
    return {
        "form": form,
        "order": order,
        "places": [
            {"account": place, "now_minor": before[place], "then_minor": before[place] + change}
            for place, change in changes
        ],
        "is_overdrawn": before[order.source] < order.amount_minor,
        "currency": current_alliance().currency,
    }
