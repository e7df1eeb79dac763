"""Believable opening hours for each kind of business."""

import random
from collections.abc import Callable
from datetime import date, timedelta

from demo.content import Business
from directory.content import Hours, Span, SpecialDay

# Days (0 is Monday) and times; past midnight the hour is above 24.
Week = tuple[tuple[range, float, float], ...]
CLOSED_SUNDAY, CLOSED_MONDAY, EVERY_DAY = range(6), range(1, 7), range(7)
WEEKS: dict[str, tuple[Week, ...]] = {
    "Bakery": (((range(1, 6), 6.5, 14), (range(6, 7), 7, 13)), ((EVERY_DAY, 6, 15),)),
    "Café": (((EVERY_DAY, 7, 17),), ((CLOSED_SUNDAY, 6.5, 18),)),
    "Coffee": (((EVERY_DAY, 6.5, 16),),),
    "Bar": (((range(2, 4), 17, 24), (range(4, 6), 17, 26)), ((EVERY_DAY, 16, 25),)),
    "Brewery": (((range(2, 7), 15, 22),),),
    "Restaurant": (
        ((CLOSED_MONDAY, 11.5, 14.5), (CLOSED_MONDAY, 17, 21.5)),
        ((range(2, 7), 17, 22),),
        ((EVERY_DAY, 11, 21),),
    ),
    "food": (((CLOSED_SUNDAY, 9, 18),), ((EVERY_DAY, 8, 20),)),
    "retail": (((CLOSED_MONDAY, 10, 18),), ((CLOSED_SUNDAY, 10, 19),), ((EVERY_DAY, 11, 18),)),
    "services": (((range(5), 8, 18), (range(5, 6), 9, 14)), ((CLOSED_SUNDAY, 9, 17),)),
    "health": (((range(5), 9, 17),), ((range(5), 8.5, 12), (range(5), 13, 18))),
    "arts": (((range(2, 7), 12, 19),), ((range(3, 7), 11, 18),)),
    "trades": (((range(5), 7.5, 16),),),
    "professional": (((range(5), 9, 17),), ((range(5), 9, 12), (range(5), 13, 17))),
    "making": (((range(1, 6), 9, 17),), ((range(5), 8, 16),)),
}
MARKETS = {"friday": 4, "saturday": 5}
BY_APPOINTMENT = {"professional": 0.5, "trades": 0.6, "health": 0.3, "arts": 0.2, "making": 0.2}
UNSAID = 0.06


def hours_of(found: Business, chance: random.Random, *, day: date) -> Hours:
    """A week and the holidays ahead; a few have not said any."""
    if chance.random() < UNSAID:
        return Hours()
    kind = next((name for name in found.categories if name in WEEKS), found.segment)
    by_appointment = chance.random() < BY_APPOINTMENT.get(found.segment, 0)
    return Hours(
        week=_spans(chance.choice(WEEKS[kind])),
        special=_holidays(day, chance),
        by_appointment=by_appointment,
    )


def week_of(market: str) -> tuple[Span, ...]:
    """The hours of a market stall; none where the file says "none"."""
    return (
        _spans(((range(MARKETS[market], MARKETS[market] + 1), 9, 14),)) if market in MARKETS else ()
    )


def _spans(week: Week) -> tuple[Span, ...]:
    found = [
        Span(weekday, round(opens * 60), round(closes * 60))
        for days, opens, closes in week
        for weekday in days
    ]
    return tuple(sorted(found, key=lambda span: (span.weekday, span.opens)))


def _holidays(day: date, chance: random.Random) -> tuple[SpecialDay, ...]:
    """Thanksgiving and Christmas, the next ones from this day on."""
    days = [SpecialDay(on=_next(day, _thanksgiving), note="Thanksgiving")]
    if chance.random() < 0.4:
        eve = _next(day, lambda year: date(year, 12, 24))
        days.append(SpecialDay(on=eve, opens=9 * 60, closes=13 * 60, note="Christmas Eve"))
    days.append(SpecialDay(on=_next(day, lambda year: date(year, 12, 25)), note="Christmas"))
    return tuple(sorted(days, key=lambda one: one.on))


def _thanksgiving(year: int) -> date:
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)


def _next(day: date, holiday: Callable[[int], date]) -> date:
    return next(on for year in (day.year, day.year + 1) if (on := holiday(year)) >= day)
