"""A loan's account: where a payment goes, what is left of a schedule, flexible periods."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.arithmetic.book import (
    Part,
    Spread,
    accrued_interest,
    drawn_again,
    spread,
)
from lending.arithmetic.schedule import LoanTerms, level_payment, schedule
from tests.lending.arithmetic.drawing import percent, steadily

RATE = percent("3.99")
FEES, INTEREST, PRINCIPAL = st.integers(0, 99_00), st.integers(0, 500_00), st.integers(0, 5_000_00)
OWED = st.lists(st.tuples(FEES, INTEREST, PRINCIPAL), max_size=6).map(
    lambda lines: [Part(number, *line) for number, line in enumerate(lines, start=1)]
)
PAID = st.integers(1, 20_000_00)
LATER = st.integers(0, 5_000_00)
# What no amount may be.
NO_AMOUNTS = (-1, 1.0, 1.5, True, Decimal(1), "1", None)
TWO = [Part(1, 5_00, 16_00, 392_00), Part(2, 5_00, 15_00, 394_00)]


def sums(parts: list[Part] | tuple[Part, ...]) -> tuple[int, int, int]:
    """Fees, interest and principal of these parts."""
    return (
        sum(part.fees_minor for part in parts),
        sum(part.interest_minor for part in parts),
        sum(part.principal_minor for part in parts),
    )


# --- spread -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paid", "parts", "early", "returned"),
    [
        (1, (Part(1, 1, 0, 0),), 0, 0),
        (8_00, (Part(1, 5_00, 0, 0), Part(2, 3_00, 0, 0)), 0, 0),
        (30_00, (Part(1, 5_00, 16_00, 0), Part(2, 5_00, 4_00, 0)), 0, 0),
        (45_00, (Part(1, 5_00, 16_00, 4_00), Part(2, 5_00, 15_00, 0)), 0, 0),
        (827_00, tuple(TWO), 0, 0),
        (900_00, tuple(TWO), 73_00, 0),
        (927_00, tuple(TWO), 100_00, 0),
        (930_00, tuple(TWO), 100_00, 3_00),
    ],
)
def test_fees_then_interest_then_principal_then_later_principal_then_back(
    paid: int, parts: tuple[Part, ...], early: int, returned: int
) -> None:
    assert spread(paid, TWO, 100_00) == Spread(parts, early, returned)


def test_what_nobody_owes_goes_back() -> None:
    assert spread(5_00, []) == Spread((), 0, 5_00)


@steadily
@given(PAID, OWED, LATER)
def test_parts_early_and_returned_sum_to_the_payment(
    paid: int, owed: list[Part], later: int
) -> None:
    found = spread(paid, owed, later)

    total = sum(part.total_minor for part in found.parts)
    assert total + found.early_minor + found.returned_minor == paid
    assert total == min(paid, sum(part.total_minor for part in owed))
    assert found.early_minor == min(paid - total, later)


@steadily
@given(PAID, OWED)
def test_no_line_and_no_kind_gets_more_than_it_is_owed_and_each_kind_waits_for_the_one_before(
    paid: int, owed: list[Part]
) -> None:
    found = spread(paid, owed)
    by_number = {part.number: part for part in owed}

    for part in found.parts:
        line = by_number[part.number]
        assert 0 <= part.fees_minor <= line.fees_minor
        assert 0 <= part.interest_minor <= line.interest_minor
        assert 0 <= part.principal_minor <= line.principal_minor
        assert part.total_minor > 0
    got, due = sums(found.parts), sums(owed)
    for place in (1, 2):
        assert not got[place] or got[:place] == due[:place]


@steadily
@given(st.integers(1, 10_000_00), st.integers(1, 10_000_00), OWED)
def test_two_payments_bring_what_one_of_both_brings(
    first: int, second: int, owed: list[Part]
) -> None:
    """Only where nothing falls due between: what is left of the lines is what is owed."""
    once = spread(first, owed)
    brought = {part.number: part for part in once.parts}
    left = [
        Part(
            line.number,
            line.fees_minor - brought[line.number].fees_minor,
            line.interest_minor - brought[line.number].interest_minor,
            line.principal_minor - brought[line.number].principal_minor,
        )
        if line.number in brought
        else line
        for line in owed
    ]
    twice = spread(second, left)
    both = spread(first + second, owed)

    assert both.returned_minor == once.returned_minor + twice.returned_minor
    assert sums(both.parts) == tuple(
        a + b for a, b in zip(sums(once.parts), sums(twice.parts), strict=True)
    )


@pytest.mark.parametrize("paid", [0, *NO_AMOUNTS])
def test_a_payment_is_whole_and_above_nothing(paid: object) -> None:
    with pytest.raises(ValueError, match="A payment"):
        spread(paid, TWO)  # type: ignore[arg-type]


@pytest.mark.parametrize("later", NO_AMOUNTS)
def test_later_principal_is_whole_and_not_below_nothing(later: object) -> None:
    with pytest.raises(ValueError, match="later principal"):
        spread(1, TWO, later)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [1.5, -1])
@pytest.mark.parametrize("kind", ["fees_minor", "interest_minor", "principal_minor"])
def test_what_is_owed_is_whole_and_not_below_nothing(kind: str, wrong: object) -> None:
    owed = {"fees_minor": 0, "interest_minor": 0, "principal_minor": 0} | {kind: wrong}
    with pytest.raises(ValueError, match="whole number"):
        spread(1, [Part(1, **owed)])  # type: ignore[arg-type]


# --- drawn again --------------------------------------------------------------


def test_half_of_the_worked_loan_repaid_after_a_month_leaves_fewer_of_the_same_payments() -> None:
    """Balance 4,407.26 after the first payment; 2,000 of it come early."""
    found = drawn_again(2_407_26, RATE, 408_70, first=2)

    assert [line.number for line in found] == [2, 3, 4, 5, 6, 7]
    assert {line.payment_minor for line in found[:-1]} == {408_70}
    assert (found[0].interest_minor, found[0].principal_minor) == (8_00, 400_70)
    assert (found[-1].payment_minor, found[-1].balance_minor) == (391_71, 0)


def test_nothing_left_is_no_line() -> None:
    assert drawn_again(0, RATE, 408_70, first=2) == ()


def test_a_cent_that_rounding_left_is_no_month_of_its_own() -> None:
    """$100 in three parts of 33.33 leaves a cent: the third payment is 33.34."""
    lines = schedule(LoanTerms(100_00, Decimal(0), 3))
    assert [line.payment_minor for line in lines] == [33_33, 33_33, 33_34]

    again = drawn_again(100_00, Decimal(0), 33_33, first=1, most_lines=3)

    assert [line.payment_minor for line in again] == [33_33, 33_33, 33_34]
    assert len(drawn_again(100_00, Decimal(0), 33_33, first=1)) == 4


@steadily
@given(
    st.integers(100_00, 100_000_00),
    st.decimals("0", "1", places=4),
    st.integers(2, 24),
    st.integers(1, 23),
    st.integers(0, 100),
    FEES,
)
def test_what_is_drawn_again_repays_the_rest_in_no_more_months(
    amount: int, apr: Decimal, months: int, after: int, part: int, fee: int
) -> None:
    lines = schedule(LoanTerms(amount, apr, months, monthly_fee_minor=fee))
    after = min(after, months - 1)
    before, later = lines[after - 1].balance_minor, lines[after:]
    early = before * part // 100

    found = drawn_again(
        before - early,
        apr,
        level_payment(amount, apr, months),
        first=later[0].number,
        fee_minor=fee,
        most_lines=len(later),
    )

    assert len(found) <= len(later)
    assert [line.number for line in found] == [line.number for line in later[: len(found)]]
    assert sum(line.principal_minor for line in found) == before - early
    assert not found or found[-1].balance_minor == 0
    assert all(line.payment_minor == line.interest_minor + line.principal_minor for line in found)
    assert all(line.fee_minor == fee and line.principal_minor >= 0 for line in found)
    assert sum(line.due_minor for line in found) <= sum(line.due_minor for line in later) - early
    if not early:
        assert found == later


def test_a_payment_that_only_pays_interest_never_repays() -> None:
    with pytest.raises(ValueError, match="never repay"):
        drawn_again(1_000_00, Decimal("0.12"), 10_00, first=1)


@pytest.mark.parametrize("wrong", NO_AMOUNTS)
def test_a_balance_and_a_payment_are_whole(wrong: object) -> None:
    with pytest.raises(ValueError, match="The balance"):
        drawn_again(wrong, RATE, 408_70, first=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="The payment"):
        drawn_again(1_00, RATE, wrong, first=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("apr", [0.0399, Decimal("-0.01"), Decimal("4.01"), Decimal("NaN"), 1])
def test_a_rate_is_exact_and_up_to_400_percent(apr: object) -> None:
    with pytest.raises(ValueError, match="The APR"):
        drawn_again(1_00, apr, 1_00, first=1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="The APR"):
        accrued_interest(1_00, apr, 1, 30)  # type: ignore[arg-type]


# --- interest of a part of a month --------------------------------------------


@pytest.mark.parametrize(
    ("days", "of_days", "interest"),
    [(0, 31, 0), (31, 31, 15_96), (15, 31, 7_72), (1, 31, 51), (14, 28, 7_98)],
)
def test_interest_goes_by_the_days_of_the_month(days: int, of_days: int, interest: int) -> None:
    assert accrued_interest(4_800_00, RATE, days, of_days) == interest


@steadily
@given(
    st.integers(0, 100_000_00),
    st.decimals("0", "4", places=4),
    st.integers(0, 30),
    st.integers(31, 31),
)
def test_a_day_more_is_never_cheaper_and_never_more_than_the_month(
    balance: int, apr: Decimal, days: int, of_days: int
) -> None:
    today, tomorrow, month = (
        accrued_interest(balance, apr, n, of_days) for n in (days, days + 1, of_days)
    )
    assert 0 <= today <= tomorrow <= month == round(balance * apr / 12)


@pytest.mark.parametrize(("days", "of_days"), [(32, 31), (-1, 31), (1, 0), (0, 0), (1.5, 31)])
def test_a_month_has_its_days(days: object, of_days: object) -> None:
    with pytest.raises(ValueError, match="days"):
        accrued_interest(1_00, RATE, days, of_days)  # type: ignore[arg-type]
