"""Breakfasts, workshops and conferences: planned, answered for, held, and told again.

Everything goes through the services, while the clock stands at the moment when
it would have happened. Chance is seeded by the gathering's slug.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import cycle
from typing import Any

from alliance import clock
from alliance.models import Seat
from demo.content import FOLDER, Alliance, Customer
from gatherings.models import Gathering, Kind, Occurrence
from gatherings.recurrence import LAST, Every, Rule, nth_of, to_text
from gatherings.services import attendance, dates, gatherings, rsvps
from members.models import Business

WORDING = "You may write to me about this event: a confirmation, reminders, changes."
# Of those who had a place, how many came.
CAME = 0.82
# A past date is announced so long before; a coming one was planned some time ago.
BEFORE = timedelta(days=24)


def load(
    alliance: Alliance,
    *,
    businesses: Mapping[str, Business],
    owners: Mapping[str, Seat],
    staff: Mapping[str, Seat],
    now: datetime,
) -> None:
    """Every gathering of an alliance with its people; the staff and owners come too."""
    keeper = staff["community"]
    # From the list's end: the drives take their crowds from its beginning.
    crowd = cycle(reversed(alliance.customers))
    insiders = [*owners.values(), *staff.values()]
    for told in _told(alliance):
        host = businesses.get(told.get("host", ""))
        made = _write(told, host=host, by=owners.get(told.get("host", ""), keeper), now=now)
        if told.get("proposal"):
            with clock.at(now - timedelta(days=2)):
                gatherings.submit_gathering(gathering=made, by=owners[told["host"]])
            continue
        with clock.at(_begun(told, now) + timedelta(hours=3)):
            gatherings.publish_gathering(gathering=made, by=keeper)
        _change_some(told, made, by=keeper, now=now)
        _answer(told, made, crowd=crowd, insiders=insiders, now=now)
        _hold(told, made, by=keeper, now=now)
        if reason := told.get("cancelled"):
            with clock.at(now - timedelta(hours=30)):
                gatherings.cancel_gathering(gathering=made, reason=reason, by=keeper)


def _told(alliance: Alliance) -> list[dict[str, Any]]:
    path = FOLDER / alliance.slug / "gatherings.json"
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _begun(told: Mapping[str, Any], now: datetime) -> datetime:
    """When it was written down: before its first date, and before today."""
    first = now + timedelta(days=min(told["first_in_days"], 0))
    return first - BEFORE


def _write(told: Mapping[str, Any], *, host: Business | None, by: Seat, now: datetime) -> Gathering:
    first = _first_day(told, now)
    with clock.at(_begun(told, now)):
        return gatherings.write_gathering(
            by=by,
            slug=told["slug"],
            title=told["title"],
            kind=Kind(told["kind"]),
            words=told["words"],
            hashtag=told.get("hashtag", ""),
            business=host,
            place_name=told.get("place", ""),
            address=told.get("address", ""),
            online_url=told.get("online", ""),
            starts_on=first,
            starts_time=time.fromisoformat(told["time"]),
            minutes=told["minutes"],
            repeats=_rule(told.get("repeats"), first),
            capacity=told["capacity"],
            audience=told.get("audience", "public"),
        )


def _first_day(told: Mapping[str, Any], now: datetime) -> date:
    """The next such weekday after so many days; with `nth`, the next that is so in its month."""
    day = (now + timedelta(days=told["first_in_days"])).date()
    day += timedelta(days=(told["weekday"] - day.weekday()) % 7)
    nth = (told.get("repeats") or {}).get("nth")
    while nth is not None and nth_of(day) != nth:
        day += timedelta(days=7)
    return day


def _rule(told: Mapping[str, Any] | None, first: date) -> str:
    if told is None:
        return ""
    if told["every"] == "week":
        rule = Rule(Every.WEEK, told["interval"], (first.weekday(),), count=told["count"])
    else:
        nth = nth_of(first) if nth_of(first) <= 4 else LAST
        rule = Rule(Every.MONTH, 1, (first.weekday(),), nth=nth, count=told["count"])
    return to_text(rule)


def _dates(gathering: Gathering) -> list[Occurrence]:
    found = Occurrence.objects.filter(gathering=gathering)
    return list(found.select_related("gathering__business").order_by("original_day"))


def _change_some(told: Mapping[str, Any], made: Gathering, *, by: Seat, now: datetime) -> None:
    """One date moved, one called off, as the file says; both lie ahead."""
    planned = _dates(made)
    if move := told.get("move"):
        chosen = planned[move["date"]]
        shift = timedelta(days=move["days"])
        with clock.at(now - timedelta(days=6)):
            dates.change_date(
                occurrence=chosen,
                by=by,
                starts_at=chosen.starts_at + shift,
                ends_at=chosen.ends_at + shift,
                title=move["title"],
                place_name=move["place"],
                address=move["address"],
            )
    if cancel := told.get("cancel"):
        with clock.at(now - timedelta(days=5)):
            dates.cancel_date(occurrence=planned[cancel["date"]], reason=cancel["reason"], by=by)


def _answer(
    told: Mapping[str, Any],
    made: Gathering,
    *,
    crowd: Iterator[Customer],
    insiders: Sequence[Seat],
    now: datetime,
) -> None:
    """So many come to each date, in order; the first date's line waits behind them."""
    chance = random.Random(told["slug"])
    for place, (occurrence, coming) in enumerate(zip(_dates(made), told["coming"], strict=False)):
        if occurrence.is_cancelled:
            continue
        latest = min(occurrence.starts_at, now) - timedelta(hours=3)
        earliest = max(_begun(told, now) + timedelta(hours=4), latest - timedelta(days=18))
        wanted = coming + (told["waiting"] if place == 0 else 0)
        moments = sorted(earliest + chance.random() * (latest - earliest) for _n in range(wanted))
        is_inside = occurrence.gathering.audience == "members"
        own = chance.sample(list(insiders), min(len(insiders), 1 + coming // 6))
        for moment in moments:
            with clock.at(moment):
                if own and (is_inside or chance.random() < 0.25):
                    _come(occurrence, own.pop())
                else:
                    _ask_and_confirm(occurrence, next(crowd))


def _come(occurrence: Occurrence, seat: Seat) -> None:
    rsvps.come(occurrence=occurrence, person=seat.person, seat=seat, wording=WORDING)


def _ask_and_confirm(occurrence: Occurrence, customer: Customer) -> None:
    answer = rsvps.Answer(email=customer.email, name=customer.name, wording=WORDING)
    rsvp = rsvps.ask(occurrence=occurrence, answer=answer)
    rsvps.confirm(rsvp=rsvp, version=rsvp.version)


def _hold(told: Mapping[str, Any], made: Gathering, *, by: Seat, now: datetime) -> None:
    """Who came to the dates that are over, unless nobody has counted yet."""
    chance = random.Random(f"{told['slug']} came")
    for occurrence in _dates(made):
        if occurrence.ends_at > now or occurrence.is_cancelled or told.get("uncounted"):
            continue
        with clock.at(occurrence.starts_at + timedelta(minutes=10)):
            for rsvp in occurrence.rsvps.filter(state="coming").order_by("created_at"):
                if chance.random() < CAME:
                    attendance.record(rsvp=rsvp, by=by)
            if chance.random() < 0.5:
                attendance.walk_in(occurrence=occurrence, name="A neighbour", by=by)
