"""One loan as it goes: due, paid, late, ended."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.arithmetic.borrowing import Borrowing, Close, due_day
from lending.arithmetic.repayment import Arrears
from lending.arithmetic.schedule import LoanTerms
from tests.lending.arithmetic.drawing import steadily

# The worked case: $4,800 at 3.99% in twelve payments of $408.70.
TERMS = LoanTerms(4_800_00, Decimal("0.0399"), 12)


@pytest.fixture
def loan():
    return Borrowing(TERMS, first_day=0)


def test_payments_fall_due_a_month_apart_and_the_last_after_a_year():
    assert [due_day(n) for n in range(1, 13)] == [
        30, 61, 91, 122, 152, 182, 213, 243, 274, 304, 335, 365,
    ]  # fmt: skip


def test_the_worked_loan_paid_in_time_ends_at_zero(loan):
    for number in range(1, 13):
        day = due_day(number)
        assert loan.owed_minor(day - 1) == 0
        loan.pay(loan.owed_minor(day), day)
        assert loan.bucket(day + 29) is None or number < 12
        if number in (1, 6):
            balances = {1: 4_407_26, 6: 2_423_88}
            assert loan.outstanding_minor == balances[number]
    assert (loan.closed, loan.interest_minor, loan.paid_minor) == (
        Close.REPAID,
        104_36,
        4_904_36,
    )


def test_what_is_unpaid_grows_late(loan):
    assert [(day, loan.days_late(day), loan.bucket(day)) for day in (29, 30, 31, 59, 60, 90)] == [
        (29, 0, None),
        (30, 0, None),
        (31, 1, Arrears.UNDER_30),
        (59, 29, Arrears.UNDER_30),
        (60, 30, Arrears.UNDER_60),
        (90, 60, Arrears.FROM_60),
    ]


def test_the_oldest_payment_is_paid_first_and_its_interest_before_its_principal(loan):
    assert loan.pay(15_00, 31) == 0
    assert (loan.interest_minor, loan.repaid_minor, loan.days_late(31)) == (15_00, 0, 1)
    loan.pay(393_70, 40)
    assert (loan.interest_minor, loan.repaid_minor, loan.days_late(61)) == (15_96, 392_74, 0)


def test_what_is_not_due_is_given_back(loan):
    assert loan.pay(500_00, 30) == 500_00 - 408_70
    assert (loan.paid_minor, loan.owed_minor(30)) == (408_70, 0)


def test_a_loan_that_is_given_up_owes_nothing_and_stays_so(loan):
    loan.pay(408_70, 30)
    loan.write_off()
    assert (loan.closed, loan.written_off_minor, loan.outstanding_minor) == (
        Close.WRITTEN_OFF,
        4_407_26,
        0,
    )
    assert (loan.owed_minor(400), loan.days_late(400)) == (0, 0)
    before = vars(loan).copy()
    loan.write_off()
    assert vars(loan) == before


@steadily
@given(
    st.integers(1_000_00, 9_000_00),
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 900_00)), max_size=20),
)
def test_principal_is_repaid_outstanding_or_written_off(amount, payments):
    loan, day = Borrowing(LoanTerms(amount, Decimal("0.0399"), 12), 0), 0
    for after, paid in payments:
        day += after
        assert loan.pay(paid, day) <= paid
        assert loan.repaid_minor + loan.outstanding_minor == amount
        assert loan.outstanding_minor >= 0
        assert loan.paid_minor <= loan.total_due_minor
    loan.write_off()
    assert loan.repaid_minor + loan.written_off_minor == amount
    assert loan.outstanding_minor == 0
