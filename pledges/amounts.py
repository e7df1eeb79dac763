"""What a pledge may be: $20 to $2,000 in steps of $10, for 6, 9 or 12 months.

Amounts are integer minor units of a currency with two decimals.
"""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.db.models import F, Q
from django.db.models.functions import Mod

LEAST_MINOR = 20_00
MOST_MINOR = 2_000_00
STEP_MINOR = 10_00
SUGGESTED_MINOR = 240_00
TERMS = (6, 9, 12)


def is_allowed(minor: int) -> bool:
    """Whether a pledge may have this amount."""
    return LEAST_MINOR <= minor <= MOST_MINOR and minor % STEP_MINOR == 0


def amount_is_allowed(column: str) -> Q:
    """The same rule for a CHECK constraint on a column."""
    return Q(**{f"{column}__gte": LEAST_MINOR, f"{column}__lte": MOST_MINOR}) & Q(
        **{f"{column}__exact": F(column) - Mod(F(column), STEP_MINOR)}
    )


def end_of_day(moment: datetime, zone: ZoneInfo, *, days: int = 0, months: int = 0) -> datetime:
    """The local midnight that ends the day so many days and months after an instant.

    A deadline "on 30 June" ends when 1 July begins in the alliance's zone,
    whatever the clocks did in between.
    """
    day = moment.astimezone(zone).date() + relativedelta(months=months) + timedelta(days=days)
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone)
