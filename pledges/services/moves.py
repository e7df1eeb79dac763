"""One door for a drive's steps between states, and for letters to its business."""

from typing import Any

from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit, outbox
from alliance.tenancy.scope import current_alliance
from members.queries import businesses as members
from pledges import events
from pledges.amounts import end_of_day
from pledges.models import DriveState, DriveStep, PledgeDrive
from pledges.models.drives import DRIVE_TRANSITIONS


def locked(drive: PledgeDrive) -> PledgeDrive:
    """The drive as it is now, its row locked; a drive is locked before its pledges."""
    return (
        PledgeDrive.objects.select_for_update(of=("self",))
        .select_related("business")
        .get(pk=drive.pk)
    )


def move(
    drive: PledgeDrive, to: DriveState, *, by: Seat | None, reason: str = "", **dates: Any
) -> PledgeDrive:
    """One step along DRIVE_TRANSITIONS, with its history, audit and event.

    `dates` are columns of the drive that the new state comes with.

    Raises:
        DomainError: no step leads from where the drive is to there.
    """
    if to not in DRIVE_TRANSITIONS[drive.state]:
        raise DomainError(
            _("This drive is %(state)s now; that step is no longer open.")
            % {"state": drive.get_state_display()}
        )
    step = DriveStep(drive=drive, from_state=drive.state, to_state=to, reason=reason[:400], seat=by)
    drive.state = to
    for name, value in dates.items():
        setattr(drive, name, value)
    drive.save(update_fields=["state", *dates])
    step.save()
    audit.record(by=by, action=f"drive.{to}", subject=drive, reason=reason)
    events.drive_moved.send(sender=PledgeDrive, drive=drive, step=step)
    return drive


def open_to_all(drive: PledgeDrive, *, by: Seat | None) -> PledgeDrive:
    """Lets a locked drive gather from everybody until the end of its last day from now on."""
    now = clock.now()
    ends = end_of_day(now, current_alliance().zone, days=drive.gathering_days)
    return move(drive, DriveState.GATHERING, by=by, opened_at=now, gathering_ends_at=ends)


def tell_business(drive: PledgeDrive, template: str, **context: Any) -> None:
    """Writes to the business's people, once for each step that the drive has taken."""
    step = drive.steps.count()
    for person in members.people_of(drive.business):
        outbox.enqueue(
            key=f"{template.rsplit('/', 1)[-1]}:{drive.pk}:{step}:{person.pk}"[:120],
            template=template,
            to=person.email,
            context={
                "name": person.name,
                "title": drive.shown_title,
                "url": current_alliance().url(f"/me/drive/{drive.slug}/"),
                **context,
            },
            confirmed=True,
        )
