"""A new loan that pays off the old one."""

from datetime import date
from decimal import Decimal

import pytest

from alliance import clock
from alliance.models import Alliance, Seat
from ledger.models import Entry
from lending.models import (
    Lender,
    Loan,
    Outcome,
    Way,
)
from lending.queries.accounts import account
from lending.services import loans, offers, payouts, repayment
from pledges.models import PledgeDrive
from tests.factories import lending as make
from tests.lending.paying import now_of, pay
from tests.lending.reading import assert_adds_up, noon
from tests.pledges.reading import refusal

pytestmark = pytest.mark.django_db
Q = 408_70


@pytest.fixture(autouse=True)
def _loan(in_oak_street: Alliance, loan: Loan) -> None:
    """Every test runs inside oak_street, with the worked loan."""


@pytest.fixture
def fern(in_oak_street: Alliance) -> Lender:
    """Another lender, which would take the loan over."""
    return make.a_lender(name="Fern Fund")


def refinanced(loan: Loan, fern: Lender, ben: Seat, amount: int, day: str) -> Loan:
    """A new loan of another lender, agreed on five days before that day."""
    with clock.at(noon(day, -5)):
        terms = offers.Terms(amount, Decimal("0.02"), 12)
        return make.an_accepted_loan(
            loan.drive, by=ben, lender=fern, terms=terms, refinances=loan, amount_minor=4_000_00
        )


def pay_out(loan: Loan, day: str) -> Loan:
    with clock.at(noon(day)):
        seat = make.a_lender_seat(loan.lender)
        return payouts.pay_out(loan=loan, on=loans.today(), by=seat)


def test_a_new_loan_pays_off_the_old_one_and_goes_on(loan: Loan, fern: Lender, ben: Seat) -> None:
    pay(loan, Q, "2026-02-10")
    new = refinanced(loan, fern, ben, 4_500_00, "2026-02-20")
    payoff = account(loan, date(2026, 2, 20)).payoff_minor
    pay_out(new, "2026-02-20")
    old, payment = now_of(loan), loan.payments.latest("id")

    assert (old.state, old.outcome, payment.way) == ("closed", Outcome.REFINANCED, Way.REFINANCING)
    assert (payment.paid_minor, payment.returned_minor) == (payoff, 0)
    assert (now_of(new).state, now_of(new).balance_minor) == ("active", 4_500_00)
    assert PledgeDrive.objects.get(pk=loan.drive_id).state == "serving"
    assert_adds_up(loan)
    assert_adds_up(new)
    with clock.at(noon("2026-02-20")):
        lena = make.a_lender_seat(loan.lender)
        assert refusal(repayment.take_back, payment=payment, reason="x", by=lena)[0].startswith(
            "This loan is closed"
        )


@pytest.mark.parametrize("day", ["2026-02-20", "2026-03-10"])
def test_less_than_pays_off_the_old_one_is_refused_and_nothing_is_written(
    loan: Loan, fern: Lender, ben: Seat, day: str
) -> None:
    pay(loan, Q, "2026-02-10")
    payoff = account(loan, date.fromisoformat(day)).payoff_minor
    new = refinanced(loan, fern, ben, payoff - 1, day)
    entries = Entry.objects.count()
    with clock.at(noon(day)):
        seat = make.a_lender_seat(fern)
        said = refusal(payouts.pay_out, loan=new, on=loans.today(), by=seat)[0]

    assert said.startswith("Paying off L-0001 takes $4,4")
    assert (now_of(new).state, now_of(loan).state) == ("accepted", "active")
    assert (Entry.objects.count(), new.lines.count()) == (entries, 0)


def test_exactly_what_pays_it_off_on_a_due_day_is_enough(
    loan: Loan, fern: Lender, ben: Seat
) -> None:
    pay(loan, Q, "2026-02-10")
    payoff = account(loan, date(2026, 3, 10)).payoff_minor
    assert payoff == 4_407_26 + 14_65
    new = refinanced(loan, fern, ben, payoff, "2026-03-10")
    pay_out(new, "2026-03-10")

    assert now_of(loan).outcome == Outcome.REFINANCED
    assert loan.payments.latest("id").returned_minor == 0


def test_where_the_old_one_was_repaid_meanwhile_the_new_one_is_paid_out_all_the_same(
    loan: Loan, fern: Lender, ben: Seat
) -> None:
    new = refinanced(loan, fern, ben, 4_500_00, "2026-02-20")
    pay(loan, 5_000_00, "2026-02-18")
    pay_out(new, "2026-02-20")

    assert (now_of(loan).outcome, now_of(new).state) == (Outcome.EARLY, "active")
    assert_adds_up(new)


def test_one_refinancing_at_a_time_of_a_running_loan_of_ones_own(
    loan: Loan, fern: Lender, ben: Seat, their_loan: Loan
) -> None:
    draft = {"drive": loan.drive, "by": ben}
    only = "Only a running loan of this drive can be refinanced."
    with clock.at(noon("2026-02-15")):
        assert refusal(make.a_draft_application, **draft, refinances=their_loan)[0] == only
        assert refusal(make.a_draft_application, **draft)[0] != ""
    refinanced(loan, fern, ben, 4_500_00, "2026-02-20")
    with clock.at(noon("2026-02-15")):
        assert refusal(make.a_draft_application, **draft, refinances=loan)[0] == (
            "A loan for this drive is agreed on. One at a time."
        )
    pay(loan, 5_000_00, "2026-02-18")
    with clock.at(noon("2026-02-18")):
        # As it was when the page was opened: running.
        assert loan.is_running
        assert refusal(make.a_draft_application, **draft, refinances=loan)[0] == only
