"""Drawing a loan's schedule, and drawing the rest of it again; figures are never changed."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from alliance import clock
from alliance.models import Seat
from lending.arithmetic import book
from lending.arithmetic.repayment import FLOOR_DAYS, MATURITY_MONTHS, FlexiblePlan, flexible_plan
from lending.arithmetic.schedule import ScheduledPayment, schedule, total_interest
from lending.models import Loan, LoanPayment, Repayment, ScheduleLine
from lending.services import booking

# A flexible payment is reckoned when its sixty days are over, and due some days later.
DAYS_TO_PAY = 10


def draw(loan: Loan) -> None:
    """The first schedule of a loan that was paid out: Σ due = the truth box's total due."""
    terms = loan.offer.terms
    lines = schedule(terms)
    if loan.repayment == Repayment.FLEXIBLE:
        plan = plan_of(loan)
        lines = book.flexible_schedule(
            book.flexible_payments(plan.total_due_minor, plan.floor_minor),
            principal_minor=terms.amount_minor,
            interest_minor=total_interest(lines),
            fees_minor=terms.monthly_fee_minor * terms.months,
        )
    _write(loan, lines)


def due_on(loan: Loan, number: int) -> date:
    """When the line of that number falls due: each month, or after each sixty days.

    A flexible loan's last line falls due with its eighteen months.
    """
    assert loan.disbursed_on is not None
    if loan.repayment == Repayment.LEVEL:
        return loan.disbursed_on + relativedelta(months=number)
    maturity = loan.disbursed_on + relativedelta(months=MATURITY_MONTHS)
    if number >= book.FLEXIBLE_PERIODS:
        return maturity
    return period_end(loan, number) + timedelta(days=DAYS_TO_PAY)


def period_end(loan: Loan, number: int) -> date:
    """The last day of a flexible loan's sixty-day period."""
    assert loan.disbursed_on is not None
    return loan.disbursed_on + timedelta(days=FLOOR_DAYS * number)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day there."""
    return datetime.combine(day, time.min, tzinfo=zone)


def after_early(
    loan: Loan, later: Sequence[ScheduleLine], early_minor: int
) -> tuple[ScheduledPayment, ...]:
    """What is left of a level loan once later principal was repaid: fewer of the same payments."""
    return book.drawn_again(
        sum(line.owed.principal_minor for line in later) - early_minor,
        loan.offer.apr,
        loan.offer.truth_box.payment_minor,
        first=later[0].number,
        fee_minor=loan.offer.monthly_fee_minor,
        most_lines=len(later),
    )


def flexible_rest(
    loan: Loan, rest: Sequence[ScheduleLine], first_minor: int | None = None
) -> tuple[ScheduledPayment, ...]:
    """The lines of a flexible loan from here on, the first of them bringing `first_minor`.

    Without it the first brings the floor, like the others.
    """
    owed = [line.owed for line in rest]
    number = rest[0].number
    return book.flexible_schedule(
        book.flexible_payments(
            sum(part.total_minor for part in owed),
            plan_of(loan).floor_minor,
            first=first_minor,
            periods=book.FLEXIBLE_PERIODS - number + 1,
        ),
        principal_minor=sum(part.principal_minor for part in owed),
        interest_minor=sum(part.interest_minor for part in owed),
        fees_minor=sum(part.fees_minor for part in owed),
        number=number,
    )


def plan_of(loan: Loan) -> FlexiblePlan:
    """The share and the floor of a flexible loan, as they were agreed."""
    offer = loan.offer
    return flexible_plan(offer.truth_box.total_due_minor, offer.base_minor, offer.honour)


def replace(
    loan: Loan,
    lines: Sequence[ScheduleLine],
    drawn: Iterable[ScheduledPayment],
    *,
    payment: LoanPayment | None,
    by: Seat | None,
    on: date | None = None,
) -> None:
    """Draws these instead of those; `on` is the day of a line that pays everything off."""
    _supersede(loan, lines, payment, by=by)
    _write(loan, drawn, drawn_by=payment, on=on)


def put_back(loan: Loan, payment: LoanPayment, reversal: LoanPayment, *, by: Seat | None) -> None:
    """The schedule as it was before a payment had drawn it again; its parts were taken off.

    Where a flexible loan's periods were reckoned since, there is no way back to
    the old lines: from the first that the payment drew, all are drawn anew.
    """
    drawn = list(payment.drawn.order_by("number"))
    if all(line.superseded_at is None for line in drawn):
        _supersede(loan, drawn, reversal, by=by)
        payment.replaced.update(superseded_at=None, superseded_by=None)
        return
    rest = list(
        ScheduleLine.objects.in_force()
        .filter(loan=loan, number__gte=drawn[0].number)
        .order_by("number")
    )
    replace(loan, rest, flexible_rest(loan, rest), payment=None, by=by)


def _supersede(
    loan: Loan, lines: Iterable[ScheduleLine], payment: LoanPayment | None, *, by: Seat | None
) -> None:
    booking.uncharge(loan, lines, by=by)
    for line in lines:
        line.superseded_at, line.superseded_by = clock.now(), payment
        line.save(update_fields=["superseded_at", "superseded_by"])


def _write(
    loan: Loan,
    lines: Iterable[ScheduledPayment],
    *,
    drawn_by: LoanPayment | None = None,
    on: date | None = None,
) -> None:
    ScheduleLine.objects.bulk_create(
        ScheduleLine(
            loan=loan,
            number=line.number,
            due_on=on or due_on(loan, line.number),
            fee_minor=line.fee_minor,
            interest_minor=line.interest_minor,
            principal_minor=line.principal_minor,
            balance_minor=line.balance_minor,
            drawn_by=drawn_by,
        )
        for line in lines
    )
