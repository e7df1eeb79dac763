"""How a loan is paid back: what a payment goes to, how late it is, flexible shares."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.arithmetic.repayment import (
    Allocation,
    Arrears,
    allocate,
    arrears,
    flexible_payment,
    flexible_plan,
)
from tests.lending.arithmetic.drawing import AMOUNTS, HONOURS, steadily

OWED = st.integers(0, 10_000_00)


@pytest.mark.parametrize(
    ("paid", "parts"),
    [
        (50, Allocation(50, 0, 0, 0)),
        (99_00, Allocation(99_00, 0, 0, 0)),
        (100_00, Allocation(99_00, 1_00, 0, 0)),
        (150_00, Allocation(99_00, 15_96, 35_04, 0)),
        (507_70, Allocation(99_00, 15_96, 392_74, 0)),
        (600_00, Allocation(99_00, 15_96, 392_74, 92_30)),
    ],
)
def test_fees_then_interest_then_principal_and_the_rest_is_returned(paid, parts):
    owed = {"fees_minor": 99_00, "interest_minor": 15_96, "principal_minor": 392_74}
    assert allocate(paid, **owed) == parts


@steadily
@given(st.integers(1, 20_000_00), OWED, OWED, OWED)
def test_an_allocation_sums_to_the_payment_and_goes_in_order(paid, fees, interest, principal):
    parts = allocate(paid, fees_minor=fees, interest_minor=interest, principal_minor=principal)
    got = (parts.fees_minor, parts.interest_minor, parts.principal_minor, parts.returned_minor)
    assert sum(got) == paid
    assert min(got) >= 0
    assert parts.fees_minor == fees or not (parts.interest_minor or parts.principal_minor)
    assert parts.interest_minor == interest or not parts.principal_minor
    assert parts.principal_minor == principal or not parts.returned_minor


@pytest.mark.parametrize("wrong", [(0, 1, 1, 1), (1.5, 1, 1, 1), (1, -1, 1, 1), (1, 1, 1, -1)])
def test_an_allocation_that_makes_no_sense_is_refused(wrong):
    paid, fees, interest, principal = wrong
    with pytest.raises(ValueError):
        allocate(paid, fees_minor=fees, interest_minor=interest, principal_minor=principal)


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (0, None),
        (1, Arrears.UNDER_30),
        (29, Arrears.UNDER_30),
        (30, Arrears.UNDER_60),
        (59, Arrears.UNDER_60),
        (60, Arrears.FROM_60),
        (4000, Arrears.FROM_60),
    ],
)
def test_arrears_by_days(days, bucket):
    assert arrears(days) == bucket


@pytest.mark.parametrize("days", [-1, 1.5, True])
def test_days_that_make_no_sense_are_refused(days):
    with pytest.raises(ValueError):
        arrears(days)


# --- flexible -----------------------------------------------------------------------


PLAN = flexible_plan(4_904_36, 24_000_00, Decimal("0.75"))


@pytest.mark.parametrize(
    ("confirmed", "owed", "due"),
    [
        pytest.param(0, 4_904_36, 272_46, id="an idle shop pays the floor"),
        pytest.param(1_000_00, 4_904_36, 272_46, id="as many purchases as the floor is worth"),
        pytest.param(3_000_00, 4_904_36, 817_39, id="its share"),
        pytest.param(3_000_00, 500_00, 500_00, id="no more than is owed"),
        pytest.param(0, 100_00, 100_00, id="not even by the floor"),
        pytest.param(3_000_00, 0, 0, id="repaid"),
    ],
)
def test_a_share_of_purchases_or_the_floor(confirmed, owed, due):
    assert flexible_payment(PLAN, confirmed, owed) == due


@steadily
@given(AMOUNTS, AMOUNTS, HONOURS)
def test_pledges_kept_as_foreseen_repay_all(due, base, honour):
    plan = flexible_plan(due, base, honour)
    assert plan.share * Fraction(honour) * base == due
    assert abs(18 * plan.floor_minor - due) <= 9


@pytest.mark.parametrize(
    "wrong",
    [
        (0, 24_000_00, Decimal(1)),
        (4_904_36, 0, Decimal(1)),
        (4_904_36, 24_000_00, Decimal(0)),
        (4_904_36, 24_000_00, Decimal("1.01")),
        (4_904_36, 24_000_00, 0.75),
        (4_904.36, 24_000_00, Decimal(1)),
    ],
)
def test_a_plan_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        flexible_plan(*wrong)


@pytest.mark.parametrize("wrong", [(-1, 1), (1, -1), (0.5, 1)])
def test_a_flexible_payment_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        flexible_payment(PLAN, *wrong)
