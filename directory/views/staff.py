"""The desk's listings: all of them, and one with everything that belongs to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from alliance.access import seat_for, seat_page
from alliance.pages import text_page_of
from directory.forms.desk import FindForm, PauseForm
from directory.models import Correction, Referral
from directory.queries import desk
from directory.queries.ownership import standing_of
from directory.rules import CONFIRM_OWNERSHIP, MANAGE_LISTINGS, SEE_LISTINGS
from directory.views.keepers import Keeper
from directory.views.own import overview
from members.models import Business
from members.queries.memberships import today
from members.views.own import set_member

SHOWN = 5


@seat_page(SEE_LISTINGS)
@require_safe
def listings(request: HttpRequest) -> HttpResponse:
    """Listings by name, with what can be said against each; how many there are of each kind."""
    form = FindForm(request.GET)
    rows = desk.listings(words=form.words)
    show = request.GET.get("show", "")
    page = text_page_of(desk.showing(rows, show), request, field="name")
    statuses = desk.statuses(page.rows)
    for row in page.rows:
        row.status = statuses.get(row.pk, "")
        row.is_public = row.until is not None and row.until >= today()
    counts = desk.counts(rows)
    context = {
        "form": form,
        "show": show,
        "kinds": [(name, label, counts[name]) for name, label in desk.SHOWS.items()],
        "public": counts[desk.PUBLIC],
        "is_filtered": bool(form.words or show),
        "page": page,
    }
    return render(request, "directory/staff/listings.html", context)


@seat_page(SEE_LISTINGS)
@require_safe
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """One listing: as it is shown, its draft and history, who said what about it."""
    business = get_object_or_404(Business, slug=slug)
    set_member(request, business)
    held = request.seats  # type: ignore[attr-defined]
    keeper = Keeper(business, request.seat, is_staff=True)  # type: ignore[attr-defined]
    corrections = Correction.objects.filter(business=business)
    context = {
        **overview(request, keeper),
        "ownership": standing_of(business),
        "corrections": corrections.select_related("settler__person")[:SHOWN],
        "referrals": Referral.objects.filter(business=business)[:SHOWN],
        "pause_form": PauseForm(),
        "may_manage": seat_for(held, MANAGE_LISTINGS) is not None,
        "may_confirm": seat_for(held, CONFIRM_OWNERSHIP) is not None,
    }
    return render(request, "directory/staff/listing.html", context)
