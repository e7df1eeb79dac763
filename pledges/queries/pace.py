"""Whether a drive's pledges are kept in time, and who is far behind.

The arithmetic is the specification's: pace is Σ redeemed / Σ(P × elapsed/term)
over standing pledges, in whole days of the alliance's calendar. Elapsed never
counts for more than the term.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import (
    Count,
    DateField,
    DecimalField,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Least, TruncDate
from django.utils import timezone

from alliance import clock
from alliance.tenancy.scope import current_alliance
from pledges.models import Pledge, PledgeDrive, PledgeState
from pledges.models.pledges import STANDING_STATES

EXACT = DecimalField(max_digits=24, decimal_places=6)
# Below an even pace divided by this a pledger is at risk.
SLOW = 2


class Days(Func):
    """Whole days from the second date to the first."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    output_field = IntegerField()


@dataclass(frozen=True)
class DrivePace:
    """How a drive's standing pledges are kept.

    `pace` is 1 where purchases are even with the calendar, None before the
    first day is over. `projected_honour` is the part, from 0 to 1, that will
    have been bought if each goes on as until now. Sums are in minor units;
    `standing` and `at_risk` count people.
    """

    pace: Decimal | None
    projected_honour: Decimal | None
    at_risk: int
    standing: int
    redeemed_minor: int
    expected_minor: int


def drive_pace(drive: PledgeDrive, *, at_risk_days: int) -> DrivePace:
    """The drive's pace in one query, whose answer is one row however many pledges there are.

    Args:
        at_risk_days: the policy's; nobody is at risk before so many days are over.
    """
    begun = Q(elapsed__gt=0)
    found = _with_days(Pledge.objects.filter(drive=drive, state__in=STANDING_STATES)).aggregate(
        standing=Count("pk"),
        redeemed=Coalesce(Sum("honoured_minor"), 0),
        expected=Sum(F("due") / F("term")),
        projected=Sum(
            Least(_exact("honoured_minor") * F("term") / F("elapsed"), _exact("amount_minor")),
            filter=begun,
        ),
        begun_minor=Sum(_exact("amount_minor"), filter=begun),
        at_risk=Count("pk", filter=_slow(at_risk_days)),
    )
    expected = found["expected"] or Decimal(0)
    return DrivePace(
        pace=found["redeemed"] / expected if expected else None,
        projected_honour=found["projected"] / found["begun_minor"]
        if found["begun_minor"]
        else None,
        at_risk=found["at_risk"],
        standing=found["standing"],
        redeemed_minor=found["redeemed"],
        expected_minor=int(expected),
    )


def at_risk(*, at_risk_days: int) -> QuerySet[Pledge]:
    """Pledgers below half of an even pace after `at_risk_days`, whose term is not over."""
    active = Pledge.objects.filter(state=PledgeState.ACTIVE, term_ends_at__gt=clock.now())
    return _with_days(active).filter(_slow(at_risk_days))


def _with_days(pledges: QuerySet[Pledge]) -> QuerySet[Pledge]:
    zone = current_alliance().zone
    today = Cast(Value(timezone.localdate(clock.now(), zone)), DateField())
    began: Any = TruncDate("confirmed_at", tzinfo=zone)
    # The term ends with the midnight after its last day.
    term = Days(TruncDate("term_ends_at", tzinfo=zone), began) - 1
    return (
        pledges.annotate(days=Days(today, began), term=term)
        .annotate(elapsed=Least(F("days"), F("term")))
        .annotate(
            twice=_exact("honoured_minor") * SLOW * F("term"),
            due=_exact("amount_minor") * F("elapsed"),
        )
    )


def _slow(at_risk_days: int) -> Q:
    """h < ½ × P × elapsed/term, in whole numbers: 2 × h × term < P × elapsed."""
    return Q(days__gt=at_risk_days, twice__lt=F("due"))


def _exact(column: str) -> Cast:
    return Cast(F(column), EXACT)
