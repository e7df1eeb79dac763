"""Gatherings as iCalendar (RFC 5545): one date for a letter, any set of them for a feed.

A gathering that repeats is one entry with its rule: dates that were called off
are left out (EXDATE), dates that were moved or renamed follow as entries of
their own (RECURRENCE-ID). Dates that a later rule no longer names, but that
people answered for, stand by themselves.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import groupby

from django.conf import settings
from icalendar import Calendar, Event, Timezone, vRecur, vText

from alliance import clock
from alliance.tenancy.scope import current_alliance
from gatherings.models import Gathering, Occurrence
from gatherings.recurrence import days, instants

PRODUCT = "-//Commonweal//Gatherings//EN"
# How often a program may ask again.
REFRESH = timedelta(hours=6)


def one_date(occurrence: Occurrence, *, shows_online: bool, is_off: bool = False) -> str:
    """One date as a file of its own; `is_off` says that it is called off for its reader."""
    event = _single(occurrence, shows_online=shows_online, is_off=is_off)
    return _calendar([event], [occurrence.gathering.timezone], [occurrence])


def single_dates(occurrences: Sequence[Occurrence], *, name: str) -> str:
    """A person's dates as a feed, with the addresses for those who join from afar."""
    events = [_single(occurrence, shows_online=True) for occurrence in occurrences]
    zones = {occurrence.gathering.timezone for occurrence in occurrences}
    return _calendar(events, sorted(zones), occurrences, name=name)


def chosen_dates(dates: Sequence[tuple[Occurrence, bool]], *, name: str) -> str:
    """Dates as a feed, each with whether its reader comes and so sees the address online."""
    events = [_single(occurrence, shows_online=is_coming) for occurrence, is_coming in dates]
    zones = {occurrence.gathering.timezone for occurrence, _ in dates}
    return _calendar(events, sorted(zones), [occurrence for occurrence, _ in dates], name=name)


def feed(occurrences: Iterable[Occurrence], *, name: str) -> str:
    """Any set of gatherings as a feed: an alliance's, a group's, one gathering's.

    Args:
        occurrences: all dates of these gatherings, each with its `gathering`
            (and that with its `business`) loaded; nothing more is asked.
    """
    ordered = sorted(occurrences, key=lambda each: (str(each.gathering_id), each.original_day))
    events, zones = [], set()
    for _pk, group in groupby(ordered, key=lambda each: each.gathering_id):
        dates = list(group)
        gathering = dates[0].gathering
        zones.add(gathering.timezone)
        events += _series(gathering, dates)
    return _calendar(events, sorted(zones), ordered, name=name)


def _calendar(
    events: Sequence[Event],
    zones: Sequence[str],
    occurrences: Sequence[Occurrence],
    *,
    name: str = "",
) -> str:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    if name:
        # The library knows no type for them, and would write a comma or a line's end as it is.
        calendar.add("name", vText(name))
        calendar.add("x-wr-calname", vText(name))
        calendar.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    years = {each.starts_at.year for each in occurrences} or {clock.now().year}
    for zone in zones:
        if zone != "UTC":
            calendar.add_component(_timezone(zone, min(years), max(years)))
    for event in events:
        calendar.add_component(event)
    return str(calendar.to_ical().decode())


@lru_cache(maxsize=64)
def _timezone(name: str, first: int, last: int) -> Timezone:
    # A rule's start may lie a year before the dates that are shown, its end two behind.
    return Timezone.from_tzid(
        name, first_date=date(first - 1, 1, 1), last_date=date(last + 3, 1, 1)
    )


def _single(occurrence: Occurrence, *, shows_online: bool, is_off: bool = False) -> Event:
    event = _described(occurrence, shows_online=shows_online)
    event.add("uid", f"date-{occurrence.pk}@{settings.PLATFORM_HOST}")
    event.add("sequence", occurrence.sequence)
    event.add("status", "CANCELLED" if is_off or occurrence.is_cancelled else "CONFIRMED")
    return event


def _series(gathering: Gathering, dates: Sequence[Occurrence]) -> list[Event]:
    rule = gathering.rule
    named = set(days(rule, gathering.starts_on)) if rule else set()
    if rule is None or not named & {each.original_day for each in dates}:
        return [_single(each, shows_online=False) for each in dates]
    known = {each.original_day: each for each in dates}
    is_off = gathering.is_cancelled
    left_out = sorted(
        day for day in named if day not in known or (known[day].cancelled_at and not is_off)
    )
    series = [_master(gathering, left_out)]
    for each in dates:
        if each.original_day not in named:
            series.append(_single(each, shows_online=False))
        elif each.original_day not in left_out and _is_special(each):
            series.append(_exception(each))
    return series


def _master(gathering: Gathering, left_out: Sequence[date]) -> Event:
    rule = gathering.rule
    assert rule is not None
    first = Occurrence(gathering=gathering, original_day=gathering.starts_on)
    first.starts_at, first.ends_at = _planned(gathering, gathering.starts_on)
    event = _described(first, shows_online=False)
    event["url"] = current_alliance().url(gathering.get_absolute_url())
    recur = vRecur.from_ical(gathering.repeats)
    if rule.until:
        # The last moment that may be a date, in UTC as the standard asks where a zone is named.
        recur["UNTIL"] = [_planned(gathering, rule.until)[0]]
    event.add("rrule", recur)
    if left_out:
        starts = [_planned(gathering, day)[0].astimezone(gathering.zone) for day in left_out]
        event.add("exdate", starts)
    event.add("uid", _uid(gathering))
    event.add("sequence", gathering.sequence)
    event.add("status", "CANCELLED" if gathering.is_cancelled else "CONFIRMED")
    return event


def _exception(occurrence: Occurrence) -> Event:
    gathering = occurrence.gathering
    event = _described(occurrence, shows_online=False)
    event.add("uid", _uid(gathering))
    planned = _planned(gathering, occurrence.original_day)[0]
    event.add("recurrence-id", planned.astimezone(gathering.zone))
    event.add("sequence", gathering.sequence)
    event.add("status", "CANCELLED" if occurrence.is_cancelled else "CONFIRMED")
    return event


def _described(occurrence: Occurrence, *, shows_online: bool) -> Event:
    gathering, alliance = occurrence.gathering, current_alliance()
    event = Event()
    event.add("dtstamp", gathering.changed_at.astimezone(UTC))
    event.add("last-modified", gathering.changed_at.astimezone(UTC))
    event.add("summary", occurrence.name)
    event.add("dtstart", occurrence.local_start)
    event.add("dtend", occurrence.local_end)
    if gathering.shown_words:
        event.add("description", gathering.shown_words)
    where = occurrence.where or (occurrence.online if shows_online else "")
    if where:
        event.add("location", where)
    if shows_online and occurrence.online:
        event.add("conference", occurrence.online, parameters={"value": "URI"})
    if gathering.latitude is not None and not occurrence.is_elsewhere:
        event.add("geo", (float(gathering.latitude), float(gathering.longitude or 0)))
    event.add("url", alliance.url(occurrence.get_absolute_url()))
    event.add("categories", [gathering.get_kind_display()])
    if alliance.contact_email:
        organiser = gathering.business.trade_name if gathering.business else alliance.name
        event.add("organizer", f"mailto:{alliance.contact_email}", parameters={"CN": organiser})
    return event


def _is_special(occurrence: Occurrence) -> bool:
    own = (occurrence.title, occurrence.place_name, occurrence.address)
    return occurrence.moved_at is not None or any(own)


def _planned(gathering: Gathering, day: date) -> tuple[datetime, datetime]:
    return instants(day, gathering.starts_time, gathering.minutes, gathering.zone)


def _uid(gathering: Gathering) -> str:
    return f"gathering-{gathering.pk}@{settings.PLATFORM_HOST}"
