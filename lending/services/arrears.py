"""What time does to a running loan: charges, sixty-day shares, arrears; and giving up."""

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.errors import DomainError
from alliance.models import Seat
from alliance.money import format_money
from lending.arithmetic.book import FLEXIBLE_PERIODS
from lending.arithmetic.repayment import Arrears, flexible_payment
from lending.models import (
    Loan,
    LoanMoment,
    LoanPayment,
    LoanState,
    Outcome,
    Repayment,
    ScheduleLine,
)
from lending.queries import lenders as lender_queries
from lending.queries.accounts import account
from lending.services import booking, letters, loans, schedules
from pledges.models import Redemption, RedemptionState

WRITE_OFF_AFTER = Arrears.FROM_60
LADDER = {
    Arrears.UNDER_30: LoanMoment.LATE,
    Arrears.UNDER_60: LoanMoment.LATE_30,
    Arrears.FROM_60: LoanMoment.LATE_60,
}
RANK = {LoanMoment.LATE: 1, LoanMoment.LATE_30: 2, LoanMoment.LATE_60: 3}
SENTENCES = {
    LoanMoment.LATE: gettext_lazy(
        "A payment on the loan %(loan)s is late: %(owed)s. It happens; please pay it soon, "
        "or talk to the lender and the alliance."
    ),
    LoanMoment.LATE_30: gettext_lazy(
        "Payments on the loan %(loan)s have been late for a month: %(owed)s. "
        "Please talk to the lender and the alliance now; there are ways to help."
    ),
    LoanMoment.LATE_60: gettext_lazy(
        "Payments on the loan %(loan)s have been late for two months: %(owed)s. "
        "The lender decides what happens next; the alliance will call."
    ),
}


@transaction.atomic
def pass_day(*, loan: Loan) -> Loan:
    """All that today brings to a loan; called by beat, and again it changes nothing."""
    loan = loans.locked(loan)
    if not loan.is_running:
        return loan
    catch_up(loan)
    review(loan)
    return loan


def catch_up(loan: Loan, *, cause: LoanPayment | None = None) -> None:
    """Charges what fell due until today; `cause` is a reversal after which it is done again."""
    if loan.repayment == Repayment.FLEXIBLE:
        _settle_periods(loan, cause)
    else:
        _charge_due(loan, cause)


def review(loan: Loan) -> None:
    """Brings state and ladder in line with the oldest unpaid line; the loan is locked."""
    now = account(loan, loans.today())
    late_since = now.overdue[0].due_on if now.overdue else None
    is_new, loan.late_since = loan.late_since != late_since, late_since
    if now.bucket is None:
        if loan.state == LoanState.IN_ARREARS:
            loans.move(loan, LoanState.ACTIVE)
            loans.record(loan, LoanMoment.CAUGHT_UP, by=None)
        elif is_new:
            loan.save(update_fields=["late_since"])
        return
    if is_new:
        loan.save(update_fields=["late_since"])
    if loan.state == LoanState.ACTIVE:
        loans.move(loan, LoanState.IN_ARREARS)
    moment = LADDER[now.bucket]
    if RANK[moment] > _rank(loan):
        loans.record(loan, moment, by=None)
        _tell(loan, moment, owed_minor=now.overdue_minor)


@transaction.atomic
def write_off(*, loan: Loan, reason: str, by: Seat) -> Loan:
    """The lender gives up what is left, after sixty days at the earliest, with a reason.

    Raises:
        DomainError: `by` does not speak for the lender, no reason, or it is not
            sixty days late.
    """
    if not reason.strip():
        raise DomainError(_("Say why; the business reads it."), field="reason")
    loan = loans.locked(loan)
    if not lender_queries.speaks_for(by, loan.lender):
        raise DomainError(_("Only %(lender)s can do that.") % {"lender": loan.lender})
    if not loan.is_running or account(loan, loans.today()).bucket != WRITE_OFF_AFTER:
        raise DomainError(_("Only a loan that is sixty days late can be written off."))
    booking.write_off(loan, on=loans.today(), by=by)
    loan.balance_minor = 0
    return loans.close(loan, Outcome.WRITTEN_OFF, on=loans.today(), by=by, reason=reason)


def bought_minor(loan: Loan, number: int) -> int:
    """Confirmed redemptions of a flexible loan's sixty-day period, in minor units."""
    zone = loan.alliance.zone
    first = schedules.start_of(schedules.period_end(loan, number - 1), zone)
    end = schedules.start_of(schedules.period_end(loan, number), zone)
    confirmed = Redemption.objects.filter(
        drive=loan.drive_id,
        state=RedemptionState.CONFIRMED,
        decided_at__gte=first,
        decided_at__lt=end,
    )
    return confirmed.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def _charge_due(loan: Loan, cause: LoanPayment | None) -> None:
    due = ScheduleLine.objects.in_force().filter(
        loan=loan, charged_on__isnull=True, due_on__lte=loans.today()
    )
    for line in due.order_by("number"):
        booking.charge(loan, [line], on=line.due_on, by=None, cause=cause)


def _settle_periods(loan: Loan, cause: LoanPayment | None) -> None:
    """Each sixty days that are over ask for a share of what was bought in them, or the floor."""
    for number in range(1, FLEXIBLE_PERIODS + 1):
        line = ScheduleLine.objects.in_force().filter(loan=loan, number=number).first()
        is_over = schedules.period_end(loan, number) <= loans.today()
        if line is None or not is_over or line.settled_on is not None:
            continue
        if number < FLEXIBLE_PERIODS:
            line = _with_share(loan, line)
        line.settled_on = loans.today()
        line.save(update_fields=["settled_on"])
        if line.charged_on is None:
            booking.charge(loan, [line], on=loans.today(), by=None, cause=cause)


def _with_share(loan: Loan, line: ScheduleLine) -> ScheduleLine:
    """The line with the period's share, where that is more than it asks for.

    What was paid ahead counts for its period; the rest of the share then
    falls due with the next one.
    """
    now = account(loan, loans.today(), for_update=True)
    rest = [other for other in now.lines if other.number >= line.number]
    left = sum(other.due_minor for other in rest)
    asked = flexible_payment(schedules.plan_of(loan), bought_minor(loan, line.number), left)
    more = asked - line.due_minor
    if more <= 0:
        return line
    if line.owed_minor == line.due_minor:
        drawn = schedules.flexible_rest(loan, rest, asked)
        schedules.replace(loan, rest, drawn, payment=None, by=None)
        return ScheduleLine.objects.in_force().get(loan=loan, number=line.number)
    untouched = [other for other in rest[1:] if other.owed_minor == other.due_minor]
    if untouched:
        owed = sum(other.owed_minor for other in untouched)
        first = min(untouched[0].due_minor + more, owed)
        drawn = schedules.flexible_rest(loan, untouched, first)
        schedules.replace(loan, untouched, drawn, payment=None, by=None)
    return line


def _rank(loan: Loan) -> int:
    """How far up the ladder the loan was told of, since it last was in time or closed."""
    anew = [LoanMoment.CAUGHT_UP, LoanMoment.OPENED_AGAIN]
    moments = loan.steps.filter(moment__in=[*RANK, *anew]).order_by("-at", "-id")
    last = moments.values_list("moment", flat=True).first()
    return RANK.get(LoanMoment(last), 0) if last else 0


def _tell(loan: Loan, moment: LoanMoment, *, owed_minor: int) -> None:
    text = str(SENTENCES[moment]) % {
        "loan": loan.reference,
        "owed": format_money(owed_minor, loan.currency),
    }
    key = f"loan-{moment}:{loan.pk}:{loan.steps.count()}"
    subject, path = _("A payment is late"), loan.get_absolute_url()
    letters.tell_business(loan.drive.business, key, subject=subject, lines=[text], path=path)
    letters.tell_lender(loan.lender, f"{key}:l", subject=subject, lines=[text], path=path)
