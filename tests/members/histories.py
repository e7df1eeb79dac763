"""Made-up histories of memberships, for properties of their status."""

from datetime import date, timedelta

from hypothesis import strategies as st

from members.status import History, Paid, Since

# A few years around one day: near enough to each other to touch and to leave gaps.
FIRST, LAST = date(2023, 1, 1), date(2027, 12, 31)
DAYS = st.dates(FIRST, LAST)
SOMETIMES = st.none() | DAYS


@st.composite
def paid(draw) -> Paid:
    """A term of a month to a year; it counts early, late, and perhaps no longer."""
    starts_on = draw(DAYS)
    ends_on = starts_on + timedelta(days=draw(st.sampled_from([0, 29, 30, 44, 45, 89, 90, 364])))
    paid_on = draw(st.just(starts_on) | DAYS)
    return Paid(starts_on, ends_on, paid_on, draw(SOMETIMES))


@st.composite
def chain(draw) -> list[Paid]:
    """Terms one after the other, some with a gap of a day, of the grace, or of more."""
    day, found = draw(DAYS), []
    for _n in range(draw(st.integers(0, 5))):
        starts_on = day + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, 30, 31, 200])))
        ends_on = starts_on + timedelta(days=draw(st.integers(0, 400)))
        early = timedelta(days=draw(st.integers(-5, 60)))
        found.append(Paid(starts_on, ends_on, starts_on - early, draw(st.none() | SOMETIMES)))
        day = ends_on + timedelta(days=1)
    return found


@st.composite
def since(draw) -> Since:
    from_on = draw(DAYS)
    return Since(from_on, draw(st.none() | st.dates(from_on, date(2028, 12, 31))))


@st.composite
def histories(draw) -> History:
    """Anything that rows could say, the likely more often."""
    return History(
        joined_on=draw(DAYS),
        periods=tuple(draw(st.one_of(chain(), chain(), st.lists(paid(), max_size=4)))),
        holds=tuple(draw(st.lists(since(), max_size=2))),
        cancellations=tuple(draw(st.lists(since(), max_size=2))),
    )


def days_of(history: History) -> list[date]:
    """The days on which something in it turns, and those beside them."""
    turns = {history.joined_on, history.joined_on + timedelta(days=90)}
    for term in history.periods:
        turns |= {term.starts_on, term.ends_on, term.paid_on, term.voided_on or term.paid_on}
        turns |= {term.ends_on - timedelta(days=45), term.ends_on + timedelta(days=30)}
    for each in (*history.holds, *history.cancellations):
        turns |= {each.from_on, each.until or each.from_on}
    beside = (timedelta(days=n) for n in (-1, 0, 1))
    return sorted({turn + step for step in list(beside) for turn in turns})
