"""What loans do when a pledge or a drive changes."""

from typing import Any

from lending.models import LoanApplication
from lending.services import applications, loans, offers
from pledges import events
from pledges.models import DriveState, Pledge, PledgeDrive, PledgeStep, StepKind

FELL = (StepKind.CANCELLED, StepKind.LOWERED, StepKind.VOIDED)
OVER = (DriveState.UNQUALIFIED, DriveState.ENDED_EARLY)


def tell_lenders(sender: object, pledge: Pledge, step: PledgeStep, **kwargs: Any) -> None:
    """A pledge that is taken back lowers E; whoever lends on it hears of it."""
    if step.kind in FELL and pledge.drive.seeks_loan:
        for application in LoanApplication.objects.under_way().filter(drive=pledge.drive):
            offers.tell_that_base_fell(application)
        loans.tell_that_base_fell(pledge.drive)


def end_with_drive(sender: object, drive: PledgeDrive, **kwargs: Any) -> None:
    """What was not paid out ends with its drive."""
    if drive.state in OVER and drive.seeks_loan:
        loans.call_off_with_drive(drive)
        applications.end_with_drive(drive)
        loans.tell_that_base_fell(drive)


def connect() -> None:
    """Listens to the room of pledges; called in `AppConfig.ready`."""
    events.pledge_changed.connect(tell_lenders, dispatch_uid="lending.tell_lenders")
    events.drive_moved.connect(end_with_drive, dispatch_uid="lending.end_with_drive")
