"""All that the alliance knows of businesses, as text: what an export writes and an import compares.

Both go through here, so that bringing in what was taken out changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects

from alliance.money import major
from members.models import (
    Business,
    Membership,
    MembershipPeriod,
    Relief,
    Representative,
    RepresentativeKind,
    Segment,
    SizeBand,
    Status,
)
from members.queries.memberships import status_of, today

_FIRST = {kind: place for place, kind in enumerate(RepresentativeKind.values)}
# Fields that stand in the business's row under their own name and are text there.
PLAIN = (
    "slug",
    "trade_name",
    "legal_name",
    "blurb",
    "street",
    "city",
    "neighbourhood",
    "region",
    "postal_code",
    "phone",
    "email",
    "website",
)


@dataclass
class Known:
    """A business with its membership and the people who speak for it."""

    business: Business
    membership: Membership | None = None
    status: Status | None = None
    people: list[Representative] = field(default_factory=list)

    @property
    def terms(self) -> list[MembershipPeriod]:
        """The terms that stand, the earliest first."""
        rows = self.membership.periods.all() if self.membership else ()
        return sorted((p for p in rows if not p.voided_on), key=lambda p: p.ends_on)

    @property
    def paid_until(self) -> date | None:
        """The last day that any standing term covers."""
        return self.terms[-1].ends_on if self.terms else None


def known_of(businesses: Iterable[Business]) -> dict[UUID, Known]:
    """What is known of each, in a fixed number of queries."""
    found = {business.pk: Known(business) for business in businesses}
    memberships = list(Membership.objects.filter(business__in=found).select_related("tier"))
    prefetch_related_objects(memberships, "periods", "holds", "cancellations")
    day = today()
    for membership in memberships:
        known = found[membership.business_id]
        known.membership, known.status = membership, status_of(membership, day)
    people = Representative.objects.live().filter(business__in=found)
    for person in people.select_related("seat__person").order_by("created_at", "id"):
        found[person.business_id].people.append(person)
    for known in found.values():
        known.people.sort(key=lambda person: _FIRST.get(person.kind, 9))
    return found


def texts_of(known: Known) -> dict[str, str]:
    """Each field as its cell reads; what is not known is empty."""
    business = known.business
    texts = {name: str(getattr(business, name)) for name in PLAIN}
    texts |= {
        "segment": _label(Segment, business.segment),
        "categories": "; ".join(business.categories),
        "founded_year": _text(business.founded_year),
        "size_band": _label(SizeBand, business.size_band),
        "at_location_since": _text(business.at_location_since),
        "latitude": _text(business.latitude),
        "longitude": _text(business.longitude),
    }
    return texts | _of_first_person(known) | _of_membership(known)


def other_people(known: Known) -> str:
    """Those after the first, as one cell."""
    rows = [representative.seat.person for representative in known.people[1:]]
    return "; ".join(f"{p.name} <{p.email}>" if p.name else p.email for p in rows)


def _of_first_person(known: Known) -> dict[str, str]:
    if not known.people:
        return dict.fromkeys(("contact_name", "contact_email", "contact_kind"), "")
    first = known.people[0]
    return {
        "contact_name": first.seat.person.name,
        "contact_email": first.seat.person.email,
        "contact_kind": _label(RepresentativeKind, first.kind),
    }


def _of_membership(known: Known) -> dict[str, str]:
    names = ("tier", "dues", "relief", "joined_on", "paid_from", "paid_until", "paid_on", "status")
    membership = known.membership
    if membership is None or known.status is None:
        return dict.fromkeys(names, "")
    term = known.terms[-1] if known.terms else None
    return {
        "tier": membership.tier.name,
        "dues": str(major(membership.term_minor, membership.tier.currency)),
        "relief": _label(Relief, membership.relief) if membership.relief != Relief.NONE else "",
        "joined_on": _text(membership.joined_on),
        "paid_from": _text(term and term.starts_on),
        "paid_until": _text(term and term.ends_on),
        "paid_on": _text(term and term.paid_on),
        "status": str(known.status.label),
    }


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value
