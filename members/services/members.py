"""A member added by hand: the business, its membership, its first term, its owner."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from alliance.models import Seat
from members.models import (
    Business,
    Membership,
    PeriodSource,
    Relief,
    RepresentativeKind,
    Tier,
)
from members.services import businesses, invoices, memberships, representatives


@dataclass(frozen=True)
class Standing:
    """On which terms a business becomes a member; a term given or invoiced, or neither yet."""

    tier: Tier
    joined_on: date | None = None
    agreed_minor: int | None = None
    relief: Relief = Relief.NONE
    given_until: date | None = None
    is_invoiced: bool = False


@dataclass(frozen=True)
class Owner:
    """Who speaks for the business first."""

    email: str
    name: str = ""


@transaction.atomic
def add_member(
    *,
    standing: Standing,
    by: Seat,
    business: Business | None = None,
    details: dict[str, Any] | None = None,
    owner: Owner | None = None,
) -> Membership:
    """Opens a membership for a new business (`details`), or for one that is here already.

    Raises:
        DomainError: the business is here or is a member already, the term is
            upside down, or no invoice may go out yet.
        django.core.exceptions.ValidationError: a detail that does not fit.
    """
    if business is None:
        business = businesses.add_named_business(by=by, **(details or {}))
    membership = memberships.open_membership(
        business=business,
        tier=standing.tier,
        joined_on=standing.joined_on,
        agreed_minor=standing.agreed_minor,
        relief=standing.relief,
        by=by,
    )
    if owner is not None:
        representatives.invite(
            business=business,
            email=owner.email,
            name=owner.name,
            kind=RepresentativeKind.OWNER,
            by=by,
        )
    if standing.given_until is not None:
        memberships.give_term(
            membership=membership,
            starts_on=membership.joined_on,
            ends_on=standing.given_until,
            source=PeriodSource.GIVEN,
            by=by,
        )
    if standing.is_invoiced:
        invoices.issue_dues(membership=membership, key=f"first:{membership.pk}", by=by)
    return membership
