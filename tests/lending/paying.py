"""Payments on a loan on a given day, each followed by the sums that must hold."""

from alliance import clock
from alliance.models import Seat
from lending.models import Loan, LoanPayment
from lending.services import arrears, repayment
from tests.factories import lending as make
from tests.lending.reading import assert_adds_up, noon


def pay(loan: Loan, amount: int, day: str, **fields: object) -> LoanPayment:
    """Somebody of the lender records a payment on that day."""
    with clock.at(noon(day)):
        payment: LoanPayment = make.a_payment(loan, amount, **fields)
    assert_adds_up(loan)
    return payment


def take_back(payment: LoanPayment, day: str, *, by: Seat) -> LoanPayment:
    """It is taken back on that day."""
    with clock.at(noon(day)):
        found = repayment.take_back(payment=payment, reason="The cheque bounced.", by=by)
    assert_adds_up(payment.loan)
    return found


def pass_days(loan: Loan, *days: str) -> Loan:
    """Beat comes by on each of these days, twice."""
    for day in days:
        with clock.at(noon(day)):
            arrears.pass_day(loan=loan)
            loan = arrears.pass_day(loan=loan)
        assert_adds_up(loan)
    return loan


def parts_of(payment: LoanPayment) -> tuple[int, int, int, int]:
    """Fees, interest, principal and what was returned."""
    return (
        payment.fees_minor,
        payment.interest_minor,
        payment.principal_minor,
        payment.returned_minor,
    )


def now_of(loan: Loan) -> Loan:
    """The loan as it is stored now."""
    return Loan.objects.get(pk=loan.pk)
