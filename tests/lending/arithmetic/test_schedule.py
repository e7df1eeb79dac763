"""Level payments, their schedule, and what a loan really costs a year."""

from decimal import Context, Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.arithmetic.schedule import (
    LoanTerms,
    ScheduledPayment,
    all_in_apr,
    level_payment,
    present_value,
    schedule,
    total_due,
    total_interest,
)
from tests.lending.arithmetic.drawing import AMOUNTS, APRS, FEES, LOANS, MONTHS, percent, steadily

FREE = Decimal(0)


@pytest.mark.parametrize(
    ("amount", "apr", "months", "payment"),
    [
        # Without interest: the n-th part, a half cent to the even one.
        (1_200_00, "0", 12, 100_00),
        (1_000_00, "0", 16, 62_50),
        (1_01, "0", 2, 50),
        (1_03, "0", 2, 52),
        # One month: amount and interest at once.
        (1_000_00, "12", 1, 1_010_00),
        # 400%, a third a month.
        (1_000_00, "400", 1, 1_333_33),
        (1_000_00, "400", 12, 344_24),
        # The same as PMT(0.5%, 60, 200000) of any spreadsheet.
        (200_000_00, "6", 60, 3_866_56),
    ],
)
def test_the_level_payment(amount, apr, months, payment):
    assert level_payment(amount, percent(apr), months) == payment


def test_a_loan_without_interest_is_divided_and_the_last_payment_takes_the_rest():
    assert schedule(LoanTerms(100_00, FREE, 3)) == (
        ScheduledPayment(1, 33_33, 0, 33_33, 66_67),
        ScheduledPayment(2, 33_33, 0, 33_33, 33_34),
        ScheduledPayment(3, 33_34, 0, 33_34, 0),
    )


def test_a_loan_of_one_month():
    assert schedule(LoanTerms(1_000_00, percent("12"), 1, monthly_fee_minor=5_00)) == (
        ScheduledPayment(1, 1_010_00, 10_00, 1_000_00, 0, fee_minor=5_00),
    )


@steadily
@given(LOANS)
def test_the_schedule_sums_up(terms):
    lines = schedule(terms)
    assert [line.number for line in lines] == list(range(1, terms.months + 1))
    assert sum(line.principal_minor for line in lines) == terms.amount_minor
    assert all(line.payment_minor == line.interest_minor + line.principal_minor for line in lines)
    assert total_due(lines) == (
        terms.amount_minor + total_interest(lines) + terms.fees_minor - terms.upfront_fee_minor
    )


@steadily
@given(LOANS)
def test_the_balance_falls_and_ends_at_zero(terms):
    balances = [terms.amount_minor, *(line.balance_minor for line in schedule(terms))]
    assert all(after <= before for before, after in pairwise(balances))
    assert min(balances) == balances[-1] == 0


@steadily
@given(LOANS)
def test_every_payment_but_the_last_is_level(terms):
    *level, last = schedule(terms)
    q = level_payment(terms.amount_minor, terms.apr, terms.months)
    assert {line.payment_minor for line in level} <= {q}
    assert 0 < last.payment_minor <= 2 * q


@steadily
@given(AMOUNTS, APRS, MONTHS)
def test_what_the_level_payments_are_worth_today_is_the_loan(amount, apr, months):
    q = level_payment(amount, apr, months)
    half = Fraction(1, 2)
    worth = [present_value(q + off, apr, months) for off in (-half, half)]
    assert worth[0] <= amount <= worth[1]


@pytest.mark.parametrize(
    "terms",
    [
        # Two cents a month repay it in nine.
        pytest.param(LoanTerms(18, FREE, 12), id="a few cents"),
        # Two cents a month repay it in eleven, with nothing left for the last.
        pytest.param(LoanTerms(22, FREE, 12), id="nothing left"),
        # 33.33 a month is interest alone, to the cent.
        pytest.param(LoanTerms(100_00, Decimal(4), 60), id="five years at 400%"),
    ],
)
def test_what_whole_cents_cannot_repay_level_is_refused(terms):
    with pytest.raises(ValueError, match="whole minor units"):
        schedule(terms)


@pytest.mark.parametrize(
    "wrong",
    [
        (0, FREE, 12),
        (-100_00, FREE, 12),
        (100.5, FREE, 12),
        (Decimal(100_00), FREE, 12),
        (10**12 + 1, FREE, 12),
        (11, FREE, 12),
        (100_00, FREE, 0),
        (100_00, FREE, 61),
        (100_00, FREE, 1.5),
        (100_00, 0.0399, 12),
        (100_00, Decimal("-0.01"), 12),
        (100_00, Decimal("4.01"), 12),
        (100_00, Decimal("NaN"), 12),
        (100_00, Decimal("Infinity"), 12),
        (100_00, FREE, 12, -1),
        (100_00, FREE, 12, 100_00),
        (100_00, FREE, 12, 0, -1),
        (100_00, FREE, 12, 0, 0.5),
    ],
)
def test_terms_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError):
        LoanTerms(*wrong)


@pytest.mark.parametrize(
    "wrong", [(Fraction(-1), FREE, 12), (0.5, FREE, 12), (Fraction(1), FREE, 0)]
)
def test_a_present_value_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(ValueError):
        present_value(*wrong)


# --- the all-in APR -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("terms", "apr"),
    [
        (LoanTerms(1_200_00, FREE, 12), "0"),
        # $100 for a month of $1,000: ten percent a month.
        (LoanTerms(1_000_00, FREE, 1, monthly_fee_minor=100_00), "1.2"),
        (LoanTerms(1_000_00, FREE, 1, upfront_fee_minor=200_00), "3"),
        (LoanTerms(1_000_00, Decimal("0.12"), 1, upfront_fee_minor=10_00), "0.242424"),
        (LoanTerms(1_000_00, Decimal(4), 1), "4"),
        # All but one cent kept back, a thousand dollars owed.
        (LoanTerms(1_000_00, FREE, 1, upfront_fee_minor=999_99), "1199988"),
        # $10,000 and $200 upfront: Newton's method, in floats, finds 0.0777186.
        (LoanTerms(10_000_00, Decimal("0.0399"), 12, upfront_fee_minor=200_00), "0.077719"),
    ],
)
def test_every_fee_is_counted(terms, apr):
    assert all_in_apr(terms) == Decimal(apr)


def test_cents_rounded_away_never_show_less_than_the_nominal_rate():
    # A dollar's interest of 0.33 cents is no cent at all.
    assert all_in_apr(LoanTerms(1_00, Decimal("0.0399"), 1)) == Decimal("0.0399")


@steadily
@given(LOANS, FEES, FEES)
def test_it_is_never_below_the_nominal_rate_and_rises_with_the_fees(terms, upfront, monthly):
    dearer = LoanTerms(
        terms.amount_minor,
        terms.apr,
        terms.months,
        min(terms.upfront_fee_minor + upfront, terms.amount_minor - 1),
        terms.monthly_fee_minor + monthly,
    )
    assert terms.apr <= all_in_apr(terms) <= all_in_apr(dearer)


@steadily
@given(LOANS)
def test_at_it_what_is_due_is_worth_what_was_received(terms):
    apr, due = all_in_apr(terms), [line.due_minor for line in schedule(terms)]

    def worth(rate: Decimal) -> Fraction:
        r = Fraction(rate) / 12
        return sum((d / (1 + r) ** n for n, d in enumerate(due, start=1)), start=Fraction(0))

    step = Decimal("0.000001")
    assert worth(apr + step) < terms.received_minor
    assert apr == terms.apr or worth(apr - step) > terms.received_minor


@steadily
@given(LOANS, st.integers(2, 9))
def test_the_caller_s_own_precision_changes_nothing(terms, digits):
    with localcontext(Context(prec=digits)):
        coarse = all_in_apr(terms), level_payment(terms.amount_minor, terms.apr, terms.months)
    assert coarse == (all_in_apr(terms), level_payment(terms.amount_minor, terms.apr, terms.months))
