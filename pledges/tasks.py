"""What beat and the worker do with pledges: find what is due, call one service."""

from uuid import UUID

from celery import shared_task

from alliance import clock
from alliance.celery import AllianceTask
from alliance.models import Alliance
from alliance.tenancy.scope import across_alliances, in_alliance
from pledges.models import DriveState, Pledge, PledgeDrive, PledgeState, Redemption, RedemptionState
from pledges.services import (
    drives,
    exports,
    letters,
    pledges,
    receipts,
    redemptions,
    reminders,
    transfers,
)

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
    """Every five minutes: drives whose private phase or gathering ends, pledges whose term does."""
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
        private = PledgeDrive.objects.filter(
            state=DriveState.PRIVATE, private_ends_at__lte=now
        ).values_list("alliance_id", flat=True)
        found = (private, gathered, serving, lapsed)
        owners = {owner for rows in found for owner in rows.order_by().distinct()}
    for alliance in Alliance.objects.filter(pk__in=owners):
        _end_due(alliance)


@shared_task(name="pledges.remind_at_risk")
def remind_at_risk() -> None:
    """Every day: one kind letter to each pledger who is far behind, and old offers expire."""
    with across_alliances(reason="Find alliances with pledges that run."):
        running = Pledge.objects.filter(state=PledgeState.ACTIVE)
        owners = set(running.order_by().values_list("alliance_id", flat=True).distinct())
    for alliance in Alliance.objects.filter(pk__in=owners):
        with in_alliance(alliance):
            behind = reminders.due()
            transfers.expire_old()
        for pledge in behind:
            with in_alliance(alliance):
                reminders.remind(pledge=pledge)


@shared_task(name="pledges.forget_receipts")
def forget_receipts() -> None:
    """Daily: photos of receipts, 90 days after their purchase was decided about."""
    receipts.forget_all_photos(Alliance.objects.all())


@shared_task(name="pledges.send_letter", base=AllianceTask)
def send_letter(alliance: Alliance, *, letter_id: str) -> None:
    """Puts a business's letter into the outbox for each of its pledgers."""
    letters.send_letter(alliance=alliance, letter_id=UUID(letter_id))


@shared_task(name="pledges.sweep_letters")
def sweep_letters() -> None:
    """Every five minutes: letters whose worker has died, or was out of reach."""
    for alliance_id, letter_id in letters.unfinished():
        letters.send_letter(
            alliance=Alliance.objects.select_related("network").get(pk=alliance_id),
            letter_id=letter_id,
        )


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
        private = list(
            PledgeDrive.objects.filter(state=DriveState.PRIVATE, private_ends_at__lte=now)
        )
        over = list(
            PledgeDrive.objects.filter(state=DriveState.GATHERING, gathering_ends_at__lte=now)
        )
        lapsed = list(
            Pledge.objects.filter(state=PledgeState.ACTIVE, term_ends_at__lte=now)[:BATCH]
        )
    for drive in private:
        with in_alliance(alliance):
            drives.end_private(drive=drive)
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
