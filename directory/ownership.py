"""Where a claim of local ownership stands on a day. No Django here.

claimed → verified → expiring (the last 60 days) → expired after 24 months;
or revoked, appealed, and then verified again or revoked for good.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

VALID_MONTHS = 24
NOTICE = timedelta(days=60)
# Few outlets: more than this many make a chain.
MOST_OUTLETS = 10
LEAST_PERCENT = 50
# So many other members stand in for one of the staff.
MEMBERS_NEEDED = 2


class State(StrEnum):
    """What can be said of a claim on a day."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    REVOKED = "revoked"
    APPEALED = "appealed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


COUNTS = frozenset({State.VERIFIED, State.EXPIRING})


@dataclass(frozen=True)
class Facts:
    """What is written down of one claim; `is_upheld` is None while nobody has decided."""

    verified_on: date | None = None
    withdrawn_on: date | None = None
    is_revoked: bool = False
    is_appealed: bool = False
    is_upheld: bool | None = None


def expires_on(verified_on: date) -> date:
    """The last day of 24 months."""
    return verified_on + relativedelta(months=VALID_MONTHS, days=-1)


def state_of(day: date, facts: Facts) -> State:
    """The state on that day of what is written down."""
    if facts.withdrawn_on is not None:
        return State.WITHDRAWN
    if facts.is_revoked and not facts.is_upheld:
        if not facts.is_appealed:
            return State.REVOKED
        return State.APPEALED if facts.is_upheld is None else State.REFUSED
    if facts.verified_on is None:
        return State.CLAIMED
    last = expires_on(facts.verified_on)
    if day > last:
        return State.EXPIRED
    return State.EXPIRING if day > last - NOTICE else State.VERIFIED
