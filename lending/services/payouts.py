"""A loan is paid out: its schedule begins, the books hear of it, an old loan is paid off."""

from datetime import date

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Seat
from alliance.money import format_money
from alliance.services import audit
from lending.models import Loan, LoanMoment, LoanState, Way
from lending.queries.accounts import account
from lending.services import booking, letters, loans, repayment, schedules
from pledges.models import DriveState
from pledges.services import drives


@transaction.atomic
def pay_out(*, loan: Loan, on: date, by: Seat) -> Loan:
    """The lender records that it has paid the loan out on that day; the schedule begins.

    Raises:
        DomainError: the borrower may still change their mind, it was paid out
            already, the day is to come or before the days to think again are over,
            or it is less than what pays off the loan that it refinances.
    """
    loan = loans.locked(loan)
    loans.must_lend(by, loan)
    if loan.state != LoanState.ACCEPTED:
        raise DomainError(_("This loan is %(state)s now.") % {"state": loan.get_state_display()})
    if loan.may_change_mind:
        raise DomainError(_("The borrower may still change their mind. Please wait until then."))
    if not loans.day_of(loan.cooling_ends_at) <= on <= loans.today():
        raise DomainError(
            _("Enter the day on which it was paid, after the days to change one's mind."),
            field="on",
        )
    loan = loans.finish_cooling(loan=loan)
    loan.state, loan.disbursed_on, loan.balance_minor = LoanState.ACTIVE, on, loan.amount_minor
    loan.save(update_fields=["state", "disbursed_on", "balance_minor"])
    schedules.draw(loan)
    booking.pay_out(loan, on=on, by=by)
    loans.record(loan, LoanMoment.PAID_OUT, by=by)
    audit.record(by=by, action="loan.paid_out", subject=loan, amount_minor=loan.amount_minor)
    _refinance(loan, on=on)
    if loan.drive.state == DriveState.FINANCED:
        drives.serve_drive(drive=loan.drive, by=by)
    first_day = date_format(schedules.due_on(loan, 1), "j M Y")
    letters.tell_business(
        loan.drive.business,
        f"loan-paid-out:{loan.pk}",
        subject=_("Your loan was paid out"),
        lines=[
            _("%(lender)s has paid out your loan %(loan)s. The first payment is due on %(day)s.")
            % {"lender": loan.lender, "loan": loan.reference, "day": first_day}
        ],
        path=loan.get_absolute_url(),
    )
    return loan


def _refinance(loan: Loan, *, on: date) -> None:
    """Pays off the loan that this one refinances, if it still runs, out of what was paid out."""
    old = loan.offer.application.refinances
    if old is None or not old.is_running:
        return
    payoff = account(old, on).payoff_minor
    if payoff > loan.offer.terms.received_minor:
        raise DomainError(
            _("Paying off %(loan)s takes %(payoff)s; this loan does not bring as much.")
            % {"loan": old.reference, "payoff": format_money(payoff, old.currency)}
        )
    paid = repayment.Paid(payoff, on, key=f"refinanced:{loan.pk}", way=Way.REFINANCING)
    repayment.record(loan=old, paid=paid, by=None)
