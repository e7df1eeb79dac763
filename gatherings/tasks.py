"""What beat and the worker do with gatherings: find what is due, call one service."""

from uuid import UUID

from celery import shared_task

from alliance.celery import AllianceTask
from alliance.models import Alliance
from gatherings.services import exports, invitations, reminders


@shared_task(name="gatherings.send_reminders")
def send_reminders() -> None:
    """Every minute: reminders a day and two hours before."""
    owners = reminders.alliances_with_due()
    for alliance in Alliance.objects.filter(pk__in=owners).select_related("network"):
        reminders.send_due(alliance)


@shared_task(name="gatherings.send_invitations")
def send_invitations() -> None:
    """Every minute: members hear of what was published for them."""
    owners = invitations.alliances_with_due()
    for alliance in Alliance.objects.filter(pk__in=owners).select_related("network"):
        invitations.send_due(alliance)


@shared_task(name="gatherings.export", base=AllianceTask)
def export_rsvps(alliance: Alliance, *, job_id: str, occurrence_id: str) -> None:
    """Writes who came as CSV into the job's row."""
    exports.write_export(alliance=alliance, occurrence_id=UUID(occurrence_id), job_id=UUID(job_id))
