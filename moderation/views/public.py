"""What anyone reads: how people here look after each other, in words and monthly counts."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance import charts
from alliance.access import person_page, public_page
from alliance.errors import DomainError
from moderation.models import AgreementSet
from moderation.queries import agreements as queries
from moderation.queries import counts
from moderation.services import agreements as services
from moderation.views.found import seats_of


@public_page
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """/moderation/: how it goes, and how often; numbers from five up."""
    months = counts.months()
    known = [month for month in months if _says_something(month)]
    values = [
        charts.Value(
            format_date(month.first_day, "M"), format_date(month.first_day, "F Y"), month.flags
        )
        for month in reversed(months)
    ]
    has_bars = any(value.size for value in values)
    context = {
        "months": months if known else [],
        "drawing": charts.bars(values) if has_bars else None,
    }
    return render(request, "moderation/overview.html", context)


@public_page
@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """/moderation/agreements/: what counts in the whole alliance."""
    current = queries.current(None)
    seats = tuple(request.seats)  # type: ignore[attr-defined]
    context = {
        "agreement_set": current,
        "agreements": list(current.agreements.all()) if current else [],
        "versions": queries.versions(None)[1:],
        "may_accept": bool(seats) and current is not None,
        "has_accepted": bool(
            seats and current is not None and queries.has_accepted(current, seats[0])
        ),
    }
    return render(request, "moderation/agreements.html", context)


@public_page
@require_safe
def agreement_version(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """What counted at another time: the alliance's for everybody, a space's for its own."""
    found = get_object_or_404(AgreementSet.objects.select_related("space"), pk=version_id)
    if not queries.may_read(found, request.seats):  # type: ignore[attr-defined]
        raise Http404
    versions = queries.versions(found.space_id)
    context = {
        "space": found.space,
        "version": next(one for one in versions if one.pk == found.pk),
        "agreements": list(found.agreements.all()),
        "versions": [one for one in versions if one.pk != found.pk],
    }
    return render(request, "moderation/agreement_version.html", context)


@person_page
@require_POST
def accept_agreements(request: HttpRequest) -> HttpResponse:
    """Accepts the version that was read, on record."""
    by = seats_of(request)[0]
    number = request.POST.get("version", "")
    is_number = number.isascii() and number.isdigit() and len(number) < 9
    rows = AgreementSet.objects.filter(space=None, number=int(number) if is_number else 0)
    if (found := rows.first()) is None:
        messages.error(request, _("There is no such version. Please read it again."))
        return redirect("moderation:agreements")
    try:
        services.accept(agreement_set=found, by=by)
        messages.success(request, _("Thank you. It is on record."))
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("moderation:agreements")


def _says_something(month: counts.Month) -> bool:
    numbers = (month.flags, month.actions, month.appeals, month.overturned)
    return any(number for number in numbers)
