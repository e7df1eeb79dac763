"""What loans write into the ledger: entries on accounts that are kept for others.

The alliance lends nothing and holds nothing; these accounts sum to zero among
themselves. Each line names its loan, so that a loan's principal in the books
can be compared with its schedule.
"""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from alliance.models import Seat
from ledger.chart import LOAN_CONTRA, LOAN_FEES, LOAN_INTEREST, LOAN_PRINCIPAL
from ledger.models import Entry, EntryKind
from ledger.services import Draft, credit, debit, post_all, reverse
from lending.models import Loan, LoanPayment, ScheduleLine


def pay_out(loan: Loan, *, on: date, by: Seat | None) -> None:
    """The principal is owed from now on; an upfront fee is charged and kept back at once."""
    fee = loan.offer.upfront_fee_minor
    drafts = [
        Draft(
            key=f"loan-paid-out:{loan.pk}",
            kind=EntryKind.DISBURSEMENT,
            memo=_("%(loan)s paid out") % {"loan": loan.reference},
            on=on,
            lines=[
                debit(LOAN_PRINCIPAL, loan.amount_minor, party=loan.pk),
                credit(LOAN_CONTRA, loan.amount_minor, party=loan.pk),
            ],
        )
    ]
    if fee:
        drafts.append(_charge(loan, f"loan-fee:{loan.pk}", on=on, fee_minor=fee))
        drafts.append(_repay(loan, f"loan-fee-kept:{loan.pk}", on=on, fees_minor=fee))
    post_all(drafts, by=by)


def charge(
    loan: Loan,
    lines: Iterable[ScheduleLine],
    *,
    on: date,
    by: Seat | None,
    cause: LoanPayment | None = None,
) -> None:
    """Interest and fee of these lines are owed from now on; the same line again adds nothing.

    `cause` is the payment that brought it about before the calendar did, or the
    reversal after which it is charged again.
    """
    drafts = []
    for line in lines:
        line.charged_on = on
        line.save(update_fields=["charged_on"])
        if line.interest_minor or line.fee_minor:
            drafts.append(
                _charge(
                    loan,
                    _key_of_line(line, cause),
                    on=on,
                    fee_minor=line.fee_minor,
                    interest_minor=line.interest_minor,
                )
            )
    if drafts:
        post_all(drafts, by=by)


def repay(payment: LoanPayment, *, by: Seat | None) -> None:
    """A payment took these parts off what is owed; what is returned never was the lender's."""
    if payment.paid_minor > payment.returned_minor:
        draft = _repay(
            payment.loan,
            _key_of(payment),
            on=payment.on,
            fees_minor=payment.fees_minor,
            interest_minor=payment.interest_minor,
            principal_minor=payment.principal_minor,
        )
        post_all([draft], by=by)


def uncharge(loan: Loan, lines: Iterable[ScheduleLine], *, by: Seat | None) -> None:
    """The opposite of the charges of lines that are no longer in force, or not due yet."""
    charged = [line for line in lines if line.charged_on is not None]
    if not charged:
        return
    causes = [None, *loan.payments.all()]
    keys = [_key_of_line(line, cause) for line in charged for cause in causes]
    for entry in Entry.objects.filter(key__in=keys, reversals=None).order_by("-number"):
        reverse(entry=entry, reason=_("%(loan)s reckoned anew") % {"loan": loan.reference}, by=by)
    for line in charged:
        line.charged_on = None
        line.save(update_fields=["charged_on"])


def take_back(payment: LoanPayment, *, reason: str, by: Seat | None) -> None:
    """The opposite of a payment's entry."""
    for entry in Entry.objects.filter(key=_key_of(payment)):
        reverse(entry=entry, reason=reason, by=by)


def write_off(loan: Loan, *, on: date, by: Seat | None) -> None:
    """Nobody expects the rest any more: principal, and what was charged and not paid."""
    unpaid = [
        line.owed
        for line in ScheduleLine.objects.unpaid().filter(loan=loan, charged_on__isnull=False)
    ]
    draft = _repay(
        loan,
        f"loan-written-off:{loan.pk}:{loan.steps.count()}",
        on=on,
        fees_minor=sum(part.fees_minor for part in unpaid),
        interest_minor=sum(part.interest_minor for part in unpaid),
        principal_minor=loan.balance_minor,
        kind=EntryKind.WRITE_OFF,
    )
    post_all([draft], by=by)


def _key_of(payment: LoanPayment) -> str:
    return f"loan-payment:{payment.pk}"


def _key_of_line(line: ScheduleLine, cause: LoanPayment | None) -> str:
    # What was reversed is charged again under another key: a key writes one entry.
    return f"loan-line:{line.pk}:{cause.pk}" if cause else f"loan-line:{line.pk}"


def _charge(
    loan: Loan, key: str, *, on: date, fee_minor: int = 0, interest_minor: int = 0
) -> Draft:
    return Draft(
        key=key,
        kind=EntryKind.LOAN_CHARGE,
        memo=_("%(loan)s: interest and fees") % {"loan": loan.reference},
        on=on,
        lines=[
            debit(LOAN_INTEREST, interest_minor, party=loan.pk),
            debit(LOAN_FEES, fee_minor, party=loan.pk),
            credit(LOAN_CONTRA, interest_minor + fee_minor, party=loan.pk),
        ],
    )


def _repay(
    loan: Loan,
    key: str,
    *,
    on: date,
    fees_minor: int = 0,
    interest_minor: int = 0,
    principal_minor: int = 0,
    kind: EntryKind = EntryKind.REPAYMENT,
) -> Draft:
    total = fees_minor + interest_minor + principal_minor
    memo = _("%(loan)s written off") if kind == EntryKind.WRITE_OFF else _("%(loan)s repaid")
    return Draft(
        key=key,
        kind=kind,
        memo=memo % {"loan": loan.reference},
        on=on,
        lines=[
            debit(LOAN_CONTRA, total, party=loan.pk),
            credit(LOAN_FEES, fees_minor, party=loan.pk),
            credit(LOAN_INTEREST, interest_minor, party=loan.pk),
            credit(LOAN_PRINCIPAL, principal_minor, party=loan.pk),
        ],
    )
