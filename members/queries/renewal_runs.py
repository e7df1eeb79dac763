"""Whose term ends in a month, and what renewing it would cost."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from members.models import (
    Business,
    Invoice,
    Membership,
    MembershipPeriod,
    Representative,
    RepresentativeKind,
    Status,
)
from members.queries.memberships import today
from members.queries.standing import standing
from members.rules import term_rule
from members.terms import Term, next_term, price_of, same_day_later

# Months that the page offers: the last one, this one, the year to come.
BACK, AHEAD = 1, 12
MOST = 5000


@dataclass(frozen=True)
class Ending:
    """A term that ends in the month: the invoice that renews it, or why there will be none."""

    membership: Membership
    ends_on: date
    amount_minor: int
    has_email: bool
    invoice: Invoice | None
    status: Status

    @property
    def is_left_out(self) -> bool:
        """Who left or is suspended is not asked."""
        return self.status in (Status.CANCELLED, Status.SUSPENDED)

    @property
    def is_to_issue(self) -> bool:
        return self.invoice is None and not self.is_left_out


@dataclass(frozen=True)
class Preview:
    """All that a run of this month would do, before it does it."""

    month: date
    endings: Sequence[Ending]

    @property
    def to_issue(self) -> list[Ending]:
        return [ending for ending in self.endings if ending.is_to_issue]

    @property
    def sum_minor(self) -> int:
        return sum(ending.amount_minor for ending in self.to_issue)

    @property
    def invoiced(self) -> int:
        return sum(ending.invoice is not None for ending in self.endings)

    @property
    def left_out(self) -> int:
        return sum(ending.invoice is None and ending.is_left_out for ending in self.endings)

    @property
    def without_email(self) -> int:
        return sum(not ending.has_email for ending in self.to_issue)


def months() -> list[date]:
    """The first days of the months that can be chosen."""
    first = today().replace(day=1)
    return [same_day_later(first, n) for n in range(-BACK, AHEAD + 1)]


def preview(month: date) -> Preview:
    """What renewing every term that ends in this month comes to, by the members' names."""
    last = same_day_later(month, 1) - timedelta(days=1)
    kept = MembershipPeriod.objects.filter(voided_on__isnull=True)
    rows: QuerySet[Any] = standing()
    found = list(
        rows.filter(paid_until__gte=month, paid_until__lte=last)
        .select_related("tier", "business")
        .prefetch_related(Prefetch("periods", kept, "standing_periods"))
        .order_by("business__trade_name", "pk")[:MOST]
    )
    known = _invoices(month, last)
    reached = _with_email(membership.business for membership in found)
    day = today()
    endings = [
        Ending(
            membership=membership,
            ends_on=membership.paid_until,
            amount_minor=_price(membership, day),
            has_email=membership.business_id in reached,
            invoice=known.get((membership.pk, membership.paid_until)),
            status=Status(membership.status),
        )
        for membership in found
    ]
    return Preview(month=month, endings=endings)


def _price(membership: Any, day: date) -> int:
    rule = term_rule(membership.tier)
    taken = [Term(p.starts_on, p.ends_on) for p in membership.standing_periods]
    return price_of(next_term(day, taken, rule), membership.term_minor, rule)


def _invoices(first: date, last: date) -> dict[tuple[UUID, date], Invoice]:
    rows = Invoice.objects.filter(renews_from__gte=first, renews_from__lte=last).order_by("id")
    return {
        (invoice.membership_id, invoice.renews_from): invoice
        for invoice in rows
        if not invoice.is_credited
    }


def _with_email(businesses: Iterable[Business]) -> set[UUID]:
    """Those to whom a letter finds its way, as `billing.email` would send it."""
    found = list(businesses)
    people = Representative.objects.live().filter(
        business__in=found, kind__in=(RepresentativeKind.BILLING, RepresentativeKind.OWNER)
    )
    by_person = set(people.values_list("business", flat=True))
    return by_person | {business.pk for business in found if business.email}
