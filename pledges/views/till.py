"""At the till: a code or a scan, the amount, done; undone with one press."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.limits import limited
from alliance.services import keys
from members.queries import businesses as members
from members.rules import REPRESENT
from pledges.forms import CodeForm, PurchaseForm
from pledges.models import Pledge, Redemption, WayIn
from pledges.services import redemptions


@seat_page(REPRESENT)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("till-code", "120/h", by="person")
def till(request: HttpRequest) -> HttpResponse:
    """Takes the code of a customer's card; beside it, the last purchases and their undo."""
    own = members.businesses_of(request.seats)  # type: ignore[attr-defined]
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        pledge = Pledge.objects.filter(
            code=form.cleaned_data["code"], drive__business__in=own, confirmed_at__isnull=False
        ).first()
        if pledge:
            return redirect("pledges:till_purchase", pledge_id=pledge.pk)
        form.add_error("code", _("No pledge for your business has this code."))
    latest = Redemption.objects.filter(drive__business__in=own).select_related("pledge")
    context = {"form": form, "businesses": own, "latest": latest[:8]}
    return render(request, "pledges/till.html", context, status=422 if form.errors else 200)


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
    way_in = WayIn.SCAN if request.GET.get("way") == WayIn.SCAN else WayIn.CODE
    form = PurchaseForm(request.POST or None, initial={"form_key": uuid4().hex})
    if request.method == "POST" and form.is_valid():
        try:
            counted = _count_once(request, pledge, form, way_in)
            messages.success(
                request,
                _("Counted. The customer has been told.")
                if counted["whole"]
                else _("Counted as far as the pledge went. The customer has been told."),
            )
            return redirect("pledges:till")
        except DomainError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
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


def _count_once(
    request: HttpRequest, pledge: Pledge, form: PurchaseForm, way_in: WayIn
) -> dict[str, bool]:
    """A second press of the same form counts nothing twice."""
    spent = form.cleaned_data["amount"]
    seat = request.seat  # type: ignore[attr-defined]

    def effect() -> dict[str, bool]:
        made = redemptions.claim(pledge=pledge, purchase_minor=spent, way_in=way_in, by=seat)
        return {"whole": made.amount_minor == spent}

    return keys.once(
        actor=str(seat.pk),
        operation="redemption.claim",
        key=form.cleaned_data["form_key"],
        request={"pledge": str(pledge.pk), "spent": spent},
        effect=effect,
    )
