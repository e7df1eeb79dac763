"""Writes of the members' room."""

from typing import Any

from django.db import transaction

from alliance.models import Person, Role, Seat
from alliance.services import audit, seats
from alliance.tenancy.scope import current_alliance
from members.models import Business, Representative, RepresentativeKind, Tier


@transaction.atomic
def add_tier(*, name: str, price_minor: int, by: Seat | None) -> Tier:
    """A tier of dues, priced a year in minor units of the alliance's currency."""
    tier = Tier(name=name, price_minor=price_minor, currency=current_alliance().currency)
    tier.full_clean()
    tier.save()
    audit.record(by=by, action="tier.added", subject=tier, price_minor=price_minor)
    return tier


@transaction.atomic
def add_business(*, by: Seat | None, **fields: Any) -> Business:
    """A member business.

    Raises:
        django.core.exceptions.ValidationError: a field that does not fit.
    """
    business = Business(**fields)
    business.full_clean()
    business.save()
    audit.record(by=by, action="business.added", subject=business)
    return business


@transaction.atomic
def add_representative(
    *,
    business: Business,
    person: Person,
    by: Seat | None,
    kind: RepresentativeKind = RepresentativeKind.REP,
) -> Representative:
    """Lets a person speak for a business, with a member's seat; once however often asked."""
    seat = seats.give_seat(person=person, role=Role.MEMBER, by=by)
    representative, is_new = Representative.objects.get_or_create(
        business=business, seat=seat, ended_at=None, defaults={"kind": kind}
    )
    if is_new:
        audit.record(by=by, action="representative.added", subject=representative, kind=kind)
    return representative
