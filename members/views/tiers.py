"""Tiers of dues: the list, one of them with a preview, retired, brought back, deleted."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.access import seat_page
from alliance.errors import DomainError
from alliance.models import Seat
from members.forms import problems
from members.forms.tiers import TierForm
from members.models import Tier
from members.queries import tiers as queries
from members.rules import MANAGE_TIERS
from members.services import tiers as services


@seat_page(MANAGE_TIERS)
@require_safe
def tiers(request: HttpRequest) -> HttpResponse:
    """Every tier with its members and what joining today costs; retired ones apart."""
    rows = [
        {"tier": tier, "members": tier.members, "joining": queries.joining(tier)}
        for tier in queries.with_counts()
    ]
    context = {
        "live": [row for row in rows if not row["tier"].retired_at],
        "retired": [row for row in rows if row["tier"].retired_at],
    }
    return render(request, "members/staff/tiers.html", context)


@seat_page(MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def new_tier(request: HttpRequest) -> HttpResponse:
    """A tier that members can choose from now on."""
    return _form_page(request, None)


@seat_page(MANAGE_TIERS)
@require_http_methods(["GET", "HEAD", "POST"])
def tier(request: HttpRequest, tier_id: UUID) -> HttpResponse:
    """Changes what the next invoices of a tier say."""
    return _form_page(request, get_object_or_404(queries.with_counts(), pk=tier_id))


@seat_page(MANAGE_TIERS)
@require_POST
def move(request: HttpRequest, tier_id: UUID, step: str) -> HttpResponse:
    """Retires a tier, brings it back, or deletes one that nobody ever chose."""
    found = get_object_or_404(Tier, pk=tier_id)
    by: Seat = request.seat  # type: ignore[attr-defined]
    steps: dict[str, tuple[Callable[[], object], str]] = {
        "retirement": (
            lambda: services.retire_tier(tier=found, by=by),
            _("“%(tier)s” is retired. Its members keep it; “Bring it back” undoes that."),
        ),
        "return": (
            lambda: services.bring_back_tier(tier=found, by=by),
            _("“%(tier)s” can be chosen again."),
        ),
        "deletion": (
            lambda: services.delete_tier(tier=found, by=by),
            _("“%(tier)s” is deleted. Nobody ever had it."),
        ),
    }
    act, said = steps[step]
    try:
        act()
        messages.success(request, said % {"tier": found.name})
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("members_staff:tiers")


def _form_page(request: HttpRequest, found: Tier | None) -> HttpResponse:
    # A fresh copy for the form, which writes into it while it checks.
    instance = Tier.objects.get(pk=found.pk) if found else None
    form = TierForm(request.POST or None, instance=instance)
    preview = queries.joining(found) if found else None
    if request.method == "POST" and form.is_valid():
        preview = queries.joining(form.drafted)
        if "preview" not in request.POST and (saved := _save(request, form, found)):
            messages.success(request, _("“%(tier)s” is saved.") % {"tier": saved.name})
            return redirect("members_staff:tiers")
    elif form.errors:
        preview = None
    context = {
        "form": form,
        "tier": found,
        "joining": preview,
        "is_preview": "preview" in request.POST and not form.errors,
    }
    return render(
        request, "members/staff/tier_form.html", context, status=422 if form.errors else 200
    )


def _save(request: HttpRequest, form: TierForm, found: Tier | None) -> Tier | None:
    by: Seat = request.seat  # type: ignore[attr-defined]
    try:
        if found is None:
            return services.add_tier(by=by, **form.tier_fields)
        return services.change_tier(tier=found, by=by, **form.tier_fields)
    except (DomainError, ValidationError) as error:
        problems.show(form, error)
    return None
