"""At the till: a code or a scan, the amount, done; undone with one press."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance import clock
from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.services import keys
from members.queries import businesses as members
from members.rules import REPRESENT
from pledges import till_queries as queries
from pledges.forms import PurchaseForm
from pledges.models import Pledge, Redemption, WayIn
from pledges.services import redemptions
from pledges.till_forms import KeptEntryForm, NameForm, TillForm

# What a link to the purchase page may say of how the customer was found.
FOUND_BY = (WayIn.SCAN, WayIn.ENTRY)
UNKNOWN = gettext_lazy("No pledge for your business has this code.")


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("till-code", "120/h", by="person")
def till(request: HttpRequest) -> HttpResponse:
    """Takes the code of a customer's card; with the amount beside it, the purchase is counted."""
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    form = TillForm(request.POST or None, initial={"form_key": uuid4().hex})
    if request.method == "POST" and form.is_valid():
        pledge = _pledge_of(own, form.cleaned_data["code"])
        if pledge is None:
            form.add_error("code", UNKNOWN)
        elif form.cleaned_data["amount"] is None:
            return redirect("pledges:till_purchase", pledge_id=pledge.pk)
        elif _counts(request, pledge, form, WayIn.CODE):
            return redirect("pledges:till")
    context = {
        "form": form,
        "businesses": own,
        "latest": Redemption.objects.filter(drive__business__in=own).select_related("pledge")[:8],
        "waiting": queries.to_confirm(own).count(),
        "now_ms": int(clock.now().timestamp() * 1000),
    }
    return render(request, "pledges/till.html", context, status=422 if form.errors else 200)


@seat_page(REPRESENT)
@require_POST
@limited("till-code", "120/h", by="person")
def entry(request: HttpRequest) -> HttpResponse:
    """What the till's script sends, now or when the connection is back: one purchase, as JSON.

    200 counted (now or before), 422 something is missing or unknown, 409 the
    rules say no; `said` is the sentence to show.
    """
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    form = KeptEntryForm(request.POST)
    if not form.is_valid():
        first = next(iter(form.errors.values()))[0]
        return JsonResponse({"said": first}, status=422)
    pledge = _pledge_of(own, form.cleaned_data["code"])
    if pledge is None:
        return JsonResponse({"said": str(UNKNOWN)}, status=422)
    try:
        said = _count_once(request, pledge, form, WayIn.CODE, form.cleaned_data["made_at"])
    except DomainError as error:
        return JsonResponse({"said": error.message}, status=409)
    if form.cleaned_data["made_at"] is None:
        # The script shows the page anew.
        messages.success(request, said)
    return JsonResponse({"said": said})


@seat_page(REPRESENT)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """A customer without a card at hand says a name: whose pledge is it?"""
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    form = NameForm(request.GET or None)
    name = form.cleaned_data["q"] if form.is_valid() else ""
    context = {"form": form, "name": name, "found": queries.pledges_named(own, name)}
    status = 422 if form.errors else 200
    return render(request, "pledges/till_people.html", context, status=status)


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("till", "600/h", by="person")
def purchase(request: HttpRequest, pledge_id: UUID) -> HttpResponse:
    """The customer's remaining pledge, and a field for what was spent."""
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    pledge = get_object_or_404(
        Pledge.objects.filter(drive__business__in=own, confirmed_at__isnull=False).select_related(
            "drive__business"
        ),
        pk=pledge_id,
    )
    way_in = next((way for way in FOUND_BY if way == request.GET.get("way")), WayIn.CODE)
    form = PurchaseForm(request.POST or None, initial={"form_key": uuid4().hex})
    is_sent = request.method == "POST" and form.is_valid()
    if is_sent and _counts(request, pledge, form, way_in):
        return redirect("pledges:till")
    context = {"pledge": pledge, "form": form}
    return render(
        request, "pledges/till_purchase.html", context, status=422 if form.errors else 200
    )


@seat_page(REPRESENT)
@require_POST
def undo(request: HttpRequest, redemption_id: UUID) -> HttpResponse:
    """Takes an entry back: a slip of the finger, or goods returned."""
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    redemption = get_object_or_404(
        Redemption.objects.filter(drive__business__in=own).select_related("pledge"),
        pk=redemption_id,
    )
    try:
        redemptions.take_back(redemption=redemption, reason="", by=request.seat)  # type: ignore[attr-defined]
        messages.success(request, _("Taken back."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("pledges:till")


def _pledge_of(own: Any, code: str) -> Pledge | None:
    """The confirmed pledge for one of these businesses that has the code."""
    mine = Pledge.objects.filter(drive__business__in=own, confirmed_at__isnull=False)
    return mine.filter(code=code).first()


def _counts(request: HttpRequest, pledge: Pledge, form: Any, way_in: WayIn) -> bool:
    """Counts what the form says and tells so; False with the reason in the form."""
    try:
        messages.success(request, _count_once(request, pledge, form, way_in))
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return False
    return True


def _count_once(
    request: HttpRequest,
    pledge: Pledge,
    form: Any,
    way_in: WayIn,
    made_at: datetime | None = None,
) -> str:
    """A second press of the same form counts nothing twice; the sentence to show."""
    spent = form.cleaned_data["amount"]
    seat = request.seat  # type: ignore[attr-defined]

    def effect() -> dict[str, bool]:
        made = redemptions.claim(
            pledge=pledge, purchase_minor=spent, way_in=way_in, made_at=made_at, by=seat
        )
        return {"whole": made.amount_minor == spent}

    counted = keys.once(
        actor=str(seat.pk),
        operation="redemption.claim",
        key=form.cleaned_data["form_key"] or uuid4().hex,
        request={"pledge": str(pledge.pk), "spent": spent},
        effect=effect,
    )
    if counted["whole"]:
        return _("Counted. The customer has been told.")
    return _("Counted as far as the pledge went. The customer has been told.")
