"""What lenders take along for their books, as CSV; each taking is audited."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import StringIO

from defusedcsv import csv
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Seat
from alliance.money import major
from alliance.services import audit
from alliance.services.exports import inert
from alliance.tenancy.scope import current_alliance
from lending.models import Lender, Loan
from lending.queries import lenders as lender_queries
from lending.queries.accounts import accounts
from lending.queries.desk import payment_rows
from lending.services import loans as loan_services

PORTFOLIO = (
    gettext_lazy("loan"),
    gettext_lazy("lender"),
    gettext_lazy("business"),
    gettext_lazy("state"),
    gettext_lazy("outcome"),
    gettext_lazy("currency"),
    gettext_lazy("amount"),
    gettext_lazy("yearly rate in percent"),
    gettext_lazy("months"),
    gettext_lazy("repayment"),
    gettext_lazy("accepted on"),
    gettext_lazy("paid out on"),
    gettext_lazy("principal owed"),
    gettext_lazy("due now"),
    gettext_lazy("overdue"),
    gettext_lazy("next payment on"),
    gettext_lazy("late since"),
    gettext_lazy("closed on"),
)
PAYMENTS = (
    gettext_lazy("loan"),
    gettext_lazy("paid on"),
    gettext_lazy("amount"),
    gettext_lazy("fees"),
    gettext_lazy("interest"),
    gettext_lazy("principal"),
    gettext_lazy("to be returned"),
    gettext_lazy("currency"),
    gettext_lazy("how"),
    gettext_lazy("note"),
    gettext_lazy("recorded at"),
    gettext_lazy("recorded by"),
    gettext_lazy("takes back"),
    gettext_lazy("was taken back"),
)
SCHEDULE = (
    gettext_lazy("loan"),
    gettext_lazy("number"),
    gettext_lazy("due on"),
    gettext_lazy("due"),
    gettext_lazy("fee"),
    gettext_lazy("interest"),
    gettext_lazy("principal"),
    gettext_lazy("principal left"),
    gettext_lazy("paid"),
    gettext_lazy("still owed"),
    gettext_lazy("currency"),
)


@transaction.atomic
def portfolio(*, lenders: Iterable[Lender], by: Seat) -> str:
    """Every loan of these lenders, newest first, with what is owed today."""
    wanted = list(lenders)
    found = lender_queries.portfolio(Lender.objects.filter(pk__in=[each.pk for each in wanted]))
    rows = [
        (
            each.loan.reference,
            each.loan.lender.name,
            each.loan.drive.business.trade_name,
            each.loan.get_state_display(),
            each.loan.get_outcome_display(),
            each.loan.currency,
            _amount(each.loan.amount_minor, each.loan),
            f"{(each.loan.offer.apr * 100).normalize():f}",
            each.loan.offer.months,
            each.loan.get_repayment_display(),
            _day(each.loan.accepted_at),
            _day(each.loan.disbursed_on),
            _amount(each.loan.balance_minor, each.loan),
            _amount(each.due_now_minor if each.loan.is_running else 0, each.loan),
            _amount(each.overdue_minor if each.loan.is_running else 0, each.loan),
            _day(each.next_line.due_on if each.loan.is_running and each.next_line else None),
            _day(each.loan.late_since),
            _day(each.loan.closed_on),
        )
        for each in accounts(found, loan_services.today())
    ]
    for lender in wanted:
        audit.record(by=by, action="loans.exported", subject=lender, lender=lender.name)
    return _text(PORTFOLIO, rows)


@transaction.atomic
def payments(*, loan: Loan, by: Seat) -> str:
    """What was paid on a loan and what it went to, newest first, reversals too."""
    rows = [
        (
            loan.reference,
            _day(row.payment.on),
            *(
                _amount(minor, loan)
                for minor in (
                    row.payment.paid_minor,
                    row.payment.fees_minor,
                    row.payment.interest_minor,
                    row.payment.principal_minor,
                    row.payment.returned_minor,
                )
            ),
            loan.currency,
            row.payment.get_way_display(),
            row.payment.note,
            row.payment.at.astimezone(current_alliance().zone).isoformat(timespec="seconds"),
            row.payment.seat.person.name if row.payment.seat else "",
            _("yes") if row.payment.reverses_id else "",
            _("yes") if row.is_taken_back else "",
        )
        for row in payment_rows(loan)
    ]
    audit.record(by=by, action="loan.payments_exported", subject=loan, rows=len(rows))
    return _text(PAYMENTS, rows)


@transaction.atomic
def schedule(*, loan: Loan, by: Seat) -> str:
    """A loan's schedule as it is in force."""
    rows = [
        (
            loan.reference,
            line.number,
            _day(line.due_on),
            *(
                _amount(minor, loan)
                for minor in (
                    line.due_minor,
                    line.fee_minor,
                    line.interest_minor,
                    line.principal_minor,
                    line.balance_minor,
                    line.due_minor - line.owed_minor,
                    line.owed_minor,
                )
            ),
            loan.currency,
        )
        for line in accounts([loan], loan_services.today())[0].lines
    ]
    audit.record(by=by, action="loan.schedule_exported", subject=loan, rows=len(rows))
    return _text(SCHEDULE, rows)


def _text(header: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([str(name) for name in header])
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return out.getvalue()


def _amount(minor: int, loan: Loan) -> str:
    return str(major(minor, loan.currency))


def _day(day: date | None) -> str:
    if isinstance(day, datetime):
        day = day.astimezone(current_alliance().zone).date()
    return day.isoformat() if day else ""
