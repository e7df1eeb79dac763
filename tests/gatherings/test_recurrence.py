"""Rules of repeating: their days, their bounds, their stored form."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatherings.recurrence import (
    LAST,
    MOST_DATES,
    BadRule,
    Every,
    Fault,
    Rule,
    days,
    from_text,
    instants,
    is_last_of,
    nth_of,
    to_text,
)

TUESDAY = date(2027, 3, 9)  # the second of its month
PACIFIC = ZoneInfo("America/Los_Angeles")


def fault(rule: Rule, first: date = TUESDAY) -> Fault | None:
    """Why it is refused, if it is."""
    try:
        days(rule, first)
    except BadRule as error:
        return error.fault
    return None


def test_every_second_tuesday() -> None:
    assert days(Rule(Every.WEEK, 2, (1,), count=4), TUESDAY) == [
        date(2027, 3, 9), date(2027, 3, 23), date(2027, 4, 6), date(2027, 4, 20),
    ]  # fmt: skip


def test_several_days_a_week_until_a_day() -> None:
    rule = Rule(Every.WEEK, 1, (1, 3), until=date(2027, 3, 18))
    assert days(rule, TUESDAY) == [
        date(2027, 3, 9), date(2027, 3, 11), date(2027, 3, 16), date(2027, 3, 18),
    ]  # fmt: skip


def test_the_second_tuesday_of_each_month() -> None:
    rule = Rule(Every.MONTH, 1, (1,), nth=2, count=3)
    assert days(rule, TUESDAY) == [date(2027, 3, 9), date(2027, 4, 13), date(2027, 5, 11)]


def test_the_last_friday_of_every_second_month() -> None:
    rule = Rule(Every.MONTH, 2, (4,), nth=LAST, count=3)
    assert days(rule, date(2027, 3, 26)) == [
        date(2027, 3, 26), date(2027, 5, 28), date(2027, 7, 30),
    ]  # fmt: skip


def test_months_without_the_day_are_left_out() -> None:
    rule = Rule(Every.MONTH, 1, month_day=31, count=3)
    assert days(rule, date(2027, 1, 31)) == [
        date(2027, 1, 31), date(2027, 3, 31), date(2027, 5, 31),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (Rule(Every.WEEK, 1, (1,)), Fault.ENDLESS),
        (Rule(Every.WEEK, 1, (1,), count=3, until=date(2027, 6, 1)), Fault.TWO_ENDS),
        (Rule(Every.WEEK, 1, (1,), count=105), Fault.TOO_MANY),
        (Rule(Every.WEEK, 1, (1, 3), until=date(2028, 12, 31)), Fault.TOO_MANY),
        (Rule(Every.WEEK, 1, (1,), until=date(2029, 3, 10)), Fault.TOO_FAR),
        (Rule(Every.MONTH, 1, (1,), nth=2, count=40), Fault.TOO_FAR),
        (Rule(Every.MONTH, 12, month_day=9, count=4), Fault.TOO_FAR),
        (Rule(Every.WEEK, 1, (2,), count=3), Fault.NOT_FIRST),
        (Rule(Every.MONTH, 1, (1,), nth=3, count=3), Fault.NOT_FIRST),
        (Rule(Every.WEEK, 1, (1,), until=date(2027, 3, 1)), Fault.NOT_FIRST),
        (Rule(Every.WEEK, 0, (1,), count=3), Fault.UNREADABLE),
        (Rule(Every.WEEK, 13, (1,), count=3), Fault.UNREADABLE),
        (Rule(Every.WEEK, 1, (1,), count=104), None),
        (Rule(Every.WEEK, 1, (1,), until=date(2029, 3, 6)), Fault.TOO_MANY),
        (Rule(Every.WEEK, 1, (1,), until=date(2029, 2, 27)), None),
    ],
)
def test_a_rule_has_an_end_within_bounds(rule: Rule, why: Fault | None) -> None:
    assert fault(rule) == why


@st.composite
def rules(draw: st.DrawFn) -> tuple[Rule, date]:
    """A rule and a first day that is one of its days."""
    first = draw(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
    interval = draw(st.integers(1, 12))
    kind = draw(st.sampled_from(["week", "day", "nth", "last"]))
    end = draw(
        st.one_of(
            st.fixed_dictionaries({"count": st.integers(1, 120)}),
            st.fixed_dictionaries(
                {"until": st.integers(0, 800).map(lambda n: first + timedelta(days=n))}
            ),
        )
    )
    if kind == "week":
        others = draw(st.sets(st.integers(0, 6), max_size=3))
        named = tuple(sorted({first.weekday(), *others}))
        return Rule(Every.WEEK, interval, named, **end), first
    if kind == "day":
        return Rule(Every.MONTH, interval, month_day=first.day, **end), first
    nth = LAST if kind == "last" and is_last_of(first) else min(nth_of(first), 5)
    return Rule(Every.MONTH, interval, (first.weekday(),), nth=nth, **end), first


@given(rules())
def test_what_is_stored_is_read_back(case: tuple[Rule, date]) -> None:
    rule, _first = case
    assert from_text(to_text(rule)) == rule


@given(rules())
def test_days_rise_from_the_first_and_stay_within_bounds(case: tuple[Rule, date]) -> None:
    rule, first = case
    why = fault(rule, first)
    assert why in (None, Fault.TOO_MANY, Fault.TOO_FAR)
    if why:
        return
    found = days(rule, first)
    assert found[0] == first
    assert found == sorted(set(found))
    assert len(found) <= MOST_DATES
    assert (found[-1] - first).days <= 731
    assert rule.count in (None, len(found))
    assert rule.until is None or found[-1] <= rule.until


@pytest.mark.parametrize(
    "text",
    ["", "FREQ=DAILY;INTERVAL=1;COUNT=3", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=x;BYDAY=TU;COUNT=1",
     "FREQ=WEEKLY;INTERVAL=1;BYDAY=XX;COUNT=1", "COUNT=1;FREQ=WEEKLY;INTERVAL=1;BYDAY=TU",
     "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;UNTIL=30001332", "x" * 200],
)  # fmt: skip
def test_another_text_is_no_rule(text: str) -> None:
    with pytest.raises(BadRule) as refused:
        from_text(text)
    assert refused.value.fault == Fault.UNREADABLE


def test_eight_in_the_morning_stays_eight_across_daylight_saving() -> None:
    found = days(Rule(Every.WEEK, 1, (1,), count=3), TUESDAY)
    starts = [instants(day, time(8), 90, PACIFIC)[0] for day in found]
    assert starts == [
        datetime(2027, 3, 9, 16, tzinfo=UTC),
        datetime(2027, 3, 16, 15, tzinfo=UTC),
        datetime(2027, 3, 23, 15, tzinfo=UTC),
    ]
    assert {start.astimezone(PACIFIC).time() for start in starts} == {time(8)}


def test_an_hour_that_the_clocks_leave_out_is_the_next_one() -> None:
    start, end = instants(date(2027, 3, 14), time(2, 30), 60, PACIFIC)
    assert start.astimezone(PACIFIC).time() == time(3, 30)
    assert end - start == timedelta(hours=1)
