"""A drive's life: written, submitted, approved, gathering, served, ended."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliance import clock, links
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from alliance.tenancy.scope import current_alliance
from members.models import Business
from members.queries import businesses as members
from pledges.amounts import end_of_day
from pledges.models import DriveState, Pledge, PledgeDrive, PledgePolicy, PledgeState
from pledges.models.drives import UNDER_WAY_STATES
from pledges.models.pledges import STANDING_STATES
from pledges.policy import policy
from pledges.queries.reciprocity import reciprocity
from pledges.rules import months_at_location, starts_private, threshold
from pledges.services import pledges as pledge_services
from pledges.services.moves import locked as _locked
from pledges.services.moves import move as _move
from pledges.services.moves import open_to_all
from pledges.services.moves import tell_business as _tell_business

EDITABLE = (
    "title",
    "purpose",
    "story",
    "money_use",
    "target_pledgers",
    "suggested_minor",
    "term_months",
    "seeks_loan",
    "rung",
    "gathering_days",
    "starts_private",
    "perk",
)
# /pledge/<slug>/, or something below it, leads to these pages before it leads to a drive.
PAGES_OF_OURS = {
    "card",
    "change",
    "confirm",
    "letters",
    "lost-card",
    "new",
    "passed",
    "pos",
    "private",
    "sent",
    "till",
}


@transaction.atomic
def write_drive(*, business: Business, by: Seat, **fields: Any) -> PledgeDrive:
    """A new draft for a business that `by` speaks for."""
    _must_speak_for(by, business)
    drive = PledgeDrive(
        business=business,
        made_by=by,
        slug=_free_slug(fields["title"]),
        currency=current_alliance().currency,
        **{name: value for name, value in fields.items() if name in EDITABLE},
    )
    drive.full_clean()
    drive.save()
    audit.record(by=by, action="drive.written", subject=drive, title=drive.title)
    return drive


@transaction.atomic
def edit_drive(*, drive: PledgeDrive, by: Seat, **fields: Any) -> PledgeDrive:
    """Changes a draft.

    Raises:
        DomainError: it is in review or public; what people pledged to stays as it was.
    """
    drive = _locked(drive)
    _must_speak_for(by, drive.business)
    if drive.state != DriveState.DRAFT:
        raise DomainError(_("Only a draft can be changed."))
    for name in EDITABLE:
        if name in fields:
            setattr(drive, name, fields[name])
    drive.full_clean()
    drive.save(update_fields=[name for name in EDITABLE if name in fields])
    audit.record(by=by, action="drive.edited", subject=drive, title=drive.title)
    return drive


@transaction.atomic
def submit_drive(*, drive: PledgeDrive, by: Seat) -> PledgeDrive:
    """Hands a draft to the staff for review.

    Raises:
        DomainError: the business has not been at its location for long enough
            for the rung, or has another drive under way.
    """
    drive = _locked(drive)
    _must_speak_for(by, drive.business)
    needed = threshold(drive).months_at_location
    today = clock.now().astimezone(current_alliance().zone).date()
    if months_at_location(drive.business.at_location_since, today) < needed:
        raise DomainError(
            _(
                "A drive of this kind needs %(months)d months at the present location. "
                "Ask the alliance to bring your record up to date, or choose another kind."
            )
            % {"months": needed}
        )
    under_way = PledgeDrive.objects.filter(business=drive.business, state__in=UNDER_WAY_STATES)
    if under_way.exclude(pk=drive.pk).exists():
        raise DomainError(_("Another drive of this business is under way. One at a time."))
    drive.submitted_at = clock.now()
    drive.save(update_fields=["submitted_at"])
    return _move(drive, DriveState.IN_REVIEW, by=by)


@transaction.atomic
def approve_drive(*, drive: PledgeDrive, by: Seat) -> PledgeDrive:
    """Opens a submitted drive: to the owner's own circle first, or to everybody at once.

    The private phase comes first where the alliance asks for it of drives that
    seek a loan, and where the owner chose it.

    Raises:
        DomainError: `by` speaks for the business: nobody approves their own drive;
            or nobody of the business has pledged at a neighbour, where that is asked.
    """
    drive = _locked(drive)
    if members.is_person_of(by, drive.business):
        raise DomainError(_("Somebody else has to approve the drive of your own business."))
    decided = policy()
    _must_have_pledged(drive, decided)
    if starts_private(drive, decided):
        return _begin_private(drive, decided, by=by)
    drive = open_to_all(drive, by=by)
    _tell_business(drive, "pledges/email/drive_approved")
    return drive


@transaction.atomic
def return_drive(*, drive: PledgeDrive, reason: str, by: Seat) -> PledgeDrive:
    """Gives a submitted drive back to its business with a sentence on what to change."""
    if not reason.strip():
        raise DomainError(_("Say what should change."), field="reason")
    drive = _move(_locked(drive), DriveState.DRAFT, by=by, reason=reason)
    _tell_business(drive, "pledges/email/drive_returned", reason=reason)
    return drive


@transaction.atomic
def finance_drive(*, drive: PledgeDrive, by: Seat | None, reason: str = "") -> PledgeDrive:
    """A lender and the business have agreed on a loan that these pledges back.

    Raises:
        DomainError: the drive has not qualified, or is financed already.
    """
    return _move(_locked(drive), DriveState.FINANCED, by=by, reason=reason)


@transaction.atomic
def unfinance_drive(*, drive: PledgeDrive, by: Seat | None, reason: str) -> PledgeDrive:
    """Back to qualified: one side stepped back before the money was paid out.

    Raises:
        DomainError: no reason, or the drive is not financed.
    """
    if not reason.strip():
        raise DomainError(_("Say why; the business reads it."), field="reason")
    return _move(_locked(drive), DriveState.QUALIFIED, by=by, reason=reason)


@transaction.atomic
def serve_drive(*, drive: PledgeDrive, by: Seat | None, reason: str = "") -> PledgeDrive:
    """Lets a financed drive be honoured, or a qualified one without a loan.

    Raises:
        DomainError: it has not qualified; one that gathers still has to.
    """
    drive = _locked(drive)
    if drive.state not in (DriveState.QUALIFIED, DriveState.FINANCED):
        raise DomainError(_("Only a qualified drive can be honoured."))
    return _move(drive, DriveState.SERVING, by=by, reason=reason)


@transaction.atomic
def serve_without_loan(*, drive: PledgeDrive, by: Seat) -> PledgeDrive:
    """Staff let a qualified drive be honoured as it is.

    Raises:
        DomainError: it has not qualified, or a lender has agreed to a loan meanwhile.
    """
    drive = _locked(drive)
    if drive.state == DriveState.FINANCED:
        raise DomainError(_("A loan has been agreed on; it decides when the drive is honoured."))
    return serve_drive(drive=drive, by=by)


@transaction.atomic
def end_drive(*, drive: PledgeDrive, reason: str, by: Seat) -> PledgeDrive:
    """Ends a drive before its time and releases whoever pledged."""
    if not reason.strip():
        raise DomainError(_("Say why it ends; the pledgers read it."), field="reason")
    drive = _move(_locked(drive), DriveState.ENDED_EARLY, by=by, reason=reason)
    pledge_services.release_all(drive=drive, reason=reason, by=by)
    return drive


@transaction.atomic
def end_gathering(*, drive: PledgeDrive) -> PledgeDrive:
    """After the last gathering day: qualified, unqualified, or straight to being honoured.

    Called by beat; a drive whose days are not over, or that has moved on, stays as it is.
    """
    drive = _locked(drive)
    ended = drive.gathering_ends_at is not None and drive.gathering_ends_at <= clock.now()
    if drive.state != DriveState.GATHERING or not ended:
        return drive
    if not drive.seeks_loan:
        return _move(drive, DriveState.SERVING, by=None)
    standing = _standing(drive)
    needed = threshold(drive).pledgers
    if standing >= needed:
        return _move(drive, DriveState.QUALIFIED, by=None)
    reason = _("The drive ended with %(count)d pledges; it needed %(needed)d.") % {
        "count": standing,
        "needed": needed,
    }
    drive = _move(drive, DriveState.UNQUALIFIED, by=None, reason=reason)
    pledge_services.release_all(drive=drive, reason=reason, by=None)
    return drive


@transaction.atomic
def end_private(*, drive: PledgeDrive) -> PledgeDrive:
    """After the last private day: the drive ends, and whoever pledged is released.

    Called by beat; a drive whose days are not over, or that has moved on, stays
    as it is. Where the alliance asks for fewer by now, it opens to all.
    """
    drive = _locked(drive)
    ended = drive.private_ends_at is not None and drive.private_ends_at <= clock.now()
    if drive.state != DriveState.PRIVATE or not ended:
        return drive
    standing, needed = _standing(drive), policy().private_pledgers
    if standing >= needed:
        return open_to_all(drive, by=None)
    reason = _(
        "The drive began among the owner’s own circle; %(count)d of the %(needed)d people "
        "came who are needed to open it to all."
    ) % {"count": standing, "needed": needed}
    drive = _move(drive, DriveState.UNQUALIFIED, by=None, reason=reason)
    pledge_services.release_all(drive=drive, reason=reason, by=None)
    _tell_business(drive, "pledges/email/drive_stayed_private", count=standing, needed=needed)
    return drive


@transaction.atomic
def complete_drive(*, drive: PledgeDrive) -> PledgeDrive:
    """Closes a drive whose pledges have all come to their end; called by beat.

    A promise that nobody confirmed while the drive gathered holds nothing open.
    """
    drive = _locked(drive)
    standing = Pledge.objects.filter(drive=drive, state=PledgeState.ACTIVE)
    if drive.state == DriveState.SERVING and not standing.exists():
        return _move(drive, DriveState.COMPLETED, by=None)
    return drive


def _begin_private(drive: PledgeDrive, decided: PledgePolicy, *, by: Seat) -> PledgeDrive:
    drive = _move(
        drive,
        DriveState.PRIVATE,
        by=by,
        private_ends_at=end_of_day(clock.now(), current_alliance().zone, days=decided.private_days),
        private_digest=links.digest(drive.private_secret),
    )
    _tell_business(
        drive,
        "pledges/email/drive_private",
        days=decided.private_days,
        needed=decided.private_pledgers,
        private_url=current_alliance().url(drive.get_absolute_url()),
    )
    return drive


def _must_have_pledged(drive: PledgeDrive, decided: PledgePolicy) -> None:
    if not reciprocity(drive, decided).passes:
        raise DomainError(
            _(
                "Before this drive opens, somebody of %(business)s pledges at another member. "
                "Nobody has yet."
            )
            % {"business": drive.business}
        )


def _standing(drive: PledgeDrive) -> int:
    return Pledge.objects.filter(drive=drive, state__in=STANDING_STATES).count()


def _must_speak_for(by: Seat, business: Business) -> None:
    if not members.speaks_for(by, business):
        raise DomainError(_("Only %(business)s can do that.") % {"business": business})


def _free_slug(title: str) -> str:
    base = slugify(title)[:60] or "drive"
    taken = set(PledgeDrive.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    taken |= PAGES_OF_OURS
    return next(
        slug
        for n in range(1, len(taken) + 2)
        if (slug := base if n == 1 else f"{base}-{n}") not in taken
    )
