"""Tiers: made, changed, retired; never deleted, since memberships and invoices name them."""

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from alliance.tenancy.scope import current_alliance
from members.models import Invoice, Membership, Tier

# What a term of the tier is; the rest is what it costs and brings.
TERMS = frozenset({"term_kind", "term_months", "rollover_month", "rollover_day"})


@transaction.atomic
def add_tier(*, name: str, price_minor: int, by: Seat | None, **fields: Any) -> Tier:
    """A tier of dues, priced a term in minor units of the alliance's currency.

    Raises:
        django.core.exceptions.ValidationError: a field that does not fit.
    """
    tier = Tier(name=name, price_minor=price_minor, currency=current_alliance().currency, **fields)
    tier.full_clean()
    tier.save()
    audit.record(by=by, action="tier.added", subject=tier, price_minor=price_minor)
    return tier


@transaction.atomic
def change_tier(*, tier: Tier, by: Seat | None, **fields: Any) -> Tier:
    """Changes what the next invoice will say; invoices that are out stay as they are.

    Raises:
        DomainError: its terms would change while somebody is asked to pay for one.
        django.core.exceptions.ValidationError: a field that does not fit.
    """
    tier = _locked(tier)
    before = {name: getattr(tier, name) for name in fields}
    changed = {name: [old, fields[name]] for name, old in before.items() if old != fields[name]}
    if not changed:
        return tier
    if set(changed) & TERMS:
        _must_not_be_asked_for(tier)
    for name in changed:
        setattr(tier, name, fields[name])
    tier.full_clean()
    tier.save(update_fields=list(changed))
    audit.record(by=by, action="tier.changed", subject=tier, changed=changed)
    return tier


@transaction.atomic
def retire_tier(*, tier: Tier, by: Seat | None) -> Tier:
    """Takes a tier off the joining page; its members keep it until they choose another.

    Raises:
        DomainError: it is retired already.
    """
    tier = _locked(tier)
    if tier.retired_at:
        raise DomainError(_("This tier is retired already."))
    tier.retired_at = clock.now()
    tier.save(update_fields=["retired_at"])
    audit.record(by=by, action="tier.retired", subject=tier)
    return tier


@transaction.atomic
def bring_back_tier(*, tier: Tier, by: Seat | None) -> Tier:
    """Offers a retired tier again.

    Raises:
        DomainError: it is not retired.
    """
    tier = _locked(tier)
    if not tier.retired_at:
        raise DomainError(_("This tier is not retired."))
    tier.retired_at = None
    tier.save(update_fields=["retired_at"])
    audit.record(by=by, action="tier.brought_back", subject=tier)
    return tier


@transaction.atomic
def delete_tier(*, tier: Tier, by: Seat | None) -> None:
    """Deletes a tier that nobody ever chose.

    Raises:
        DomainError: somebody did; retire it instead.
    """
    tier = _locked(tier)
    members = Membership.objects.filter(tier=tier).count()
    audit.record(by=by, action="tier.deleted", subject=tier, name=tier.name)
    try:
        tier.delete()
    except ProtectedError as error:
        raise DomainError(
            _(
                "“%(tier)s” cannot be deleted: %(who)s. Retire it, and nobody can choose it "
                "any more."
            )
            % {"tier": tier.name, "who": _who_has_it(members)}
        ) from error


def _who_has_it(members: int) -> str:
    if not members:
        return _("applications, invoices or past terms name it")
    return ngettext("%d member has it", "%d members have it", members) % members


def _must_not_be_asked_for(tier: Tier) -> None:
    """A term is counted when it is paid for, and should be the one that the invoice names."""
    open_ones = Invoice.objects.open().filter(lines__tier=tier).distinct().count()
    if open_ones:
        raise DomainError(
            ngettext(
                "%d invoice for this tier is still to be paid, for terms as they are now. Make "
                "another tier for the new terms, and retire this one.",
                "%d invoices for this tier are still to be paid, for terms as they are now. Make "
                "another tier for the new terms, and retire this one.",
                open_ones,
            )
            % open_ones,
            field="term_kind",
        )


def _locked(tier: Tier) -> Tier:
    return Tier.objects.select_for_update().get(pk=tier.pk)
