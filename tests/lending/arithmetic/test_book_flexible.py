"""The periods and lines of a flexible loan."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.arithmetic.book import (
    FLEXIBLE_PERIODS,
    flexible_payments,
    flexible_schedule,
)
from tests.lending.arithmetic.drawing import steadily

# What no amount may be.
NO_AMOUNTS = (-1, 1.0, 1.5, True, Decimal(1), "1", None)
FLOORS = st.integers(0, 20_000_00)


def test_eight_times_the_floor_and_the_rest_at_the_end() -> None:
    """$4,904.36 in eighteenths of $272.46."""
    found = flexible_payments(4_904_36, 272_46)

    assert found == (*[272_46] * 8, 2_724_68)


def test_a_good_period_takes_from_the_end() -> None:
    assert flexible_payments(4_904_36, 272_46, first=2_000_00) == (
        2_000_00,
        *[272_46] * 7,
        997_14,
    )


def test_all_at_once_is_one_line() -> None:
    assert flexible_payments(4_904_36, 272_46, first=4_904_36) == (4_904_36,)


def test_the_last_period_takes_all_the_rest() -> None:
    assert flexible_payments(900_00, 272_46, periods=1) == (900_00,)
    assert flexible_payments(900_00, 272_46, first=1_00, periods=2) == (1_00, 899_00)
    assert flexible_payments(0, 272_46) == ()


TOTALS = st.integers(0, 200_000_00)


@steadily
@given(TOTALS, FLOORS, st.integers(1, FLEXIBLE_PERIODS), st.none() | st.integers(0, 100))
def test_periods_sum_to_the_total_and_are_nine_at_most(
    total: int, floor: int, periods: int, part: int | None
) -> None:
    first = None if part is None else total * part // 100
    found = flexible_payments(total, floor, first=first, periods=periods)

    assert sum(found) == total
    assert len(found) <= periods <= FLEXIBLE_PERIODS
    assert all(payment >= 0 for payment in found)


@pytest.mark.parametrize(
    ("total", "first", "periods"),
    [(-1, None, 9), (1.5, None, 9), (100, 101, 9), (100, -1, 9), (100, None, 0), (100, None, 10)],
)
def test_impossible_periods_are_refused(total: object, first: object, periods: object) -> None:
    with pytest.raises(ValueError, match="whole number"):
        flexible_payments(total, 10, first=first, periods=periods)  # type: ignore[arg-type]


def test_the_lines_of_the_worked_loan_as_a_flexible_one() -> None:
    found = flexible_schedule(
        flexible_payments(4_904_36, 272_46), principal_minor=4_800_00, interest_minor=104_36
    )

    assert (found[0].interest_minor, found[0].principal_minor) == (5_80, 266_66)
    assert (len(found), found[-1].balance_minor) == (9, 0)


@steadily
@given(
    st.integers(1, 100_000_00),
    st.integers(0, 20_000_00),
    st.integers(0, 5_000_00),
    FLOORS,
    st.none() | st.integers(0, 100),
    st.integers(1, 9),
)
def test_each_kind_of_a_flexible_schedule_sums_and_no_line_is_below_nothing(
    principal: int, interest: int, fees: int, floor: int, part: int | None, number: int
) -> None:
    total = principal + interest + fees
    payments = flexible_payments(total, floor, first=part and total * part // 100)
    found = flexible_schedule(
        payments,
        principal_minor=principal,
        interest_minor=interest,
        fees_minor=fees,
        number=number,
    )

    assert sum(line.principal_minor for line in found) == principal
    assert sum(line.interest_minor for line in found) == interest
    assert sum(line.fee_minor for line in found) == fees
    assert [line.due_minor for line in found] == list(payments)
    assert [line.number for line in found] == list(range(number, number + len(payments)))
    assert all(
        min(line.principal_minor, line.interest_minor, line.fee_minor, line.balance_minor) >= 0
        for line in found
    )
    assert found[-1].balance_minor == 0


def test_payments_that_do_not_sum_are_refused() -> None:
    with pytest.raises(ValueError, match="sum to what is due"):
        flexible_schedule((100, 100), principal_minor=150, interest_minor=49)


@pytest.mark.parametrize("kind", ["principal_minor", "interest_minor", "fees_minor"])
@pytest.mark.parametrize("wrong", NO_AMOUNTS)
def test_each_kind_is_whole(kind: str, wrong: object) -> None:
    sums = {"principal_minor": 1, "interest_minor": 0, "fees_minor": 0} | {kind: wrong}
    with pytest.raises(ValueError, match="whole number"):
        flexible_schedule((1,), **sums)  # type: ignore[arg-type]
