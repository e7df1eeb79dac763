"""Files of the reports, and the night's snapshot."""

from uuid import UUID

from celery import shared_task

from alliance.celery import AllianceTask
from alliance.models import Alliance
from members.services import report_exports, snapshots


@shared_task(name="members.export_report", base=AllianceTask)
def export_report(alliance: Alliance, *, job_id: str, **words: str) -> None:
    """Writes the list behind a number as CSV into the job's row."""
    report_exports.write_export(alliance=alliance, job_id=UUID(job_id), words=words)


@shared_task(name="members.snapshot_statuses")
def snapshot_statuses() -> None:
    """Hourly: where a day has ended since, keeps its statuses; each by its own clock."""
    for alliance in Alliance.objects.all():
        snapshots.take_last_night(alliance)
