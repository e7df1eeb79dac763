"""A drive's life: written, submitted, approved, gathering, served, ended."""

from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit, outbox
from alliance.tenancy.scope import current_alliance
from members.models import Business
from members.queries import businesses as members
from pledges import events
from pledges.amounts import end_of_day
from pledges.models import DriveState, DriveStep, Pledge, PledgeDrive, PledgeState
from pledges.models.drives import DRIVE_TRANSITIONS
from pledges.rules import months_at_location, threshold
from pledges.services import pledges as pledge_services

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
)
# /pledge/<slug>/ leads to these pages before it leads to a drive.
PAGES_OF_OURS = {"sent", "lost-card"}


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
    under_way = PledgeDrive.objects.filter(business=drive.business).filter(
        state__in=[DriveState.IN_REVIEW, DriveState.GATHERING, DriveState.QUALIFIED]
    )
    if under_way.exclude(pk=drive.pk).exists():
        raise DomainError(_("Another drive of this business is under way. One at a time."))
    drive.submitted_at = clock.now()
    drive.save(update_fields=["submitted_at"])
    return _move(drive, DriveState.IN_REVIEW, by=by)


@transaction.atomic
def approve_drive(*, drive: PledgeDrive, by: Seat) -> PledgeDrive:
    """Opens a submitted drive to everybody until its last gathering day ends.

    Raises:
        DomainError: `by` speaks for the business: nobody approves their own drive.
    """
    drive = _locked(drive)
    if members.is_person_of(by, drive.business):
        raise DomainError(_("Somebody else has to approve the drive of your own business."))
    now = clock.now()
    drive.opened_at = drive.opened_at or now
    drive.gathering_ends_at = end_of_day(now, current_alliance().zone, days=drive.gathering_days)
    drive.save(update_fields=["opened_at", "gathering_ends_at"])
    drive = _move(drive, DriveState.GATHERING, by=by)
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
def serve_drive(*, drive: PledgeDrive, by: Seat) -> PledgeDrive:
    """Lets a qualified drive be honoured without a loan.

    Raises:
        DomainError: it has not qualified; one that gathers still has to.
    """
    drive = _locked(drive)
    if drive.state != DriveState.QUALIFIED:
        raise DomainError(_("Only a qualified drive can be honoured."))
    return _move(drive, DriveState.SERVING, by=by)


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
    standing = drive.pledges.filter(state__in=[PledgeState.ACTIVE, PledgeState.FULFILLED]).count()
    if standing >= threshold(drive).pledgers:
        return _move(drive, DriveState.QUALIFIED, by=None)
    reason = _("The drive ended with %(count)d pledges; it needed %(needed)d.") % {
        "count": standing,
        "needed": threshold(drive).pledgers,
    }
    drive = _move(drive, DriveState.UNQUALIFIED, by=None, reason=reason)
    pledge_services.release_all(drive=drive, reason=reason, by=None)
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


def _locked(drive: PledgeDrive) -> PledgeDrive:
    return (
        PledgeDrive.objects.select_for_update(of=("self",))
        .select_related("business")
        .get(pk=drive.pk)
    )


def _move(drive: PledgeDrive, to: DriveState, *, by: Seat | None, reason: str = "") -> PledgeDrive:
    """One step along DRIVE_TRANSITIONS, with its history, audit and event."""
    if to not in DRIVE_TRANSITIONS[drive.state]:
        raise DomainError(
            _("This drive is %(state)s now; that step is no longer open.")
            % {"state": drive.get_state_display()}
        )
    step = DriveStep(drive=drive, from_state=drive.state, to_state=to, reason=reason[:400], seat=by)
    drive.state = to
    drive.save(update_fields=["state"])
    step.save()
    audit.record(by=by, action=f"drive.{to}", subject=drive, reason=reason)
    events.drive_moved.send(sender=PledgeDrive, drive=drive, step=step)
    return drive


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


def _tell_business(drive: PledgeDrive, template: str, **context: Any) -> None:
    step = drive.steps.count()
    for person in members.people_of(drive.business):
        outbox.enqueue(
            key=f"{template.rsplit('/', 1)[-1]}:{drive.pk}:{step}:{person.pk}"[:120],
            template=template,
            to=person.email,
            context={
                "name": person.name,
                "title": drive.title,
                "url": current_alliance().url(f"/me/drive/{drive.slug}/"),
                **context,
            },
            confirmed=True,
        )
