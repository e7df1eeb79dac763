"""What hangs in the door: open or closed, and until when."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.content import Hours, Span, SpecialDay
from directory.opening import Day, Door, day_of, door, special_days, week_from

MON, FRI, SAT = 0, 4, 5
SHOP = Hours(
    week=(
        *(Span(weekday, 9 * 60, 18 * 60) for weekday in range(5)),
        Span(SAT, 10 * 60, 13 * 60),
        Span(SAT, 14 * 60, 16 * 60),
    ),
    special=(
        SpecialDay(date(2026, 11, 26), note="Thanksgiving"),
        SpecialDay(date(2026, 11, 27), 12 * 60, 15 * 60),
    ),
)
BAR = Hours(week=(Span(FRI, 18 * 60, 26 * 60),))
ALWAYS = Hours(week=tuple(Span(weekday, 0, 1440) for weekday in range(7)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("hours", "now", "found"),
    [
        (SHOP, "2026-11-16 08:59", Door(False, at("2026-11-16 09:00"))),
        (SHOP, "2026-11-16 09:00", Door(True, at("2026-11-16 18:00"))),
        (SHOP, "2026-11-16 18:00", Door(False, at("2026-11-17 09:00"))),
        (SHOP, "2026-11-21 13:30", Door(False, at("2026-11-21 14:00"))),
        (SHOP, "2026-11-21 16:00", Door(False, at("2026-11-23 09:00"))),
        # Thanksgiving is closed, the day after is short.
        (SHOP, "2026-11-25 18:00", Door(False, at("2026-11-27 12:00"))),
        (SHOP, "2026-11-27 12:00", Door(True, at("2026-11-27 15:00"))),
        (BAR, "2026-11-20 23:00", Door(True, at("2026-11-21 02:00"))),
        (BAR, "2026-11-21 01:59", Door(True, at("2026-11-21 02:00"))),
        (BAR, "2026-11-21 02:00", Door(False, at("2026-11-27 18:00"))),
        (ALWAYS, "2026-11-20 23:59", Door(True, None)),
        (Hours(), "2026-11-20 12:00", None),
        (Hours(special=(SpecialDay(date(2026, 1, 1)),)), "2026-11-20 12:00", Door(False, None)),
    ],
)
def test_the_door(hours: Hours, now: str, found: Door | None) -> None:
    assert door(hours, at(now)) == found


def test_today_stands_in_the_week_as_it_really_is() -> None:
    week = week_from(SHOP, date(2026, 11, 26))

    assert week[3] == Day(date(2026, 11, 26), (), is_special=True, note="Thanksgiving")
    assert week[4] == Day(date(2026, 11, 27), ((540, 1080),))
    assert [day.on.weekday() for day in week] == list(range(7))


def test_special_days_of_the_next_thirty() -> None:
    assert special_days(SHOP, date(2026, 10, 27)) == [day_of(SHOP, date(2026, 11, 26))]
    assert special_days(SHOP, date(2026, 10, 26)) == []
    assert special_days(SHOP, date(2026, 11, 27)) == []


SPANS = st.builds(
    lambda weekday, opens, length: Span(weekday, opens, opens + length),
    st.integers(0, 6),
    st.integers(0, 1439),
    st.integers(1, 1440),
)


@given(
    week=st.lists(SPANS, max_size=8),
    minutes=st.integers(0, 14 * 1440),
)
def test_the_door_is_open_just_when_some_span_says_so(week: list[Span], minutes: int) -> None:
    now = at("2026-11-16 00:00") + timedelta(minutes=minutes)
    since_monday = (now - at("2026-11-16 00:00")).total_seconds() / 60 % (7 * 1440)
    is_open = any(
        (span.weekday * 1440 + span.opens) <= moment < (span.weekday * 1440 + span.closes)
        for span in week
        for moment in (since_monday, since_monday + 7 * 1440)
    )

    found = door(Hours(week=tuple(week)), now)

    assert (found is not None and found.is_open) == is_open
    if found and found.changes_at:
        assert found.changes_at > now
