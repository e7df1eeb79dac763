"""The till's code: six digits of a business that change every minute and are stored nowhere.

They are HMAC over the business and the minute with the installation's key, so
that every server computes the same ones. The code of the minute before is
still good, for whoever was typing; that of the minute after, for a server
whose clock is a little behind another's.
"""

import hmac
from datetime import datetime
from enum import Enum
from uuid import UUID

from alliance import links

STEP_SECONDS = 60
DIGITS = 6
PURPOSE = "till-code"
GOOD_STEPS = (0, -1, 1)
# Read off a screen that stopped, or typed on a phone that was put away.
STALE_STEPS = (*range(-10, -1), 2, 3)


class Fit(Enum):
    """What a typed code is."""

    GOOD = "good"
    STALE = "stale"
    WRONG = "wrong"


def code_at(business_id: UUID, moment: datetime) -> str:
    """The code that the till of a business shows at a moment."""
    return _code(business_id, _step(moment))


def seconds_left(moment: datetime) -> int:
    """Until the next code is shown, 1 to 60; the one before is taken for a minute longer."""
    return STEP_SECONDS - int(moment.timestamp()) % STEP_SECONDS


def fit(business_id: UUID, typed: str, moment: datetime) -> Fit:
    """Whether what was typed is the business's code now; it takes as long for each answer."""
    now = _step(moment)
    good = [_is(business_id, now + away, typed) for away in GOOD_STEPS]
    stale = [_is(business_id, now + away, typed) for away in STALE_STEPS]
    if any(good):
        return Fit.GOOD
    return Fit.STALE if any(stale) else Fit.WRONG


def _step(moment: datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def _code(business_id: UUID, step: int) -> str:
    return links.derived_digits(PURPOSE, f"{business_id}:{step}", digits=DIGITS)


def _is(business_id: UUID, step: int, typed: str) -> bool:
    return hmac.compare_digest(_code(business_id, step).encode(), typed.encode())
