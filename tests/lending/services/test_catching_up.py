"""A loan whose late payments are paid leaves arrears, at once."""

from datetime import UTC, datetime

import pytest

from alliance import clock
from alliance.models import Alliance
from lending.models import Loan, LoanMoment, LoanState
from lending.services import arrears
from tests.factories import lending as make

pytestmark = pytest.mark.django_db


def test_a_loan_that_catches_up_is_active_again(in_oak_street: Alliance, loan: Loan) -> None:
    with clock.at(datetime(2026, 2, 15, 20, tzinfo=UTC)):
        arrears.pass_day(loan=loan)
        loan.refresh_from_db()
        late = (loan.state, loan.late_since and loan.late_since.isoformat())
        # The late payment, and the next one with it.
        make.a_payment(loan, 408_70 + 408_70)
        loan.refresh_from_db()

    assert late == (LoanState.IN_ARREARS, "2026-02-10")
    assert (loan.state, loan.late_since) == (LoanState.ACTIVE, None)
    assert list(loan.steps.order_by("at", "id").values_list("moment", flat=True))[-2:] == [
        LoanMoment.LATE,
        LoanMoment.CAUGHT_UP,
    ]


def test_a_payment_of_less_leaves_it_late(in_oak_street: Alliance, loan: Loan) -> None:
    with clock.at(datetime(2026, 2, 15, 20, tzinfo=UTC)):
        arrears.pass_day(loan=loan)
        make.a_payment(loan, 100_00)
        loan.refresh_from_db()

    assert (loan.state, loan.late_since and loan.late_since.isoformat()) == (
        LoanState.IN_ARREARS,
        "2026-02-10",
    )
