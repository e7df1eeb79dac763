"""What beat and the worker do with pledges: find what is due, call one service."""

from uuid import UUID

from celery import shared_task

from alliance import clock
from alliance.celery import AllianceTask
from alliance.models import Alliance
from alliance.tenancy.scope import across_alliances, in_alliance
from pledges.models import DriveState, Pledge, PledgeDrive, PledgeState, Redemption, RedemptionState
from pledges.services import drives, exports, pledges, redemptions

BATCH = 200


@shared_task(name="pledges.confirm_silent")
def confirm_silent() -> None:
    """Every minute: purchases that nobody questioned for 72 hours."""
    with across_alliances(reason="Find alliances with purchases nobody questioned."):
        due = Redemption.objects.filter(
            state=RedemptionState.CLAIMED, confirm_due_at__lte=clock.now()
        )
        owners = set(due.order_by().values_list("alliance_id", flat=True).distinct())
    for alliance in Alliance.objects.filter(pk__in=owners):
        _confirm_due(alliance)


@shared_task(name="pledges.end_due")
def end_due() -> None:
    """Every five minutes: drives whose gathering is over, pledges whose term is."""
    now = clock.now()
    with across_alliances(reason="Find alliances with drives or pledges that ended."):
        gathered = PledgeDrive.objects.filter(
            state=DriveState.GATHERING, gathering_ends_at__lte=now
        ).values_list("alliance_id", flat=True)
        serving = PledgeDrive.objects.filter(state=DriveState.SERVING).values_list(
            "alliance_id", flat=True
        )
        lapsed = Pledge.objects.filter(state=PledgeState.ACTIVE, term_ends_at__lte=now).values_list(
            "alliance_id", flat=True
        )
        found = (gathered, serving, lapsed)
        owners = {owner for rows in found for owner in rows.order_by().distinct()}
    for alliance in Alliance.objects.filter(pk__in=owners):
        _end_due(alliance)


@shared_task(name="pledges.export", base=AllianceTask)
def export_pledges(alliance: Alliance, *, job_id: str, drive_id: str) -> None:
    """Writes a drive's pledges as CSV into the job's row."""
    exports.write_export(alliance=alliance, drive_id=UUID(drive_id), job_id=UUID(job_id))


def _confirm_due(alliance: Alliance) -> None:
    with in_alliance(alliance):
        due = list(
            Redemption.objects.filter(
                state=RedemptionState.CLAIMED, confirm_due_at__lte=clock.now()
            ).order_by("confirm_due_at")[:BATCH]
        )
    for redemption in due:
        with in_alliance(alliance):
            redemptions.confirm_silent(redemption=redemption)


def _end_due(alliance: Alliance) -> None:
    now = clock.now()
    with in_alliance(alliance):
        over = list(
            PledgeDrive.objects.filter(state=DriveState.GATHERING, gathering_ends_at__lte=now)
        )
        lapsed = list(
            Pledge.objects.filter(state=PledgeState.ACTIVE, term_ends_at__lte=now)[:BATCH]
        )
    for drive in over:
        with in_alliance(alliance):
            drives.end_gathering(drive=drive)
    # A transaction each: a drive is locked before its pledges, never after.
    for pledge in lapsed:
        with in_alliance(alliance):
            pledges.lapse(pledge=pledge)
    with in_alliance(alliance):
        serving = list(PledgeDrive.objects.filter(state=DriveState.SERVING))
    for drive in serving:
        with in_alliance(alliance):
            drives.complete_drive(drive=drive)
