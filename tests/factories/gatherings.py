"""Gatherings, dates and answers in the state that a test starts from."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from alliance import clock
from alliance.models import Seat
from gatherings.models import Gathering, Occurrence, Rsvp
from gatherings.services import gatherings, rsvps

number = count(1)
WEEKLY = "FREQ=WEEKLY;INTERVAL=1;BYDAY={day};COUNT={times}"
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def in_days(days: int) -> date:
    """A day so far ahead, on a wall clock far west of most."""
    return (clock.now() + timedelta(days=days)).date()


def weekly(first: date, times: int, *, every: int = 1) -> str:
    """A rule for the first day's weekday."""
    return f"FREQ=WEEKLY;INTERVAL={every};BYDAY={DAYS[first.weekday()]};COUNT={times}"


def a_draft(*, by: Seat | None = None, **fields: Any) -> Gathering:
    """A breakfast in a week, from eight to half past nine, as staff write it."""
    return gatherings.write_gathering(
        by=by,
        **{
            "title": f"Breakfast {next(number)}",
            "words": "Coffee is on the house.\n\nBring one question.",
            "place_name": "The Long Table",
            "address": "12 Oak Street",
            "starts_on": in_days(7),
            "starts_time": time(8),
            "minutes": 90,
        }
        | fields,
    )


def a_gathering(*, by: Seat | None = None, **fields: Any) -> Gathering:
    """A published one, with one date."""
    return gatherings.publish_gathering(gathering=a_draft(by=by, **fields), by=by)


def a_series(times: int = 4, *, every: int = 1, **fields: Any) -> Gathering:
    """A published one that repeats by the week."""
    first = fields.pop("starts_on", in_days(7))
    return a_gathering(starts_on=first, repeats=weekly(first, times, every=every), **fields)


def date_of(gathering: Gathering, place: int = 0) -> Occurrence:
    """A gathering's date by its place in time."""
    dates = Occurrence.objects.filter(gathering=gathering).select_related("gathering__business")
    return dates.order_by("original_day")[place]


def a_date(**fields: Any) -> Occurrence:
    """The only date of a published gathering."""
    return date_of(a_gathering(**fields))


def an_answer(email: str = "eve@example.com", **fields: Any) -> rsvps.Answer:
    """What a visitor's form says."""
    return rsvps.Answer(
        **{"email": email, "name": "Eve Castellano", "wording": "You may write to me."} | fields
    )


def an_asked(occurrence: Occurrence, email: str = "eve@example.com", **fields: Any) -> Rsvp:
    """An answer whose link nobody has pressed yet."""
    return rsvps.ask(occurrence=occurrence, answer=an_answer(email, **fields))


def an_rsvp(occurrence: Occurrence, email: str = "eve@example.com", **fields: Any) -> Rsvp:
    """A confirmed answer: coming, or waiting where it is full."""
    rsvp = an_asked(occurrence, email, **fields)
    return rsvps.confirm(rsvp=rsvp, version=rsvp.version)


@contextmanager
def at_the_door(occurrence: Occurrence, *, minutes: int = 5) -> Iterator[datetime]:
    """While a date takes place."""
    moment = occurrence.starts_at + timedelta(minutes=minutes)
    with clock.at(moment):
        yield moment
