"""The worked case through the services: offer, payout, twelve payments, closed, to the cent."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from alliance import clock
from alliance.models import Alliance
from ledger.chart import LOAN_CONTRA, LOAN_FEES, LOAN_INTEREST, LOAN_PRINCIPAL
from ledger.queries.balances import balance_minor, trial_balance
from lending.models import Loan, LoanState, Outcome, ScheduleLine
from lending.queries.accounts import account
from lending.queries.truth import truth_of
from lending.services import arrears, loans
from tests.factories import lending as make

pytestmark = pytest.mark.django_db


def in_the_books(loan: Loan) -> tuple[int, int, int, int]:
    """Principal, interest, fees of the loan and the other side, in minor units."""
    return tuple(  # type: ignore[return-value]
        balance_minor(standard, party=loan.pk)
        for standard in (LOAN_PRINCIPAL, LOAN_INTEREST, LOAN_FEES, LOAN_CONTRA)
    )


def test_the_truth_box_tells_the_figures_of_the_specification(
    in_oak_street: Alliance, loan: Loan
) -> None:
    truth = truth_of(loan.offer)

    assert (
        truth.box.payment_minor,
        truth.box.total_due_minor,
        truth.cover,
        truth.break_even_honour,
        truth.apr,
    ) == (408_70, 4_904_36, Decimal("1.70"), Decimal("34.1"), Decimal("3.99"))


def test_its_schedule_is_the_one_of_the_specification(in_oak_street: Alliance, loan: Loan) -> None:
    lines = list(loan.lines.in_force())
    first, sixth, last = lines[0], lines[5], lines[-1]

    assert (first.interest_minor, first.principal_minor, first.balance_minor) == (
        15_96, 392_74, 4_407_26,
    )  # fmt: skip
    assert (sixth.balance_minor, last.due_minor, last.balance_minor) == (2_423_88, 408_66, 0)
    assert sum(line.interest_minor for line in lines) == 104_36
    assert sum(line.due_minor for line in lines) == 4_904_36
    assert [line.due_on.isoformat() for line in (first, last)] == ["2026-02-10", "2027-01-10"]


def test_twelve_payments_close_it_and_the_books_follow_the_schedule(
    in_oak_street: Alliance, loan: Loan
) -> None:
    assert in_the_books(loan) == (4_800_00, 0, 0, -4_800_00)
    for line in loan.lines.in_force():
        noon = datetime.combine(line.due_on, datetime.min.time(), tzinfo=UTC).replace(hour=20)
        with clock.at(noon):
            arrears.pass_day(loan=loan)
            charged = in_the_books(loan)
            make.a_payment(loan, line.due_minor)
            loan.refresh_from_db()

            assert charged[1] == line.interest_minor
            assert (loan.balance_minor, loan.late_since) == (line.balance_minor, None)
            assert in_the_books(loan) == (line.balance_minor, 0, 0, -line.balance_minor)
            assert account(loan, loans.today()).owed_minor == sum(
                other.due_minor for other in loan.lines.in_force() if other.number > line.number
            )

    assert (loan.state, loan.outcome, loan.balance_minor) == (LoanState.CLOSED, Outcome.REPAID, 0)
    assert str(loan.closed_on) == "2027-01-10"
    assert in_the_books(loan) == (0, 0, 0, 0)
    assert trial_balance().is_balanced
    assert not ScheduleLine.objects.unpaid().filter(loan=loan).exists()
