"""Payments on a level loan: recorded once, spread, early, taken back; refinancing."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from alliance import clock
from alliance.models import Alliance, Role, Seat
from alliance.services.seats import give_seat
from lending.models import (
    Loan,
    LoanApplication,
    Outcome,
)
from lending.queries.accounts import account
from lending.services import arrears, loans, offers, repayment
from lending.services.repayment import Paid
from members.services.businesses import add_representative
from pledges.models import PledgeDrive
from tests.factories import lending as make
from tests.lending.conftest import PAID_OUT
from tests.lending.paying import now_of, parts_of, pay
from tests.lending.reading import assert_adds_up, in_the_books, letters, noon
from tests.pledges.reading import refusal

pytestmark = pytest.mark.django_db
Q = 408_70


@pytest.fixture(autouse=True)
def _loan(in_oak_street: Alliance, loan: Loan) -> None:
    """Every test runs inside oak_street, with the worked loan."""


# --- parts, early and back -------------------------------------------------------


def test_a_part_pays_interest_first_and_the_rest_stays_owed(loan: Loan) -> None:
    first = pay(loan, 10_00, "2026-02-10")
    second = pay(loan, 100_00, "2026-02-10")

    assert parts_of(first) == (0, 10_00, 0, 0)
    assert parts_of(second) == (0, 5_96, 94_04, 0)
    found = account(loan, date(2026, 2, 10))
    assert (found.due_now_minor, now_of(loan).balance_minor) == (Q - 110_00, 4_800_00 - 94_04)
    assert in_the_books(loan) == (4_705_96, 0, 0, -4_705_96)


def test_what_is_more_repays_later_principal_and_the_payments_stay_the_same(loan: Loan) -> None:
    payment = pay(loan, Q + 2_000_00, "2026-02-10")
    lines = list(loan.lines.in_force())

    assert parts_of(payment) == (0, 15_96, 2_392_74, 0)
    assert [line.due_minor for line in lines] == [Q] * 6 + [391_71]
    assert [line.due_on.month for line in lines] == [2, 3, 4, 5, 6, 7, 8]
    assert (lines[-1].balance_minor, now_of(loan).balance_minor) == (0, 2_407_26)
    replaced = loan.lines.filter(superseded_by=payment)
    assert (replaced.count(), sum(line.interest_minor for line in replaced)) == (11, 88_40)


def test_a_cent_early_does_not_make_the_loan_longer(loan: Loan) -> None:
    pay(loan, Q + 1, "2026-02-10")

    assert (loan.lines.in_force().count(), now_of(loan).balance_minor) == (12, 4_407_25)


def test_a_payment_before_its_day_pays_the_month_that_comes(loan: Loan) -> None:
    payment = pay(loan, Q, "2026-01-20")

    assert parts_of(payment) == (0, 15_96, 392_74, 0)
    with clock.at(noon("2026-02-11")):
        assert arrears.pass_day(loan=loan).late_since is None
    assert_adds_up(loan)


def test_all_of_it_in_the_middle_of_a_month_costs_the_interest_until_that_day(loan: Loan) -> None:
    """Ten of the 31 days to 10 February: 15.96 × 10/31 = 5.15."""
    found = account(loan, date(2026, 1, 20))
    assert (found.interest_to_date_minor, found.payoff_minor) == (5_15, 4_805_15)

    payment = pay(loan, 4_805_15, "2026-01-20")

    assert parts_of(payment) == (0, 5_15, 4_800_00, 0)
    after = now_of(loan)
    assert (after.state, after.outcome, after.closed_on) == (
        "closed", Outcome.EARLY, date(2026, 1, 20),
    )  # fmt: skip
    assert in_the_books(loan) == (0, 0, 0, 0)
    assert [(line.number, line.due_minor) for line in loan.lines.in_force()] == [(1, 4_805_15)]


def test_what_is_more_than_all_of_it_is_returned(loan: Loan) -> None:
    payment = pay(loan, 5_000_00, "2026-01-20")

    assert parts_of(payment) == (0, 5_15, 4_800_00, 194_85)
    assert now_of(loan).state == "closed"


def test_a_cent_less_than_all_of_it_does_not_close_it(loan: Loan) -> None:
    pay(loan, 4_805_14, "2026-01-20")

    assert (now_of(loan).state, now_of(loan).balance_minor > 0) == ("active", True)


def test_all_of_it_on_a_due_day_costs_that_months_interest_and_no_more(loan: Loan) -> None:
    with clock.at(noon("2026-02-10")):
        arrears.pass_day(loan=loan)
    assert account(loan, date(2026, 2, 10)).payoff_minor == 4_815_96
    payment = pay(loan, 4_815_96, "2026-02-10")

    assert parts_of(payment) == (0, 15_96, 4_800_00, 0)
    assert now_of(loan).outcome == Outcome.EARLY


def test_all_of_it_with_a_late_payment_and_fees(backed: PledgeDrive, loan: Loan, ben: Seat) -> None:
    """Another loan, with $9 a month: March's is late, ten of the 31 days to April's are over."""
    pay(loan, 4_805_15, "2026-01-20")
    PledgeDrive.objects.filter(pk=backed.pk).update(state="qualified")
    terms = offers.Terms(4_800_00, Decimal("0.0399"), 12, monthly_fee_minor=9_00)
    with_fee = make.a_loan(backed, by=ben, terms=terms, paid_out_at=noon("2026-02-10"))
    found = account(with_fee, date(2026, 3, 20))
    # March's line, the interest of ten days of 4,407.26 (14.65 × 10/31), April's fee, the rest.
    assert found.payoff_minor == Q + 9_00 + 4_73 + 9_00 + 4_407_26

    payment = pay(with_fee, found.payoff_minor, "2026-03-20")

    assert parts_of(payment) == (18_00, 15_96 + 4_73, 4_800_00, 0)
    assert now_of(with_fee).state == "closed"


def test_the_last_payment_some_days_before_its_day_is_not_early(loan: Loan) -> None:
    for line in loan.lines.in_force():
        pay(loan, line.due_minor, str(line.due_on - timedelta(days=2)))

    assert now_of(loan).outcome == Outcome.REPAID
    assert letters("loan-closed")[0] == ("ben@example.org", "loan-closed")


# --- once, and in order ------------------------------------------------------------


def test_the_same_form_records_once_and_other_figures_are_refused(loan: Loan, lena: Seat) -> None:
    first = pay(loan, 100_00, "2026-02-10", key="form-a")
    again = pay(loan, 100_00, "2026-02-10", key="form-a")
    day = date(2026, 2, 10)

    assert (again, loan.payments.count()) == (first, 1)
    said = "This was sent before with other figures. Please start again."
    for paid in (Paid(100_01, day, "form-a"), Paid(100_00, date(2026, 2, 9), "form-a")):
        assert refusal(repayment.record, loan=loan, paid=paid, by=lena)[0] == said
    assert loan.payments.count() == 1


def test_days_before_the_newest_to_come_and_before_it_was_paid_out_are_refused(
    loan: Loan, lena: Seat
) -> None:
    newest = pay(loan, 100_00, "2026-02-05")
    with clock.at(noon("2026-02-10")):
        for day in (date(2026, 1, 9), date(2026, 2, 11)):
            assert refusal(repayment.record, loan=loan, paid=Paid(1_00, day, "b"), by=lena) == (
                "Enter a day between the one on which the loan was paid out and today.", "on",
            )  # fmt: skip
        before = Paid(1_00, date(2026, 2, 4), "b")
        assert refusal(repayment.record, loan=loan, paid=before, by=lena) == (
            "A payment of a later day is recorded already. Take that back first.", "on",
        )  # fmt: skip
        repayment.take_back(payment=newest, reason="Wrong day.", by=lena)
        assert repayment.record(loan=loan, paid=before, by=lena).paid_minor == 1_00
    assert_adds_up(loan)


@pytest.mark.parametrize("amount", [0, -1, 100_000_001])
def test_impossible_amounts_are_refused(loan: Loan, lena: Seat, amount: int) -> None:
    with clock.at(noon("2026-02-10")):
        paid = Paid(amount, loans.today(), "x")
        assert refusal(repayment.record, loan=loan, paid=paid, by=lena)[1] == "amount"
    assert not loan.payments.exists()


def test_a_closed_loan_takes_no_payment(loan: Loan, lena: Seat) -> None:
    pay(loan, 5_000_00, "2026-01-20")
    with clock.at(noon("2026-01-20")):
        paid = Paid(1_00, loans.today(), "x")
        assert refusal(repayment.record, loan=loan, paid=paid, by=lena)[0] == (
            "This loan is closed now."
        )


def test_the_lender_and_the_alliances_officers_record_and_nobody_else(
    loan: Loan, lena: Seat, otis: Seat, tess: Seat, ada: Seat, ben: Seat, cleo: Seat
) -> None:
    other = make.a_lender_seat(make.a_lender(name="Fern Fund"), "Fay")
    bens = give_seat(person=ben.person, role=Role.TREASURER, by=None)
    said = "Only the lender or the alliance can record a payment."
    with clock.at(noon("2026-02-10")):
        day = loans.today()
        payment = repayment.record(loan=loan, paid=Paid(1_00, day, "l"), by=lena)
        for seat in (ben, cleo, other, bens):
            paid = Paid(1_00, day, f"no-{seat.pk}"[:60])
            assert refusal(repayment.record, loan=loan, paid=paid, by=seat)[0] == said
            # Nor do they learn by the key of a form what was recorded.
            paid = Paid(1_00, day, "l")
            assert refusal(repayment.record, loan=loan, paid=paid, by=seat)[0] == said
            assert refusal(repayment.take_back, payment=payment, reason="x", by=seat)[0] == said
        for seat in (otis, tess, ada):
            assert repayment.record(loan=loan, paid=Paid(1_00, day, str(seat.pk)), by=seat).pk


def test_a_lenders_person_who_is_the_borrower_too_records_nothing(loan: Loan, lena: Seat) -> None:
    add_representative(business=loan.drive.business, person=lena.person, by=None)
    with clock.at(noon("2026-02-10")):
        assert refusal(
            repayment.record, loan=loan, paid=Paid(1_00, loans.today(), "x"), by=lena
        )[0] == "Only the lender or the alliance can record a payment."  # fmt: skip


# --- the neighbour's ------------------------------------------------------------------------


def test_nothing_of_the_neighbours_can_be_named(loan: Loan, their_loan: Loan, lena: Seat) -> None:
    missing = (LoanApplication.DoesNotExist, PledgeDrive.DoesNotExist, Loan.DoesNotExist)
    paid = Paid(1_00, date(2026, 1, 10), "x")
    for act in (
        lambda: repayment.record(loan=their_loan, paid=paid, by=lena),
        lambda: repayment.record(loan=their_loan, paid=paid, by=None),
        lambda: arrears.pass_day(loan=their_loan),
        lambda: arrears.write_off(loan=their_loan, reason="x", by=lena),
    ):
        with pytest.raises(missing):
            act()
    assert PAID_OUT.date() == loan.disbursed_on
