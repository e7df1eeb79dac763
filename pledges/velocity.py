"""What is odd about a purchase beside those before it; it is shown to staff, never blocked.

Counts in, reasons out: no database here. The rules are meant to be wrong now
and then, since a lunch hour is fast and a coffee always costs the same.
"""

from dataclasses import dataclass
from datetime import timedelta

from pledges.models import Oddity

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_BY_SEAT_AN_HOUR = 20
MOST_WHOLE_ON_FIRST_DAY = 5
ALIKE_IN_A_ROW = 5
MOST_OF_PLEDGE_A_DAY = 3
MOST_SHOPS_A_DAY = 3


@dataclass(frozen=True)
class Facts:
    """How often each thing happened, this purchase included; 0 where it was not asked."""

    by_seat_within_hour: int = 0
    whole_on_first_day: int = 0
    alike_in_a_row: int = 0
    of_pledge_within_day: int = 0
    shops_within_day: int = 0


def oddities(facts: Facts) -> list[Oddity]:
    """The reasons for which staff should look, in the order of their names' list."""
    found = {
        Oddity.BUSY_SEAT: facts.by_seat_within_hour > MOST_BY_SEAT_AN_HOUR,
        Oddity.WHOLE_AT_ONCE: facts.whole_on_first_day > MOST_WHOLE_ON_FIRST_DAY,
        Oddity.SAME_AMOUNT: facts.alike_in_a_row >= ALIKE_IN_A_ROW,
        Oddity.BUSY_PLEDGE: facts.of_pledge_within_day > MOST_OF_PLEDGE_A_DAY,
        Oddity.MANY_SHOPS: facts.shops_within_day > MOST_SHOPS_A_DAY,
    }
    return [reason for reason, is_odd in found.items() if is_odd]
