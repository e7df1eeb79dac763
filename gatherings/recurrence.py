"""On which days something takes place that repeats; knows neither the database nor the clock.

A rule is kept in the form of RFC 5545 ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=10"),
of which it uses a small part: weeks with days, months with a day or an nth
weekday, and always an end. `UNTIL` is a local day, the last that may be one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekdays as WEEKDAYS  # noqa: N812

MOST_DATES = 104
MOST_YEARS = 2
MOST_INTERVAL = 12
LAST = -1
DAY_NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Fault(StrEnum):
    """Why a rule is refused."""

    ENDLESS = "endless"
    TWO_ENDS = "two ends"
    TOO_MANY = "too many dates"
    TOO_FAR = "too far ahead"
    NOT_FIRST = "the first day is none of its days"
    UNREADABLE = "not a rule of this kind"


class BadRule(ValueError):
    """A rule that cannot be kept; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Every(StrEnum):
    """What is counted."""

    WEEK = "WEEKLY"
    MONTH = "MONTHLY"


@dataclass(frozen=True)
class Rule:
    """How something repeats.

    Weeks have `weekdays` (0 is Monday). A month has either `month_day` (months
    without it are left out) or `nth` of its first weekday: 1 to 4, or LAST.
    The end is `until`, a day, or `count`, the first date included.
    """

    every: Every
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None
    nth: int | None = None
    until: date | None = None
    count: int | None = None


def days(rule: Rule, first: date) -> list[date]:
    """Its days from the first on, in order.

    Raises:
        BadRule: no end or two, over 104 dates, over two years, or the first
            day is none of its days.
    """
    if not 1 <= rule.interval <= MOST_INTERVAL:
        raise BadRule(Fault.UNREADABLE)
    if rule.until is None and rule.count is None:
        raise BadRule(Fault.ENDLESS)
    if rule.until is not None and rule.count is not None:
        raise BadRule(Fault.TWO_ENDS)
    if rule.count is not None and rule.count > MOST_DATES:
        raise BadRule(Fault.TOO_MANY)
    farthest = first + relativedelta(years=MOST_YEARS)
    if rule.until is not None and rule.until > farthest:
        raise BadRule(Fault.TOO_FAR)
    found = list(islice(_walk(rule, first), MOST_DATES + 1))
    if not found or found[0] != first:
        raise BadRule(Fault.NOT_FIRST)
    if len(found) > MOST_DATES:
        raise BadRule(Fault.TOO_MANY)
    if found[-1] > farthest or (rule.count is not None and len(found) < rule.count):
        raise BadRule(Fault.TOO_FAR)
    return found


def to_text(rule: Rule) -> str:
    """The rule as it is stored."""
    parts = [f"FREQ={rule.every.value}", f"INTERVAL={rule.interval}"]
    if rule.month_day is not None:
        parts.append(f"BYMONTHDAY={rule.month_day}")
    elif rule.weekdays:
        nth = "" if rule.nth is None else str(rule.nth)
        parts.append("BYDAY=" + ",".join(nth + DAY_NAMES[day] for day in sorted(rule.weekdays)))
    if rule.until is not None:
        parts.append(f"UNTIL={rule.until:%Y%m%d}")
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    return ";".join(parts)


def from_text(text: str) -> Rule:
    """The rule that was stored.

    Raises:
        BadRule: a text that `to_text` does not write.
    """
    try:
        parts = dict(part.split("=", 1) for part in text.split(";"))
        by_day = [part for part in parts.get("BYDAY", "").split(",") if part]
        nths = {part[:-2] for part in by_day}
        until = parts.get("UNTIL")
        rule = Rule(
            every=Every(parts["FREQ"]),
            interval=int(parts["INTERVAL"]),
            weekdays=tuple(DAY_NAMES.index(part[-2:]) for part in by_day),
            month_day=int(parts["BYMONTHDAY"]) if "BYMONTHDAY" in parts else None,
            nth=int(nths.pop()) if nths - {""} else None,
            until=datetime.strptime(until, "%Y%m%d").date() if until else None,
            count=int(parts["COUNT"]) if "COUNT" in parts else None,
        )
    except (KeyError, ValueError) as error:
        raise BadRule(Fault.UNREADABLE) from error
    if to_text(rule) != text:
        raise BadRule(Fault.UNREADABLE)
    return rule


def instants(day: date, begins: time, minutes: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When one date begins and ends, in UTC: the same hour on the wall in winter and summer."""
    start = datetime.combine(day, begins, tzinfo=zone).astimezone(UTC)
    return start, start + timedelta(minutes=minutes)


def nth_of(day: date) -> int:
    """Which of its weekday a day is in its month: 2 for a second Tuesday."""
    return (day.day - 1) // 7 + 1


def is_last_of(day: date) -> bool:
    """Whether no later day of its month is the same weekday."""
    return (day + timedelta(days=7)).month != day.month


def _walk(rule: Rule, first: date) -> Iterator[date]:
    start = datetime.combine(first, time.min)
    # One more than may be asked for: what is beyond the bounds is noticed, not walked to.
    stop = datetime.combine(
        rule.until or first + relativedelta(years=MOST_YEARS, months=1), time.max
    )
    named = [
        WEEKDAYS[day] if rule.nth is None else WEEKDAYS[day](rule.nth) for day in rule.weekdays
    ]
    moments = rrule(
        WEEKLY if rule.every is Every.WEEK else MONTHLY,
        dtstart=start,
        interval=rule.interval,
        byweekday=named or None,
        bymonthday=rule.month_day,
        until=stop,
    )
    return (moment.date() for moment in islice(moments, rule.count))
