"""Spans of status: the same as asking for every day by itself."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from members.status import History, Paid, Since, status_on
from members.timeline import Span, spans

FIRST = date(2024, 1, 1)
days = st.integers(0, 700).map(lambda n: FIRST + timedelta(days=n))


@st.composite
def since(draw: st.DrawFn) -> Since:
    begins = draw(days)
    lasts = draw(st.none() | st.integers(0, 200))
    return Since(begins, None if lasts is None else begins + timedelta(days=lasts))


@st.composite
def paid(draw: st.DrawFn) -> Paid:
    begins = draw(days)
    voided = draw(st.none() | days)
    return Paid(
        begins,
        begins + timedelta(days=draw(st.integers(0, 400))),
        begins + timedelta(days=draw(st.integers(-30, 30))),
        voided,
    )


histories = st.builds(
    History,
    joined_on=days,
    periods=st.lists(paid(), max_size=4).map(tuple),
    holds=st.lists(since(), max_size=2).map(tuple),
    cancellations=st.lists(since(), max_size=2).map(tuple),
)


@given(histories, days, st.integers(0, 800))
def test_every_day_says_what_it_says_by_itself(history: History, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    told = [
        (span.starts_on + timedelta(days=n), span.status)
        for span in spans(history, first, last)
        for n in range((span.ends_on - span.starts_on).days + 1)
    ]
    every = [first + timedelta(days=n) for n in range(length + 1)]
    assert told == [(day, status_on(day, history)) for day in every]


@given(histories, days, st.integers(0, 800))
def test_no_two_neighbours_say_the_same(history: History, first: date, length: int) -> None:
    found = [span.status for span in spans(history, first, first + timedelta(days=length))]
    assert all(one != other for one, other in pairwise(found))


def test_a_year_from_joining_to_a_lapse() -> None:
    history = History(joined_on=FIRST, periods=(Paid(FIRST, date(2024, 12, 31), date(2024, 1, 3)),))
    assert spans(history, FIRST, date(2025, 3, 1)) == [
        Span(FIRST, date(2024, 1, 2), "pending"),
        Span(date(2024, 1, 3), date(2024, 3, 30), "new"),
        Span(date(2024, 3, 31), date(2024, 11, 15), "current"),
        Span(date(2024, 11, 16), date(2024, 12, 31), "renewing"),
        Span(date(2025, 1, 1), date(2025, 1, 30), "grace"),
        Span(date(2025, 1, 31), date(2025, 3, 1), "lapsed"),
    ]
