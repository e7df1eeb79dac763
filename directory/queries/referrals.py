"""What came of referrals, in figures."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from alliance import clock
from directory.models import Outcome, Referral

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Outcomes:
    """A year's referrals: given, answered, and won."""

    given: int
    answered: int
    won: int


def outcomes() -> Outcomes:
    """Those of the last 365 days."""
    year = Referral.objects.filter(given_at__gt=clock.now() - YEAR).order_by()
    found = year.aggregate(
        given=Count("pk"),
        answered=Count("pk", filter=~Q(outcome="")),
        won=Count("pk", filter=Q(outcome=Outcome.WON)),
    )
    return Outcomes(**found)
