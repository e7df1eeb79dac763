"""Terms: where they begin and end, what a part of one costs, how a sum is split."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.terms import (
    FIXED,
    ROLLING,
    Rule,
    Term,
    gaps_after,
    instalments,
    last_rollover,
    next_rollover,
    next_start,
    next_term,
    next_terms,
    price_of,
    running_until,
    same_day_later,
    term_from,
)

D = date.fromisoformat
YEAR = Rule(ROLLING, 12)
CALENDAR = Rule(FIXED, 12, (1, 1))
JULY = Rule(FIXED, 12, (7, 15), "monthly")
A_DAY = timedelta(days=1)


def term(starts_on: str, ends_on: str) -> Term:
    return Term(D(starts_on), D(ends_on))


# --- where they end ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        ("2026-01-15", 1, "2026-02-15"),
        ("2026-01-31", 1, "2026-03-01"),
        ("2024-01-31", 1, "2024-03-01"),
        ("2026-01-30", 1, "2026-03-01"),
        ("2024-01-29", 1, "2024-02-29"),
        ("2026-03-31", 1, "2026-05-01"),
        ("2026-12-31", 1, "2027-01-31"),
        ("2024-02-29", 12, "2025-03-01"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-05-31", 0, "2026-05-31"),
    ],
)
def test_a_day_that_a_month_lacks_becomes_the_first_of_the_next(day, months, later):
    assert same_day_later(D(day), months) == D(later)


@pytest.mark.parametrize(
    ("starts_on", "rule", "ends_on"),
    [
        ("2026-03-10", YEAR, "2027-03-09"),
        ("2024-02-29", YEAR, "2025-02-28"),
        ("2025-03-01", YEAR, "2026-02-28"),
        ("2023-03-01", YEAR, "2024-02-29"),
        ("2026-01-31", Rule(ROLLING, 1), "2026-02-28"),
        ("2026-01-01", CALENDAR, "2026-12-31"),
        ("2026-12-31", CALENDAR, "2026-12-31"),
        ("2026-07-14", JULY, "2026-07-14"),
        ("2026-07-15", JULY, "2027-07-14"),
        ("2026-02-10", Rule(FIXED, 3, (1, 1)), "2026-03-31"),
        ("2026-02-10", Rule(FIXED, 1, (1, 28)), "2026-02-27"),
    ],
)
def test_a_term_ends_the_day_before_the_next_begins(starts_on, rule, ends_on):
    assert term_from(D(starts_on), rule) == term(starts_on, ends_on)


def test_two_years_roll_over_in_the_even_years_whatever_day_is_asked_about():
    rule = Rule(FIXED, 24, (1, 1))
    days = ["2026-01-01", "2026-12-31", "2027-01-01", "2027-12-31", "2028-01-01"]
    assert [next_rollover(D(day), rule).year for day in days] == [2028, 2028, 2028, 2028, 2030]


RULES = st.builds(
    Rule,
    st.sampled_from([ROLLING, FIXED]),
    st.integers(1, 36),
    st.tuples(st.integers(1, 12), st.integers(1, 28)),
    st.sampled_from(["none", "monthly", "daily"]),
)
DAYS = st.dates(date(1995, 1, 1), date(2060, 12, 31))


@given(DAYS, RULES)
def test_a_day_lies_between_its_rollovers(day, rule):
    assert last_rollover(day, rule) <= day < next_rollover(day, rule)
    assert last_rollover(next_rollover(day, rule), rule) == next_rollover(day, rule)
    assert next_rollover(next_rollover(day, rule) - A_DAY, rule) == next_rollover(day, rule)


@given(DAYS, RULES, st.integers(1, 10))
def test_terms_follow_each_other_without_gap_or_overlap(day, rule, count):
    found = next_terms(day, [], rule, count)
    assert [len(found), found[0].starts_on] == [count, day]
    for before, after in pairwise(found):
        assert after.starts_on == before.ends_on + A_DAY
    assert all(each.starts_on <= each.ends_on for each in found)


@given(DAYS, RULES)
def test_a_full_term_lasts_its_months(day, rule):
    full = term_from(last_rollover(day, rule) if rule.kind == FIXED else day, rule)
    assert full.ends_on + A_DAY == same_day_later(full.starts_on, rule.months)


# --- where they begin ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "begins"),
    [
        ("2026-01-01", "2027-01-01"),
        ("2026-12-31", "2027-01-01"),
        ("2027-01-01", "2027-01-01"),
        ("2027-01-30", "2027-01-01"),
        ("2027-01-31", "2027-01-31"),
        ("2028-06-01", "2028-06-01"),
    ],
)
def test_early_and_in_grace_it_follows_the_old_end_after_a_lapse_it_begins_today(today, begins):
    assert next_start(D(today), D("2026-12-31")) == D(begins)


def test_the_first_term_begins_today():
    assert next_start(D("2026-05-05"), None) == D("2026-05-05")


def test_money_that_came_in_grace_and_was_written_down_later_extends_the_old_end():
    late = D("2027-02-10")
    assert next_start(late, D("2026-12-31"), paid_on=D("2027-01-30")) == D("2027-01-01")
    assert next_start(late, D("2026-12-31"), paid_on=D("2027-01-31")) == late


def test_money_of_long_ago_buys_no_term_that_is_over():
    last = [term("2024-01-01", "2024-12-31")]
    found = next_term(D("2026-06-01"), last, YEAR, paid_on=D("2025-01-10"))
    assert found == term("2026-06-01", "2027-05-31")


def test_a_gap_that_a_credit_note_left_is_filled_where_the_term_fits():
    stands = [term("2025-03-01", "2026-02-28"), term("2027-03-01", "2028-02-29")]
    assert next_term(D("2026-02-01"), stands, YEAR) == term("2026-03-01", "2027-02-28")
    # In the middle of the gap a year is too long for it.
    assert next_term(D("2026-06-01"), stands, YEAR) == term("2028-03-01", "2029-02-28")


def test_a_term_given_ahead_is_not_run_over():
    given_ahead = [term("2026-09-01", "2026-12-31")]
    assert next_term(D("2026-05-01"), given_ahead, YEAR) == term("2027-01-01", "2027-12-31")


@st.composite
def standing_terms(draw):
    """Some terms that do not overlap, with and without gaps between them."""
    day, found = draw(DAYS), []
    for _n in range(draw(st.integers(0, 5))):
        begins = day + timedelta(days=draw(st.sampled_from([0, 0, 1, 29, 31, 400])))
        ends = begins + timedelta(days=draw(st.integers(0, 500)))
        found.append(Term(begins, ends))
        day = ends + A_DAY
    return found


@given(standing_terms(), DAYS, RULES, st.integers(-400, 0))
def test_the_next_term_never_overlaps_and_never_is_over(taken, today, rule, ago):
    found = next_term(today, taken, rule, paid_on=today + timedelta(days=ago))
    assert not any(each.overlaps(found) for each in taken)
    assert found.ends_on >= today


@given(standing_terms(), DAYS)
def test_what_runs_ends_before_a_gap(taken, day):
    until = running_until(day, taken)
    begun = [each for each in taken if each.starts_on <= day]
    if not begun:
        assert until is None
        return
    assert until in gaps_after(taken)
    after_begun = max(each.ends_on for each in begun)
    covered = {each.starts_on + timedelta(n) for each in taken for n in range(each.days)}
    assert all(after_begun + timedelta(n) in covered for n in range((until - after_begun).days + 1))
    assert until + A_DAY not in covered


# --- what they cost -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts_on", "proration", "price"),
    [
        ("2026-01-01", "monthly", 120_00),
        ("2026-01-31", "monthly", 120_00),
        ("2026-02-01", "monthly", 110_00),
        ("2026-07-01", "monthly", 60_00),
        ("2026-12-31", "monthly", 10_00),
        ("2026-07-01", "none", 120_00),
        ("2026-12-31", "daily", 33),
        ("2026-07-02", "daily", 60_16),
        ("2024-12-31", "daily", 33),
        ("2024-07-01", "daily", 60_33),
    ],
)
def test_what_is_left_of_a_fixed_year_costs_its_part(starts_on, proration, price):
    rule = Rule(FIXED, 12, (1, 1), proration)
    assert price_of(term_from(D(starts_on), rule), 120_00, rule) == price


@pytest.mark.parametrize(("price", "half"), [(5, 2), (7, 4), (9, 4), (11, 6)])
def test_a_half_goes_to_the_even_neighbour(price, half):
    rule = Rule(FIXED, 12, (1, 1), "monthly")
    assert price_of(term_from(D("2026-07-01"), rule), price, rule) == half


def test_months_are_counted_from_the_rollover_not_from_the_calendar():
    at = {day: price_of(term_from(D(day), JULY), 120_00, JULY) for day in
          ("2026-08-14", "2026-08-15", "2027-06-14", "2027-06-15")}  # fmt: skip
    assert list(at.values()) == [120_00, 110_00, 20_00, 10_00]


@given(DAYS, RULES, st.integers(0, 10_000_00))
def test_a_rolling_or_whole_term_costs_its_price(day, rule, price):
    if rule.kind == ROLLING or rule.proration == "none":
        assert price_of(term_from(day, rule), price, rule) == price


@given(DAYS, RULES, st.integers(0, 10_000_00))
def test_a_part_costs_at_most_the_whole_and_a_later_one_no_more(day, rule, price):
    first, second = term_from(day, rule), term_from(day + A_DAY, rule)
    cost = price_of(first, price, rule)
    assert 0 <= cost <= price
    if second.ends_on == first.ends_on:
        assert price_of(second, price, rule) <= cost
    full = term_from(first.ends_on + A_DAY, rule)
    assert price_of(full, price, rule) == price


@given(DAYS, st.integers(1, 36), st.integers(0, 10_000_00))
def test_a_part_by_days_is_exact_to_half_a_unit(day, months, price):
    rule = Rule(FIXED, months, (1, 1), "daily")
    found = term_from(day, rule)
    full = term_from(last_rollover(day, rule), rule)
    exact = Fraction(found.days * price, full.days)
    assert abs(price_of(found, price, rule) - exact) <= Fraction(1, 2)


# --- in parts ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "count", "parts"),
    [
        (100_00, 1, [100_00]),
        (100_00, 3, [33_33, 33_33, 33_34]),
        (100_01, 4, [25_00, 25_00, 25_00, 25_01]),
        (4, 4, [1, 1, 1, 1]),
        (7, 4, [1, 1, 1, 4]),
    ],
)
def test_the_last_part_takes_what_does_not_divide(total, count, parts):
    assert instalments(total, count) == parts


@given(st.integers(1, 10_000_00), st.integers(1, 4))
def test_parts_add_up_and_none_is_empty(total, count):
    if total < count:
        return
    parts = instalments(total, count)
    assert (len(parts), sum(parts), min(parts) > 0) == (count, total, True)
    assert len(set(parts[:-1])) <= 1


@pytest.mark.parametrize(("total", "count"), [(100, 0), (100, 5), (100, -1), (3, 4), (0, 1)])
def test_parts_that_there_cannot_be(total, count):
    with pytest.raises(ValueError):
        instalments(total, count)
