"""Tiers as the staff see them: who has them, and what joining today costs."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from members.models import Tier
from members.queries.memberships import today
from members.rules import term_rule
from members.terms import Term, price_of, term_from


@dataclass(frozen=True)
class Joining:
    """What somebody who joins on a day pays, for which term; then what, for which."""

    first: Term
    first_minor: int
    next: Term
    next_minor: int


def with_counts() -> QuerySet[Any]:
    """Every tier with how many `members` have it, those that can be chosen first."""
    rows = Tier.objects.annotate(members=Count("memberships"))
    return rows.order_by("-retired_at", "price_minor", "name")


def joining(tier: Tier, day: date | None = None) -> Joining:
    """What joining on that day (today) costs at the tier's own price."""
    rule = term_rule(tier)
    first = term_from(day or today(), rule)
    following = term_from(date.fromordinal(first.ends_on.toordinal() + 1), rule)
    return Joining(
        first=first,
        first_minor=price_of(first, tier.price_minor, rule),
        next=following,
        next_minor=price_of(following, tier.price_minor, rule),
    )
