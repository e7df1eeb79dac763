"""A loan before it is paid out: accepted, thought over, called off; and its history."""

from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.money import format_money
from alliance.services import audit
from alliance.tenancy.scope import current_alliance
from lending.models import (
    ApplicationState,
    Loan,
    LoanMoment,
    LoanOffer,
    LoanState,
    LoanStep,
    OfferState,
    Outcome,
)
from lending.models.loans import LOAN_TRANSITIONS
from lending.queries import backing
from lending.queries import lenders as lender_queries
from lending.services import applications, letters, offers
from pledges.amounts import end_of_day
from pledges.models import DriveState, PledgeDrive
from pledges.services import drives


@transaction.atomic
def accept(*, offer: LoanOffer, by: Seat) -> Loan:
    """The borrower signs; for three days (the alliance's own number) they may change their mind.

    What stood behind the offer is looked at again: pledges may have been
    withdrawn since.

    Raises:
        DomainError: the offer is not open, or the pledges no longer carry it.
    """
    application = applications.locked(offer.application)
    applications.must_speak_for(by, application.drive.business)
    offer = LoanOffer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    offer.application = application
    if lender_queries.lends_by_any_seat(by):
        raise DomainError(_("You speak for a lender; somebody else has to sign for the business."))
    if not offer.is_open:
        raise DomainError(_("This offer is not open any more."))
    if against := offers.against_today(offer):
        raise DomainError(
            _("Pledges have changed since this offer was made. %(reasons)s")
            % {"reasons": " ".join(against)}
        )
    # The application first: an offer that ends would put it back to approved.
    applications.move(application, ApplicationState.ACCEPTED, by=by)
    offers.end(offer, OfferState.ACCEPTED, by=by)
    now = clock.now()
    loan = Loan.objects.create(
        offer=offer,
        drive=application.drive,
        lender=offer.lender,
        number=_next_number(),
        amount_minor=offer.amount_minor,
        currency=offer.currency,
        repayment=offer.repayment,
        accepted_by=by,
        accepted_at=now,
        cooling_ends_at=end_of_day(
            now, current_alliance().zone, days=backing.policy().cooling_days
        ),
    )
    record(loan, LoanMoment.ACCEPTED, by=by)
    audit.record(by=by, action="loan.accepted", subject=loan, amount_minor=loan.amount_minor)
    _tell_lender(
        loan,
        _(
            "%(business)s accepts your offer of %(amount)s. The money may be paid out after the "
            "days in which they may change their mind."
        )
        % {
            "business": application.drive.business,
            "amount": format_money(loan.amount_minor, loan.currency),
        },
    )
    return loan


@transaction.atomic
def change_mind(*, loan: Loan, by: Seat) -> Loan:
    """The borrower steps back within their days, without a reason; twice changes nothing.

    Raises:
        DomainError: the days are over, or the money was paid out.
    """
    loan = locked(loan)
    applications.must_speak_for(by, loan.drive.business)
    if loan.state == LoanState.CALLED_OFF:
        return loan
    if not loan.may_change_mind:
        raise DomainError(_("The days to change your mind are over. Please talk to the lender."))
    return _call_off(loan, OfferState.DECLINED, by=by, reason="")


@transaction.atomic
def call_off(*, loan: Loan, reason: str, by: Seat) -> Loan:
    """The lender steps back before it has paid, with a reason that the borrower reads."""
    if not reason.strip():
        raise DomainError(_("Say why; the business reads it."), field="reason")
    loan = locked(loan)
    must_lend(by, loan)
    if loan.state != LoanState.ACCEPTED:
        raise DomainError(_("This loan is %(state)s now.") % {"state": loan.get_state_display()})
    return _call_off(loan, OfferState.WITHDRAWN, by=by, reason=reason)


@transaction.atomic
def finish_cooling(*, loan: Loan) -> Loan:
    """After the days to change one's mind the drive is financed; called by beat.

    Before they are over, or again, it changes nothing.
    """
    loan = locked(loan)
    if loan.state != LoanState.ACCEPTED or loan.cooling_ends_at > clock.now():
        return loan
    for offer in loan.offer.application.offers.filter(state=OfferState.OPEN):
        offers.end(offer, OfferState.DECLINED, by=None)
        letters.tell_that_offer_ended(offer)
    if loan.drive.state == DriveState.QUALIFIED:
        loan.drive = drives.finance_drive(drive=loan.drive, by=None, reason=loan.reference)
    return loan


def record(loan: Loan, moment: LoanMoment, *, by: Seat | None, reason: str = "") -> LoanStep:
    """Appends a moment to the loan's history."""
    return LoanStep.objects.create(
        loan=loan, moment=moment, reason=reason[:400], seat=by, at=clock.now()
    )


def move(loan: Loan, to: LoanState, *, outcome: str = "") -> Loan:
    """One step along LOAN_TRANSITIONS; the caller holds the lock and records the moment."""
    if to not in LOAN_TRANSITIONS[loan.state]:
        raise DomainError(_("This loan is %(state)s now.") % {"state": loan.get_state_display()})
    loan.state, loan.outcome = to, outcome
    loan.closed_on = today() if to == LoanState.CLOSED else None
    loan.save(update_fields=["state", "outcome", "closed_on", "balance_minor", "late_since"])
    return loan


def close(loan: Loan, outcome: Outcome, *, on: date, by: Seat | None, reason: str = "") -> Loan:
    """Closes a running loan that owes nothing any more."""
    loan.late_since = None
    move(loan, LoanState.CLOSED, outcome=outcome)
    Loan.objects.filter(pk=loan.pk).update(closed_on=on)
    loan.closed_on = on
    record(loan, LoanMoment.CLOSED, by=by, reason=reason or str(loan.get_outcome_display()))
    audit.record(by=by, action="loan.closed", subject=loan, outcome=outcome)
    key = f"loan-closed:{loan.pk}:{loan.steps.count()}"
    text = _("The loan %(loan)s is closed: %(outcome)s.") % {
        "loan": loan.reference,
        "outcome": loan.get_outcome_display(),
    }
    subject = _("A loan is closed")
    path = loan.get_absolute_url()
    letters.tell_business(loan.drive.business, key, subject=subject, lines=[text], path=path)
    letters.tell_lender(loan.lender, f"{key}:l", subject=subject, lines=[text], path=path)
    return loan


def locked(loan: Loan) -> Loan:
    """The row under lock with its drive, offer and lender; drive and application come before it."""
    application = applications.locked(loan.offer.application)
    found = (
        Loan.objects.select_for_update(of=("self",))
        .select_related("offer", "lender")
        .get(pk=loan.pk)
    )
    found.drive, found.offer.application = application.drive, application
    return found


def today() -> date:
    """The day in the alliance's zone."""
    return day_of(clock.now())


def tell_that_base_fell(drive: PledgeDrive) -> None:
    """A pledge of a financed drive was taken back: noted, and the lender told, once a day."""
    for loan in Loan.objects.standing().filter(drive=drive).select_related("lender"):
        key = f"loan-base-fell:{loan.pk}:{today()}"
        noted = loan.steps.filter(moment=LoanMoment.BASE_FELL).order_by("-at").first()
        if noted is None or day_of(noted.at) != today():
            record(loan, LoanMoment.BASE_FELL, by=None)
            letters.tell_lender(
                loan.lender,
                key,
                subject=_("Pledges were withdrawn"),
                lines=[
                    _("Fewer pledges stand behind the loan %(loan)s than before.")
                    % {"loan": loan.reference}
                ],
                path=loan.get_absolute_url(),
            )


def _call_off(loan: Loan, to: OfferState, *, by: Seat | None, reason: str) -> Loan:
    application = loan.offer.application
    loan = move(loan, LoanState.CALLED_OFF)
    record(loan, LoanMoment.CALLED_OFF, by=by, reason=reason)
    audit.record(by=by, action="loan.called_off", subject=loan, reason=reason)
    offers.end(loan.offer, to, by=by)
    others = application.offers.filter(state=OfferState.OPEN).exists()
    state = ApplicationState.OFFERED if others else ApplicationState.APPROVED
    applications.move(application, state, by=by, reason=reason)
    if loan.drive.state == DriveState.FINANCED:
        drives.unfinance_drive(drive=loan.drive, by=by, reason=loan.reference)
    text = _("The loan %(loan)s was called off. %(reason)s") % {
        "loan": loan.reference,
        "reason": reason,
    }
    key, subject = f"loan-called-off:{loan.pk}", _("A loan was called off")
    letters.tell_of_application(application, key, text)
    letters.tell_lender(
        loan.lender, f"{key}:l", subject=subject, lines=[text], path=loan.get_absolute_url()
    )
    return loan


def must_lend(by: Seat, loan: Loan) -> None:
    """Raises a DomainError unless the seat speaks for the loan's lender."""
    if not lender_queries.speaks_for(by, loan.lender):
        raise DomainError(_("Only %(lender)s can do that.") % {"lender": loan.lender})


def _tell_lender(loan: Loan, text: str) -> None:
    letters.tell_lender(
        loan.lender,
        f"loan-accepted:{loan.pk}",
        subject=_("Your offer was accepted"),
        lines=[text],
        path=loan.get_absolute_url(),
    )


def _next_number() -> int:
    """One more than the last; whoever asks next waits until this transaction ends."""
    with connection.cursor() as cursor:
        key = f"loan.number:{current_alliance().pk}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    return (Loan.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def day_of(moment: datetime) -> date:
    """The day of an instant in the alliance's zone."""
    return moment.astimezone(current_alliance().zone).date()


def call_off_with_drive(drive: PledgeDrive) -> None:
    """A drive that ended before the money was paid calls the loan off; in its transaction."""
    for loan in Loan.objects.filter(drive=drive, state=LoanState.ACCEPTED):
        _call_off(locked(loan), OfferState.DECLINED, by=None, reason=_("The drive has ended."))
