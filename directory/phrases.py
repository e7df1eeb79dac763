"""Opening hours and languages in words, in the reader's language."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time, get_day_names
from babel.numbers import format_decimal
from django.utils.formats import date_format
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from directory import opening
from directory.content import Hours

NARROW_SPACE, FIRM_SPACE = "\u202f", "\u00a0"


@dataclass(frozen=True)
class DayLine:
    """A row of the table of hours, ready to read."""

    name: str
    hours: str
    is_today: bool = False


@dataclass(frozen=True)
class Sign:
    """What hangs in the door now, and the hours beside it."""

    is_open: bool | None
    now: str
    week: tuple[DayLine, ...]
    special: tuple[DayLine, ...]
    by_appointment: bool


def sign_of(hours: Hours, now: datetime) -> Sign:
    """The hours of one place at a local moment."""
    today = now.date()
    door = opening.door(hours, now)
    week = opening.week_from(hours, today) if hours.week else []
    return Sign(
        is_open=door.is_open if door else None,
        now=door_words(door, now) if door else "",
        week=tuple(
            DayLine(weekday(day.on), day_words(day), is_today=day.on == today) for day in week
        ),
        special=tuple(
            DayLine(day_name(day.on), day_words(day)) for day in opening.special_days(hours, today)
        ),
        by_appointment=hours.by_appointment,
    )


def door_words(door: opening.Door, now: datetime) -> str:
    """“Open now, until 6:00 PM”, “Closed, opens Monday at 9:00 AM”."""
    if door.changes_at is None:
        return _("Open day and night") if door.is_open else _("Closed for now")
    at = clock_time(door.changes_at.time())
    if door.is_open:
        return _("Open now, until %(time)s") % {"time": at}
    days = (door.changes_at.date() - now.date()).days
    if days == 0:
        return _("Closed, opens today at %(time)s") % {"time": at}
    if days == 1:
        return _("Closed, opens tomorrow at %(time)s") % {"time": at}
    on = door.changes_at.date()
    name = weekday(on) if days < 7 else day_name(on)
    return _("Closed, opens %(day)s at %(time)s") % {"day": name, "time": at}


def day_words(day: opening.Day) -> str:
    """“9:00 AM – 1:00 PM, 2:00 PM – 6:00 PM”, or that it is closed, with the day's note."""
    spans = ", ".join(f"{minutes(opens)} – {minutes(closes)}" for opens, closes in day.spans)
    words = spans or _("closed")
    return f"{words} ({day.note})" if day.note else words


def week_in_short(hours: Hours) -> str:
    """A line for print: “Mon – Fri 9:00 AM – 6:00 PM · Sat 10:00 AM – 2:00 PM”."""
    names = get_day_names("abbreviated", locale=_locale())
    runs: list[tuple[int, int, tuple[tuple[int, int], ...]]] = []
    for number in range(7):
        spans = opening.spans_of(hours, number)
        if runs and runs[-1][2] == spans:
            runs[-1] = (runs[-1][0], number, spans)
        else:
            runs.append((number, number, spans))
    parts = []
    for first, last, spans in runs:
        if spans:
            days = names[first] if first == last else f"{names[first]} – {names[last]}"
            parts.append(f"{days} {day_words(opening.Day(date.min, spans))}")
    if hours.by_appointment:
        parts.append(_("by appointment"))
    return " · ".join(parts)


def minutes(after_midnight: int) -> str:
    """Minutes after midnight as a time of day; past midnight it is the next day's."""
    return _minutes(after_midnight % 1440, str(_locale()))


@lru_cache(maxsize=2048)
def _minutes(after_midnight: int, locale: str) -> str:
    at = (datetime.min + timedelta(minutes=after_midnight)).time()
    return format_time(at, "short", locale=locale).replace(NARROW_SPACE, FIRM_SPACE)


def clock_time(at: time) -> str:
    """A time of day as people here write it."""
    return _minutes(at.hour * 60 + at.minute, str(_locale()))


def weekday(on: date) -> str:
    """Monday."""
    return format_date(on, "EEEE", locale=_locale())


def day_name(on: date) -> str:
    """Thursday, 26 Nov 2026."""
    return f"{weekday(on)}, {date_format(on, 'j M Y')}"


def kilometres(km: float) -> str:
    """350 m, 2.4 km, 18 km."""
    if km < 0.95:
        return _("%(distance)s m") % {"distance": max(10, round(km * 100) * 10)}
    distance = format_decimal(round(km, 1) if km < 10 else round(km), locale=_locale())
    return _("%(distance)s km") % {"distance": distance}


def language_name(code: str) -> str:
    """A language by its code, with a capital: Spanish."""
    name = _locale().languages.get(code, code)
    return f"{name[:1].upper()}{name[1:]}"


def _locale() -> Locale:
    return Locale.parse(to_locale(get_language() or "en"))
