"""The desk sends customers to members, and sees what came of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from alliance.access import seat_for, seat_page
from alliance.errors import DomainError
from alliance.pages import page_of
from directory.forms.desk import FindForm, ReferralForm
from directory.models import DirectoryEntry, Referral
from directory.queries.correction import correct
from directory.queries.referrals import outcomes
from directory.queries.search import Asked, search
from directory.rules import MANAGE_LISTINGS, SEE_LISTINGS
from directory.services import referrals as services
from members.models import Business


@seat_page(SEE_LISTINGS)
@require_safe
def referrals(request: HttpRequest) -> HttpResponse:
    """What was referred to whom, the newest first, and the year's figures."""
    rows = Referral.objects.select_related("business", "seat__person")
    context = {
        "page": page_of(rows.order_by("-given_at", "-id"), request),
        "figures": outcomes(),
        "may_manage": seat_for(request.seats, MANAGE_LISTINGS) is not None,  # type: ignore[attr-defined]
    }
    return render(request, "directory/staff/referrals.html", context)


@seat_page(MANAGE_LISTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_referral(request: HttpRequest) -> HttpResponse:
    """/staff/referrals/new/?q=: who could do it, and the letter to those who are chosen."""
    find = FindForm(request.GET)
    found = _who_could(find.words)
    form = ReferralForm(request.POST or None, found=found)
    if request.method == "POST" and form.is_valid():
        slugs = form.cleaned_data["businesses"]
        try:
            made = services.give(
                businesses=list(Business.objects.filter(slug__in=slugs)),
                wanted=form.cleaned_data["wanted"],
                contact=form.cleaned_data["contact"],
                by=request.seat,  # type: ignore[attr-defined]
            )
            messages.success(
                request,
                _("Sent to: %(names)s.") % {"names": ", ".join(str(r.business) for r in made)},
            )
            return redirect("directory_staff:referrals")
        except DomainError as error:
            form.add_error(error.field, error.message)
    context = {"find": find, "found": found, "form": form, "asked": find.words}
    return render(
        request, "directory/staff/referral_form.html", context, status=422 if form.errors else 200
    )


def _who_could(words: str) -> list[DirectoryEntry]:
    """Public members who fit these words, the nearest in meaning first; none without words."""
    corrected = correct(words) if words else None
    if corrected is None:
        return []
    ids = [row.entry for row in search(Asked(words=corrected)).rows]
    rows = DirectoryEntry.objects.in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]
