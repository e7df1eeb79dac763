"""Opening hours as one reads them over a door: open now, until when; closed, until when.

No Django, no database here. Moments are local wall-clock times without a zone:
a shop that opens at nine opens at nine on the day the clocks change, too.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from directory.content import Hours

# So far ahead the next opening is looked for: past the longest holiday.
DAYS_AHEAD = 31
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True)
class Door:
    """Open or closed, and when that changes; None where it does not within a month."""

    is_open: bool
    changes_at: datetime | None


@dataclass(frozen=True)
class Day:
    """One day's spans in minutes after midnight; `is_special` where the day goes otherwise."""

    on: date
    spans: tuple[tuple[int, int], ...]
    is_special: bool = False
    note: str = ""


def door(hours: Hours, now: datetime) -> Door | None:
    """How the door stands at a local moment; None where no hours are known."""
    if not hours.week and not hours.special:
        return None
    for begins, ends in _stretches(hours, now.date()):
        if ends <= now:
            continue
        if begins <= now:
            is_endless = ends - now > timedelta(days=DAYS_AHEAD - 2)
            return Door(is_open=True, changes_at=None if is_endless else ends)
        return Door(is_open=False, changes_at=begins)
    return Door(is_open=False, changes_at=None)


def day_of(hours: Hours, on: date) -> Day:
    """What holds on a day: the week's hours, unless the day goes otherwise."""
    special = [day for day in hours.special if day.on == on]
    if special:
        spans = sorted(
            (day.opens, day.closes)
            for day in special
            if day.opens is not None and day.closes is not None
        )
        note = next((day.note for day in special if day.note), "")
        return Day(on, tuple(spans), is_special=True, note=note)
    return Day(on, spans_of(hours, on.weekday()))


def spans_of(hours: Hours, weekday: int) -> tuple[tuple[int, int], ...]:
    """A weekday's spans, the earliest first."""
    return tuple(sorted((s.opens, s.closes) for s in hours.week if s.weekday == weekday))


def week_from(hours: Hours, today: date) -> list[Day]:
    """Monday to Sunday as the week has it; today as it really is."""
    monday = today - timedelta(days=today.weekday())
    days = [monday + timedelta(days=number) for number in range(7)]
    return [
        day_of(hours, day) if day == today else Day(day, spans_of(hours, day.weekday()))
        for day in days
    ]


def special_days(hours: Hours, today: date, *, days: int = 30) -> list[Day]:
    """The days after today, within so many, that go otherwise."""
    last = today + timedelta(days=days)
    coming = sorted({day.on for day in hours.special if today < day.on <= last})
    return [day_of(hours, day) for day in coming]


def _stretches(hours: Hours, today: date) -> Iterator[Stretch]:
    """From yesterday on, in order; what touches is one stretch."""
    held: Stretch | None = None
    for begins, ends in sorted(_each(hours, today)):
        if held and begins <= held[1]:
            held = held[0], max(held[1], ends)
            continue
        if held:
            yield held
        held = begins, ends
    if held:
        yield held


def _each(hours: Hours, today: date) -> Iterator[Stretch]:
    for number in range(-1, DAYS_AHEAD + 1):
        day = today + timedelta(days=number)
        midnight = datetime.combine(day, time.min)
        for opens, closes in day_of(hours, day).spans:
            yield midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes)
