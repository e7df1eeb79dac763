"""An application's life: written, handed in, approved by two, shown to lenders."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.money import format_money
from alliance.services import audit
from lending.models import (
    ApplicationState,
    ApplicationStep,
    Approval,
    Lender,
    Loan,
    LoanApplication,
    LoanState,
    OfferState,
    Sharing,
)
from lending.models.applications import APPLICATION_TRANSITIONS, TAKES_OFFERS, UNDER_WAY
from lending.queries import approvals, backing
from lending.rules import APPROVALS_NEEDED
from lending.services import letters
from members.models import Business
from members.queries import businesses as members
from pledges.models import DriveState, PledgeDrive

EDITABLE = ("amount_minor", "months", "margin", "repayment", "purpose")
# Before a drive has qualified there is nothing to lend on; one that serves may be refinanced.
MAY_APPLY = (DriveState.GATHERING, DriveState.QUALIFIED)


@transaction.atomic
def write(
    *, drive: PledgeDrive, by: Seat, refinances: Loan | None = None, **fields: Any
) -> LoanApplication:
    """A new draft for a drive whose business `by` speaks for.

    Raises:
        DomainError: somebody else's drive, one that seeks no loan or cannot have
            one now, or another application is under way.
        django.core.exceptions.ValidationError: a field that does not fit.
    """
    drive = _drive_locked(drive)
    must_speak_for(by, drive.business)
    _may_have_a_loan(drive, refinances)
    application = LoanApplication(
        drive=drive,
        made_by=by,
        refinances=refinances,
        **{name: fields[name] for name in EDITABLE if name in fields},
    )
    application.full_clean()
    application.save()
    audit.record(by=by, action="application.written", subject=application)
    return application


@transaction.atomic
def edit(*, application: LoanApplication, by: Seat, **fields: Any) -> LoanApplication:
    """Changes a draft.

    Raises:
        DomainError: it was handed in.
        django.core.exceptions.ValidationError: a field that does not fit.
    """
    application = locked(application)
    must_speak_for(by, application.drive.business)
    if application.state != ApplicationState.DRAFT:
        raise DomainError(_("Only a draft can be changed. Take it back first."))
    changed = [name for name in EDITABLE if name in fields]
    for name in changed:
        setattr(application, name, fields[name])
    application.full_clean()
    application.save(update_fields=changed)
    audit.record(by=by, action="application.edited", subject=application)
    return application


@transaction.atomic
def submit(*, application: LoanApplication, by: Seat) -> LoanApplication:
    """Hands a draft to the alliance, where two people have to approve it.

    Raises:
        DomainError: the drive has not qualified, or does not carry the amount.
    """
    application = locked(application)
    must_speak_for(by, application.drive.business)
    _must_carry(application)
    application.submission += 1
    application.submitted_at = clock.now()
    application.save(update_fields=["submission", "submitted_at"])
    return move(application, ApplicationState.SUBMITTED, by=by)


@transaction.atomic
def approve(*, application: LoanApplication, by: Seat, note: str = "") -> LoanApplication:
    """One person's yes; with the second person's it is approved.

    Raises:
        DomainError: `by` is the borrower, speaks for a lender, or has approved
            already by any seat; the pledges no longer carry the amount.
    """
    application = locked(application)
    _must_wait(application)
    _must_be_impartial(application, by)
    _must_carry(application)
    given = Approval.objects.filter(application=application, submission=application.submission)
    if given.filter(person=by.person_id).exists():
        raise DomainError(str(approvals.APPROVED_ALREADY))
    approval = Approval.objects.create(
        application=application,
        submission=application.submission,
        person_id=by.person_id,
        seat=by,
        note=note[:400],
        at=clock.now(),
    )
    audit.record(by=by, action="application.approval", subject=approval)
    # Persons are counted, not seats; the constraint stands behind the count.
    if given.values("person").distinct().count() < APPROVALS_NEEDED:
        return application
    application = move(application, ApplicationState.APPROVED, by=by)
    letters.tell_of_application(
        application,
        f"application-approved:{application.pk}:{application.submission}",
        _("Two people of the alliance have approved it. Choose which lenders may see it."),
    )
    return application


@transaction.atomic
def give_back(*, application: LoanApplication, reason: str, by: Seat) -> LoanApplication:
    """Returns an application to its business with a sentence on what to change."""
    return _settle(application, ApplicationState.DRAFT, reason=reason, by=by)


@transaction.atomic
def decline(*, application: LoanApplication, reason: str, by: Seat) -> LoanApplication:
    """Ends an application that was handed in, with a reason that the business reads."""
    return _settle(application, ApplicationState.DECLINED, reason=reason, by=by)


@transaction.atomic
def withdraw(*, application: LoanApplication, by: Seat | None, reason: str = "") -> LoanApplication:
    """The business takes its application back; lenders no longer see it, open offers end."""
    application = locked(application)
    if by is not None:
        must_speak_for(by, application.drive.business)
    application = move(application, ApplicationState.WITHDRAWN, by=by, reason=reason)
    now = clock.now()
    for offer in application.offers.filter(state=OfferState.OPEN).select_related("lender"):
        offer.state, offer.ended_at, offer.application = OfferState.DECLINED, now, application
        offer.save(update_fields=["state", "ended_at"])
        audit.record(by=by, action="offer.declined", subject=offer)
        letters.tell_that_offer_ended(offer)
    Sharing.objects.live().filter(application=application).update(ended_at=now)
    return application


@transaction.atomic
def share(
    *,
    application: LoanApplication,
    lender: Lender,
    by: Seat,
    with_contact: bool = True,
    with_months: bool = True,
) -> Sharing:
    """Lets one lender see an approved application; again it changes what else they see.

    Args:
        with_contact: the names and addresses of the business's people too.
        with_months: the honoured purchases month by month too.

    Raises:
        DomainError: it is not approved yet, or the lender takes no applications.
    """
    application = locked(application)
    must_speak_for(by, application.drive.business)
    if application.state not in TAKES_OFFERS:
        raise DomainError(_("Lenders can see it once two people of the alliance approved it."))
    if not Lender.objects.live().filter(pk=lender.pk).exists():
        raise DomainError(_("This lender takes no applications any more."))
    extras = {"with_contact": with_contact, "with_months": with_months}
    sharing, is_new = Sharing.objects.live().get_or_create(
        application=application,
        lender=lender,
        ended_at=None,
        defaults={"shared_by": by, "shared_at": clock.now(), **extras},
    )
    if not is_new:
        Sharing.objects.filter(pk=sharing.pk).update(**extras)
    audit.record(by=by, action="application.shared", subject=sharing, lender=lender.name, **extras)
    if is_new:
        letters.tell_lender(
            lender,
            f"application-shared:{sharing.pk}",
            subject=_("A loan application for you to see"),
            lines=[
                _("%(business)s lets you see its application for %(amount)s.")
                % {
                    "business": application.drive.business,
                    "amount": format_money(application.amount_minor, application.drive.currency),
                }
            ],
            path="/lend/",
        )
    return sharing


@transaction.atomic
def unshare(*, sharing: Sharing, by: Seat) -> None:
    """The lender no longer sees the application; twice changes nothing.

    Raises:
        DomainError: the lender has an open or accepted offer.
    """
    application = locked(sharing.application)
    must_speak_for(by, application.drive.business)
    if application.offers.filter(
        lender=sharing.lender, state__in=[OfferState.OPEN, OfferState.ACCEPTED]
    ).exists():
        raise DomainError(_("This lender has made an offer. Decline it first."))
    if Sharing.objects.live().filter(pk=sharing.pk).update(ended_at=clock.now()):
        audit.record(by=by, action="application.unshared", subject=sharing)


def end_with_drive(drive: PledgeDrive) -> None:
    """A drive that ended takes its applications with it; called inside its transaction."""
    for application in LoanApplication.objects.filter(drive=drive, state__in=UNDER_WAY):
        withdraw(application=application, by=None, reason=_("The drive has ended."))


def locked(application: LoanApplication) -> LoanApplication:
    """The row under lock, with its drive and business; the drive is locked before it."""
    drive = _drive_locked(application.drive)
    found = LoanApplication.objects.select_for_update(of=("self",)).get(pk=application.pk)
    found.drive = drive
    return found


def move(
    application: LoanApplication, to: ApplicationState, *, by: Seat | None, reason: str = ""
) -> LoanApplication:
    """One step along APPLICATION_TRANSITIONS, with its history and audit."""
    if to not in APPLICATION_TRANSITIONS[application.state]:
        raise DomainError(
            _("This application is %(state)s now; that step is no longer open.")
            % {"state": application.get_state_display()}
        )
    ApplicationStep.objects.create(
        application=application,
        from_state=application.state,
        to_state=to,
        reason=reason[:400],
        seat=by,
        at=clock.now(),
    )
    application.state = to
    application.save(update_fields=["state"])
    audit.record(by=by, action=f"application.{to}", subject=application, reason=reason)
    return application


def must_speak_for(by: Seat, business: Business) -> None:
    """Raises a DomainError unless the seat represents the business."""
    if not members.speaks_for(by, business):
        raise DomainError(_("Only %(business)s can do that.") % {"business": business})


def _settle(
    application: LoanApplication, to: ApplicationState, *, reason: str, by: Seat
) -> LoanApplication:
    if not reason.strip():
        raise DomainError(_("Say why; the business reads it."), field="reason")
    application = locked(application)
    _must_wait(application)
    _must_be_impartial(application, by)
    application = move(application, to, by=by, reason=reason)
    key = f"application-{to}:{application.pk}:{application.submission}"
    letters.tell_of_application(application, key, reason)
    return application


def _may_have_a_loan(drive: PledgeDrive, refinances: Loan | None) -> None:
    if not drive.seeks_loan:
        raise DomainError(_("This drive seeks no loan."))
    if LoanApplication.objects.under_way().filter(drive=drive).exists():
        raise DomainError(_("An application for this drive is under way. One at a time."))
    if refinances is not None:
        if not Loan.objects.running().filter(pk=refinances.pk, drive=drive).exists():
            raise DomainError(_("Only a running loan of this drive can be refinanced."))
        if Loan.objects.filter(drive=drive, state=LoanState.ACCEPTED).exists():
            raise DomainError(_("A loan for this drive is agreed on. One at a time."))
    elif drive.state not in MAY_APPLY or Loan.objects.standing().filter(drive=drive).exists():
        raise DomainError(_("A loan is applied for while a drive gathers or when it qualified."))


def _must_wait(application: LoanApplication) -> None:
    if application.state != ApplicationState.SUBMITTED:
        raise DomainError(_("This application has been settled already."))


def _must_be_impartial(application: LoanApplication, by: Seat) -> None:
    if against := approvals.obstacle(application, by):
        raise DomainError(against)


def _must_carry(application: LoanApplication) -> None:
    drive = application.drive
    if application.refinances is None and drive.state != DriveState.QUALIFIED:
        raise DomainError(_("The drive has to qualify first."))
    most = backing.ceiling_of(application)
    if application.amount_minor > most:
        raise DomainError(
            _("The pledges carry at most %(most)s today.")
            % {"most": format_money(most, drive.currency)},
            field="amount",
        )


def _drive_locked(drive: PledgeDrive) -> PledgeDrive:
    return (
        PledgeDrive.objects.select_for_update(of=("self",))
        .select_related("business")
        .get(pk=drive.pk)
    )
