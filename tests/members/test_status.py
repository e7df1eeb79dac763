"""The status of a day: each border to the day, and nothing that comes later changes it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.models import Status
from members.status import History, Paid, Since, paid_until_on, status_on
from tests.members.histories import DAYS, days_of, histories, paid, since

D = date.fromisoformat
YEAR = Paid(D("2026-03-10"), D("2027-03-09"), paid_on=D("2026-03-10"))
JOINED = D("2026-03-10")
ONE_YEAR = History(JOINED, (YEAR,))


def told(history: History, *days: str) -> list[str]:
    return [status_on(D(day), history) for day in days]


# --- one year, from before it to long after ----------------------------------------


@pytest.mark.parametrize(
    ("day", "status"),
    [
        ("2026-03-09", "pending"),
        ("2026-03-10", "new"),
        ("2026-06-07", "new"),  # the 90th day
        ("2026-06-08", "current"),
        ("2027-01-22", "current"),  # 46 days to the end
        ("2027-01-23", "renewing"),  # 45
        ("2027-03-09", "renewing"),  # the last day
        ("2027-03-10", "grace"),
        ("2027-04-08", "grace"),  # the 30th day after
        ("2027-04-09", "lapsed"),
        ("2040-01-01", "lapsed"),
    ],
)
def test_each_border_of_one_year(day, status):
    assert told(ONE_YEAR, day) == [status]


def test_nothing_paid_is_pending_for_ever():
    assert told(History(JOINED), "2026-03-10", "2030-01-01") == ["pending", "pending"]


def test_a_short_first_term_is_new_to_its_last_day():
    """Ninety days from joining come before the forty-five to the end."""
    month = Paid(D("2026-03-10"), D("2026-04-09"), D("2026-03-10"))
    assert told(History(JOINED, (month,)), "2026-04-09", "2026-04-10") == ["new", "grace"]


def test_a_leap_day_is_a_day():
    leap = Paid(D("2024-02-29"), D("2025-02-28"), D("2024-02-29"))
    found = told(History(D("2024-02-29"), (leap,)), "2024-02-28", "2024-02-29", "2025-02-28",
                 "2025-03-01", "2025-03-30", "2025-03-31")  # fmt: skip
    assert found == ["pending", "new", "renewing", "grace", "grace", "lapsed"]


# --- renewed ---------------------------------------------------------------------------


def test_a_renewal_counts_from_the_day_it_was_paid():
    paid_early = Paid(D("2027-03-10"), D("2028-03-09"), paid_on=D("2027-02-20"))
    renewed = History(JOINED, (YEAR, paid_early))
    days = ["2027-02-19", "2027-02-20", "2027-03-10", "2028-01-23", "2028-01-24"]
    assert told(renewed, *days) == ["renewing", "current", "current", "current", "renewing"]


def test_a_renewal_in_grace_leaves_the_days_of_grace_as_they_were():
    in_grace = Paid(D("2027-03-10"), D("2028-03-09"), paid_on=D("2027-03-20"))
    found = told(History(JOINED, (YEAR, in_grace)), "2027-03-19", "2027-03-20")
    assert found == ["grace", "current"]


def test_who_returns_after_a_lapse_is_not_new():
    again = Paid(D("2027-08-01"), D("2028-07-31"), paid_on=D("2027-08-01"))
    found = told(History(JOINED, (YEAR, again)), "2027-07-31", "2027-08-01")
    assert found == ["lapsed", "current"]


def test_bought_terms_count_together():
    three = tuple(
        Paid(D(f"{year}-03-10"), D(f"{year + 1}-03-09"), D("2026-03-10"))
        for year in (2026, 2027, 2028)
    )
    found = told(History(JOINED, three), "2027-03-09", "2029-01-22", "2029-01-23", "2029-03-10")
    assert found == ["current", "current", "renewing", "grace"]


def test_a_term_ahead_behind_a_gap_covers_nothing_yet():
    ahead = Paid(D("2027-03-11"), D("2028-03-09"), paid_on=D("2026-12-01"))
    found = told(History(JOINED, (YEAR, ahead)), "2027-03-09", "2027-03-10", "2027-03-11")
    assert found == ["renewing", "grace", "current"]


# --- taken back --------------------------------------------------------------------------


def test_a_voided_term_counted_until_it_was_voided():
    voided = replace(YEAR, voided_on=D("2026-09-01"))
    found = told(History(JOINED, (voided,)), "2026-03-10", "2026-08-31", "2026-09-01")
    assert found == ["new", "current", "lapsed"]


def test_voided_on_the_day_it_was_paid_it_never_was():
    mistake = replace(YEAR, voided_on=D("2026-03-10"))
    found = told(History(JOINED, (mistake,)), "2026-03-09", "2026-03-10", "2027-03-10")
    assert found == ["pending", "pending", "pending"]


def test_a_renewal_voided_before_it_began_leaves_the_old_end():
    renewal = Paid(D("2027-03-10"), D("2028-03-09"), D("2027-02-20"), D("2027-03-01"))
    found = told(History(JOINED, (YEAR, renewal)), "2027-02-28", "2027-03-01", "2027-03-10")
    assert found == ["current", "renewing", "grace"]


# --- held and ended -----------------------------------------------------------------------


def test_a_hold_suspends_until_the_day_it_is_released():
    held = replace(ONE_YEAR, holds=(Since(D("2026-07-01"), D("2026-07-05")),))
    found = told(held, "2026-06-30", "2026-07-01", "2026-07-04", "2026-07-05")
    assert found == ["current", "suspended", "suspended", "current"]


def test_a_hold_released_on_its_own_day_never_was():
    held = replace(ONE_YEAR, holds=(Since(D("2026-07-01"), D("2026-07-01")),))
    assert told(held, "2026-07-01") == ["current"]


def test_a_cancellation_comes_before_a_hold_and_both_before_the_terms():
    both = replace(
        ONE_YEAR,
        holds=(Since(D("2026-07-01")),),
        cancellations=(Since(D("2026-08-01"), D("2026-09-01")),),
    )
    found = told(both, "2026-07-31", "2026-08-01", "2026-08-31", "2026-09-01", "2030-01-01")
    assert found == ["suspended", "cancelled", "cancelled", "suspended", "suspended"]


# --- whatever the rows say ------------------------------------------------------------------


@given(histories(), DAYS)
def test_every_history_has_one_known_status_on_every_day(history, day):
    assert status_on(day, history) in set(Status.values)
    assert {status_on(turn, history) for turn in days_of(history)} <= set(Status.values)


@given(histories(), DAYS, st.lists(paid(), max_size=3), st.lists(since(), max_size=2), DAYS)
def test_what_takes_effect_later_changes_no_day_before(history, day, terms, ends, later):
    """New terms, voids, holds, releases, ends and returns, all from a later day on."""
    effect = max(later, day + timedelta(days=1))
    after = [replace(t, paid_on=max(t.paid_on, effect)) for t in terms]
    moved = [Since(max(e.from_on, effect)) for e in ends]
    changed = replace(
        history,
        periods=(
            *(p if p.voided_on else replace(p, voided_on=effect) for p in history.periods),
            *after,
        ),
        holds=(*(h if h.until else replace(h, until=effect) for h in history.holds), *moved),
        cancellations=(
            *(c if c.until else replace(c, until=effect) for c in history.cancellations),
            *moved,
        ),
    )
    days = [each for each in days_of(history) if each < effect] + [day]
    assert [status_on(each, changed) for each in days] == [
        status_on(each, history) for each in days
    ]


@given(histories(), DAYS)
def test_paid_up_means_standing(history, day):
    """Between the terms and the status there is nothing but holds and ends."""
    bare = replace(history, holds=(), cancellations=())
    until = paid_until_on(day, bare)
    status = status_on(day, bare)
    if until is None:
        assert status in ("pending", "lapsed")
    elif day <= until:
        assert status in ("new", "current", "renewing")
    else:
        assert status == ("grace" if (day - until).days <= 30 else "lapsed")


@given(histories(), DAYS)
def test_the_order_of_the_rows_does_not_matter(history, day):
    back = replace(
        history,
        periods=history.periods[::-1],
        holds=history.holds[::-1],
        cancellations=history.cancellations[::-1],
    )
    assert status_on(day, back) == status_on(day, history)
