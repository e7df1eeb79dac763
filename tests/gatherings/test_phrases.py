"""Rules and hours as people say them."""

from datetime import UTC, date, datetime, time

import pytest

from gatherings import phrases
from gatherings.models import Gathering, Occurrence
from gatherings.recurrence import LAST, BadRule, Every, Fault, Rule, to_text

pytestmark = pytest.mark.usefixtures("in_oak_street")
SECOND_TUESDAY, LAST_FRIDAY, WEDNESDAY = date(2027, 3, 9), date(2027, 3, 26), date(2027, 3, 31)


@pytest.mark.parametrize(
    ("rule", "first", "said"),
    [
        (Rule(Every.WEEK, 1, (1,), count=3), SECOND_TUESDAY, "every Tuesday until 23 March 2027"),
        (Rule(Every.WEEK, 2, (1,), until=date(2027, 6, 30)), SECOND_TUESDAY,
         "every second Tuesday until 29 June 2027"),
        (Rule(Every.WEEK, 1, (1, 3), count=3), SECOND_TUESDAY,
         "every Tuesday and Thursday until 16 March 2027"),
        (Rule(Every.WEEK, 3, (0, 1, 3), count=3), SECOND_TUESDAY,
         "every 3 weeks on Monday, Tuesday and Thursday until 29 March 2027"),
        (Rule(Every.MONTH, 1, (1,), nth=2, count=2), SECOND_TUESDAY,
         "every month on the second Tuesday until 13 April 2027"),
        (Rule(Every.MONTH, 2, (4,), nth=LAST, count=2), LAST_FRIDAY,
         "every second month on the last Friday until 28 May 2027"),
        (Rule(Every.MONTH, 3, month_day=31, count=2), WEDNESDAY,
         "every 3 months on day 31 until 31 December 2027"),
    ],
)  # fmt: skip
def test_how_it_repeats(rule, first, said):
    assert phrases.repeats(Gathering(starts_on=first, repeats=to_text(rule))) == said


def test_one_date_does_not_repeat():
    assert phrases.repeats(Gathering(starts_on=WEDNESDAY)) == ""


@pytest.mark.parametrize("fault", list(Fault))
def test_every_fault_has_a_sentence(fault):
    assert phrases.fault(BadRule(fault)).endswith(".")


@pytest.mark.parametrize(
    ("zone", "end", "said"),
    [
        ("America/Los_Angeles", 18, "Tuesday, 9 March 2027, 8:30 AM – 10:00 AM"),
        ("America/New_York", 18, "Tuesday, 9 March 2027, 11:30 AM – 1:00 PM (Eastern Time)"),
        ("America/Los_Angeles", 42,
         "Tuesday, 9 March 2027, 8:30 AM – Wednesday, 10 March 2027, 10:00 AM"),
    ],
)  # fmt: skip
def test_when_on_whose_clock(zone, end, said):
    gathering = Gathering(timezone=zone, starts_on=SECOND_TUESDAY, starts_time=time(8))
    start = datetime(2027, 3, 9, 16, 30, tzinfo=UTC)
    finish = datetime(2027, 3, 9 + end // 24, end % 24, tzinfo=UTC)
    occurrence = Occurrence(gathering=gathering, starts_at=start, ends_at=finish)
    assert phrases.when(occurrence) == said
