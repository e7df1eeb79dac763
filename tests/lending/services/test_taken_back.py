"""Payments that are taken back, and those that are recorded late."""

from datetime import date

import pytest

from alliance import clock
from alliance.models import Alliance, Seat
from lending.models import (
    Loan,
    LoanState,
)
from lending.queries.accounts import account
from lending.services import arrears, repayment
from tests.lending.paying import now_of, pay, take_back
from tests.lending.reading import assert_adds_up, in_the_books, moments, noon, whole
from tests.pledges.reading import refusal

pytestmark = pytest.mark.django_db
Q = 408_70


@pytest.fixture(autouse=True)
def _loan(in_oak_street: Alliance, loan: Loan) -> None:
    """Every test runs inside oak_street, with the worked loan."""


@pytest.mark.parametrize(
    ("amount", "day", "charged_before"),
    [
        (1, "2026-01-20", False),
        (10_00, "2026-01-20", False),
        (Q, "2026-01-20", False),
        (Q + 2_000_00, "2026-01-20", False),
        (4_805_15, "2026-01-20", False),
        (5_000_00, "2026-01-20", False),
        (10_00, "2026-02-10", True),
        (Q, "2026-02-10", True),
        (Q + 2_000_00, "2026-02-10", True),
        (4_815_96, "2026-02-10", True),
        (Q + 1_00, "2026-03-20", True),
    ],
)
def test_what_is_taken_back_leaves_everything_as_it_was(
    loan: Loan, lena: Seat, amount: int, day: str, charged_before: bool
) -> None:
    with clock.at(noon(day)):
        arrears.pass_day(loan=loan)
    before = whole(loan)
    assert any(line[4] for line in before["schedule"]) == charged_before
    payment = pay(loan, amount, day)
    assert whole(loan) != before

    first = take_back(payment, day, by=lena)
    again = take_back(payment, day, by=lena)

    assert (again, first.reverses_id) == (first, payment.pk)
    assert whole(loan) == before


def test_days_later_it_is_as_though_nothing_had_been_paid(loan: Loan, lena: Seat) -> None:
    """An early payment of January, taken back in April: three months are charged and late."""
    payment = pay(loan, Q + 1_000_00, "2026-01-20")
    for day in ("2026-02-10", "2026-03-10", "2026-04-10"):
        with clock.at(noon(day)):
            arrears.pass_day(loan=loan)
    take_back(payment, "2026-04-15", by=lena)
    found = whole(loan)

    assert found["state"] == (LoanState.IN_ARREARS, "", None)
    assert (found["late_since"], found["balance"]) == (date(2026, 2, 10), 4_800_00)
    assert [line[4] for line in found["schedule"][:4]] == [
        "2026-02-10", "2026-03-10", "2026-04-10", None,
    ]  # fmt: skip
    assert found["books"][:3] == (4_800_00, 15_96 + 14_65 + 13_34, 0)


def test_charged_taken_back_and_paid_again_it_is_charged_again(loan: Loan, lena: Seat) -> None:
    for _time in range(3):
        payment = pay(loan, 10_00, "2026-01-20")
        take_back(payment, "2026-01-20", by=lena)
    assert in_the_books(loan) == (4_800_00, 0, 0, -4_800_00)
    pay(loan, Q, "2026-01-21")
    with clock.at(noon("2026-02-11")):
        arrears.pass_day(loan=loan)
    assert in_the_books(loan) == (4_407_26, 0, 0, -4_407_26)
    assert_adds_up(loan)


def test_only_the_newest_is_taken_back_one_after_the_other(loan: Loan, lena: Seat) -> None:
    before = whole(loan)
    first, second = pay(loan, Q + 500_00, "2026-01-20"), pay(loan, 900_00, "2026-01-25")
    newest = "Only the newest payment can be taken back."

    assert refusal(repayment.take_back, payment=first, reason="x", by=lena)[0] == newest
    reversal = take_back(second, "2026-01-25", by=lena)
    assert refusal(repayment.take_back, payment=reversal, reason="x", by=lena)[0] == newest
    take_back(first, "2026-01-25", by=lena)
    assert whole(loan) == before


def test_a_reason_is_asked_for(loan: Loan, lena: Seat) -> None:
    payment = pay(loan, Q, "2026-01-20")
    assert refusal(repayment.take_back, payment=payment, reason=" ", by=lena) == (
        "Say why; both sides read it.", "reason",
    )  # fmt: skip


def test_a_closed_loan_opens_again_and_closes_again(loan: Loan, lena: Seat) -> None:
    payment = pay(loan, 4_805_15, "2026-01-20")
    take_back(payment, "2026-01-22", by=lena)
    assert (now_of(loan).state, now_of(loan).closed_on) == ("active", None)
    pay(loan, account(loan, date(2026, 1, 22)).payoff_minor, "2026-01-22")

    assert now_of(loan).state == "closed"
    assert moments(loan)[2:] == ["closed", "opened_again", "closed"]
    assert in_the_books(loan) == (0, 0, 0, 0)


# --- recorded late ---------------------------------------------------------------------


def test_an_early_payment_that_is_recorded_weeks_later_keeps_books_and_schedule_together(
    loan: Loan, lena: Seat
) -> None:
    """Paid on 20 January, typed in on 15 March: March's charge was of the old schedule."""
    for day in ("2026-02-10", "2026-03-10"):
        with clock.at(noon(day)):
            arrears.pass_day(loan=loan)
    before = whole(loan) | {"late_since": date(2026, 2, 10), "state": ("in_arrears", "", None)}
    payment = pay(loan, Q + 2_000_00, "2026-03-15", on=date(2026, 1, 20))
    with clock.at(noon("2026-03-15")):
        arrears.pass_day(loan=loan)
    assert_adds_up(loan)
    line = loan.lines.in_force().get(number=2)
    assert (line.interest_minor, in_the_books(loan)[1]) == (8_00, 8_00)

    take_back(payment, "2026-03-15", by=lena)
    with clock.at(noon("2026-03-15")):
        arrears.pass_day(loan=loan)
    assert whole(loan) == before
