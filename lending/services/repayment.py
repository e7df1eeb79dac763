"""Payments on loans: recorded once, spread over what is owed, and taken back exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from lending.arithmetic.book import Part, Spread, spread
from lending.arithmetic.repayment import MATURITY_MONTHS
from lending.arithmetic.schedule import ScheduledPayment
from lending.models import (
    Loan,
    LoanMoment,
    LoanPayment,
    LoanState,
    Outcome,
    PaidPart,
    Repayment,
    ScheduleLine,
    Way,
)
from lending.queries import lenders as lender_queries
from lending.queries.accounts import Account, account
from lending.rules import RECORD_PAYMENTS
from lending.services import arrears, booking, loans, schedules
from members.queries import businesses as members

MOST_MINOR = 100_000_000


@dataclass(frozen=True)
class Paid:
    """Money that the lender received: minor units, on which day, how.

    `key` names the form it was typed into, or the line of a file: the same
    key again records nothing.
    """

    amount_minor: int
    on: date
    key: str
    way: Way = Way.BY_HAND
    note: str = ""


@transaction.atomic
def record(*, loan: Loan, paid: Paid, by: Seat | None) -> LoanPayment:
    """Records a payment: fees, then interest, then principal of what is owed now.

    What is more repays later principal of a level loan early, with the
    interest of the days until now where it pays everything off; what nobody
    owes is to be returned. The same key gives the first payment.

    Raises:
        DomainError: the loan does not run, the amount or the day makes no
            sense, `by` may not, or the key came with another amount.
    """
    loan = loans.locked(loan)
    _must_record(by, loan)
    known = loan.payments.filter(key=paid.key).first()
    if known is not None:
        return _same(known, paid)
    _must_make_sense(loan, paid)
    now = account(loan, paid.on, for_update=True)
    plan = _on_level if loan.repayment == Repayment.LEVEL else _on_flexible
    found = plan(now, paid.amount_minor)
    payment = _write(loan, paid, found.spread, by=by)
    schedules.replace(loan, found.replaced, found.drawn, payment=payment, by=by, on=found.on)
    _settle(loan, payment, found.spread, by=by)
    audit.record(by=by, action="loan.payment", subject=payment, amount_minor=paid.amount_minor)
    return payment


@transaction.atomic
def take_back(*, payment: LoanPayment, reason: str, by: Seat) -> LoanPayment:
    """Undoes the newest payment of a loan: a cheque that bounced, a slip of the pen.

    Twice gives the first reversal.

    Raises:
        DomainError: a newer payment stands on it, it is itself a reversal or
            came from a new loan, the loan was written off, or no reason is given.
    """
    if not reason.strip():
        raise DomainError(_("Say why; both sides read it."), field="reason")
    loan = loans.locked(payment.loan)
    _must_record(by, loan)
    done = LoanPayment.objects.filter(reverses=payment).first()
    if done is not None:
        return done
    _must_be_newest(loan, payment)
    reversal = LoanPayment.objects.create(
        loan=loan,
        way=payment.way,
        paid_minor=payment.paid_minor,
        fees_minor=payment.fees_minor,
        interest_minor=payment.interest_minor,
        principal_minor=payment.principal_minor,
        returned_minor=payment.returned_minor,
        on=loans.today(),
        note=reason[:200],
        key=f"reversal:{payment.pk}",
        reverses=payment,
        seat=by,
        at=clock.now(),
    )
    for part in payment.parts.all():
        _pay(part.line_id, Part(0, -part.fees_minor, -part.interest_minor, -part.principal_minor))
    schedules.put_back(loan, payment, reversal, by=by)
    booking.uncharge(loan, _charged_too_soon(loan), by=by)
    loan.balance_minor += payment.principal_minor
    if loan.state == LoanState.CLOSED:
        loans.move(loan, LoanState.ACTIVE)
        loans.record(loan, LoanMoment.OPENED_AGAIN, by=by, reason=reason)
    loan.save(update_fields=["balance_minor"])
    booking.take_back(payment, reason=reason, by=by)
    arrears.catch_up(loan, cause=reversal)
    arrears.review(loan)
    audit.record(by=by, action="loan.payment_taken_back", subject=reversal, reason=reason)
    return reversal


@dataclass(frozen=True)
class _Plan:
    """Where a payment goes, and which lines are drawn instead of which for it."""

    spread: Spread
    replaced: Sequence[ScheduleLine] = ()
    drawn: Sequence[ScheduledPayment] = ()
    on: date | None = None


def _on_level(now: Account, amount_minor: int) -> _Plan:
    """On a level loan; what covers all of it closes it with the interest until today."""
    if now.is_shortened_by_paying_off and amount_minor >= now.payoff_minor:
        last = now.last_line
        rest = now.unpaid[len(now.overdue) :]
        found = spread(amount_minor, [*(line.owed for line in now.overdue), _whole(last)])
        return _Plan(found, rest, [last], on=now.on)
    parts, left = _dealt(amount_minor, now.in_turn)
    early = min(left, sum(line.owed.principal_minor for line in now.later))
    found = Spread(parts, early, left - early)
    if not early:
        return _Plan(found)
    return _Plan(found, now.later, schedules.after_early(now.loan, now.later, early))


def _on_flexible(now: Account, amount_minor: int) -> _Plan:
    """On a flexible loan; what is more than is due now makes the line after that larger."""
    touched = [line for line in now.later if line.owed_minor < line.due_minor]
    ahead = now.later[len(touched) :]
    parts, left = _dealt(amount_minor, [*now.in_turn, *([line] for line in touched)])
    if not left or not ahead:
        return _Plan(Spread(parts, 0, left))
    if left <= ahead[0].owed_minor:
        return _Plan(Spread((*parts, *spread(left, [ahead[0].owed]).parts), 0, 0))
    more = min(left, sum(line.owed_minor for line in ahead))
    drawn = schedules.flexible_rest(now.loan, ahead, more)
    return _Plan(Spread((*parts, _whole(drawn[0])), 0, left - more), ahead, drawn)


def _dealt(amount_minor: int, groups: Sequence[list[ScheduleLine]]) -> tuple[tuple[Part, ...], int]:
    """Where a payment goes, each group in full before the next; and what is left of it.

    Who pays just what is late is in time again: interest of a month that is
    still to come waits until then.
    """
    parts = list[Part]()
    for group in groups:
        owed = [line.owed for line in group]
        if taken := min(amount_minor, sum(part.total_minor for part in owed)):
            parts.extend(spread(taken, owed).parts)
            amount_minor -= taken
    return tuple(parts), amount_minor


def _whole(line: ScheduledPayment) -> Part:
    """All that a line asks for."""
    return Part(line.number, line.fee_minor, line.interest_minor, line.principal_minor)


def _write(loan: Loan, paid: Paid, found: Spread, *, by: Seat | None) -> LoanPayment:
    return LoanPayment.objects.create(
        loan=loan,
        way=paid.way,
        paid_minor=paid.amount_minor,
        fees_minor=sum(part.fees_minor for part in found.parts),
        interest_minor=sum(part.interest_minor for part in found.parts),
        principal_minor=sum(part.principal_minor for part in found.parts) + found.early_minor,
        returned_minor=found.returned_minor,
        on=paid.on,
        note=paid.note[:200],
        key=paid.key,
        seat=by,
        at=clock.now(),
    )


def _settle(loan: Loan, payment: LoanPayment, found: Spread, *, by: Seat | None) -> None:
    """Brings lines, balance, books and state in line with a payment."""
    lines = {line.number: line for line in account(loan, payment.on).lines}
    paid = [(lines[part.number], part) for part in found.parts]
    uncharged = [line for line, _part in paid if line.charged_on is None]
    booking.charge(loan, uncharged, on=payment.on, by=by, cause=payment)
    for line, part in paid:
        _pay(line.pk, part)
        PaidPart.objects.create(
            payment=payment,
            line=line,
            fees_minor=part.fees_minor,
            interest_minor=part.interest_minor,
            principal_minor=part.principal_minor,
        )
    booking.repay(payment, by=by)
    loan.balance_minor -= payment.principal_minor
    loan.save(update_fields=["balance_minor"])
    if not account(loan, payment.on).owed_minor:
        loans.close(loan, _outcome(loan, payment), on=payment.on, by=by)
    else:
        arrears.review(loan)


def _outcome(loan: Loan, payment: LoanPayment) -> Outcome:
    if payment.way == Way.REFINANCING:
        return Outcome.REFINANCED
    months = MATURITY_MONTHS if loan.repayment == Repayment.FLEXIBLE else loan.offer.months
    assert loan.disbursed_on is not None
    # A last payment some days before its day is not early.
    last_month = loan.disbursed_on + relativedelta(months=months - 1)
    return Outcome.EARLY if payment.on <= last_month else Outcome.REPAID


def _pay(line_id: UUID, part: Part) -> None:
    """Adds to what was paid of a line; the CHECK refuses more than it asks for."""
    ScheduleLine.objects.filter(pk=line_id).update(
        paid_fee_minor=F("paid_fee_minor") + part.fees_minor,
        paid_interest_minor=F("paid_interest_minor") + part.interest_minor,
        paid_principal_minor=F("paid_principal_minor") + part.principal_minor,
    )


def _charged_too_soon(loan: Loan) -> list[ScheduleLine]:
    """Lines that were charged before their day for a payment of which nothing is left."""
    lines = ScheduleLine.objects.in_force().filter(
        loan=loan, settled_on=None, charged_on__lt=F("due_on")
    )
    return [line for line in lines if line.owed_minor == line.due_minor]


def _same(known: LoanPayment, paid: Paid) -> LoanPayment:
    if (known.paid_minor, known.on) != (paid.amount_minor, paid.on):
        raise DomainError(_("This was sent before with other figures. Please start again."))
    return known


def _must_record(by: Seat | None, loan: Loan) -> None:
    if by is None:
        return
    may = by.role in RECORD_PAYMENTS.roles or lender_queries.speaks_for(by, loan.lender)
    if not may or members.is_person_of(by, loan.drive.business):
        raise DomainError(_("Only the lender or the alliance can record a payment."))


def _must_make_sense(loan: Loan, paid: Paid) -> None:
    if not loan.is_running or loan.disbursed_on is None:
        raise DomainError(_("This loan is %(state)s now.") % {"state": loan.get_state_display()})
    if not 0 < paid.amount_minor <= MOST_MINOR:
        raise DomainError(_("Enter what was paid, up to $1,000,000."), field="amount")
    if not loan.disbursed_on <= paid.on <= loans.today():
        raise DomainError(
            _("Enter a day between the one on which the loan was paid out and today."), field="on"
        )
    newest = loan.payments.filter(reverses=None, reversals=None).order_by("on").last()
    if newest is not None and paid.on < newest.on:
        raise DomainError(
            _("A payment of a later day is recorded already. Take that back first."), field="on"
        )


def _must_be_newest(loan: Loan, payment: LoanPayment) -> None:
    standing = loan.payments.filter(reverses=None, reversals=None).order_by("-at", "-id").first()
    if payment.reverses_id or standing is None or standing.pk != payment.pk:
        raise DomainError(_("Only the newest payment can be taken back."))
    if loan.outcome in (Outcome.REFINANCED, Outcome.WRITTEN_OFF):
        raise DomainError(
            _("This loan is closed: %(outcome)s.") % {"outcome": loan.get_outcome_display()}
        )
