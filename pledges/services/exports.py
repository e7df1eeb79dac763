"""A drive's pledges as CSV, made in the worker, with progress."""

from io import StringIO
from uuid import UUID
from zoneinfo import ZoneInfo

from defusedcsv import csv
from django.db import transaction
from django.utils.translation import gettext as _

from alliance import celery
from alliance.models import Alliance, JobProgress, Seat
from alliance.money import major
from alliance.services import audit, jobs
from alliance.tenancy.scope import current_alliance, in_alliance
from pledges.models import Pledge, PledgeDrive

CHUNK = 500
# What defusedcsv lets through although spreadsheets take it for a formula.
ALSO_ACTIVE = ("\t", "\r", "＝", "＋", "－", "＠")


@transaction.atomic
def start_export(*, drive: PledgeDrive, by: Seat) -> JobProgress:
    """Queues the export; the audit log keeps who took the addresses out."""
    count = drive.pledges.count()
    job = jobs.start(title=_("Pledges of “%s”") % drive.title, total=count, by=by)
    audit.record(by=by, action="pledges.exported", subject=drive, rows=count)
    arguments = {
        "alliance_id": str(current_alliance().pk),
        "job_id": str(job.pk),
        "drive_id": str(drive.pk),
    }

    def wake() -> None:
        try:
            celery.start("pledges.export", **arguments)
        except celery.BrokerAway:
            with in_alliance(job.alliance):
                jobs.fail(job=job, message=_("The workers are out of reach. Please try again."))

    transaction.on_commit(wake, robust=True)
    return job


def write_export(*, alliance: Alliance, drive_id: UUID, job_id: UUID) -> None:
    """Runs a queued export chunk by chunk; a job that has ended stays as it is."""
    with in_alliance(alliance):
        job = JobProgress.objects.get(pk=job_id)
        slug = PledgeDrive.objects.get(pk=drive_id).slug
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [
            _("name"),
            _("e-mail"),
            _("shown as"),
            _("state"),
            _("pledged"),
            _("honoured"),
            _("confirmed"),
            _("term ends"),
        ]
    )
    last, done = None, 0
    while True:
        # A transaction a chunk: progress is seen while the work goes on.
        with in_alliance(alliance):
            rows = Pledge.objects.filter(drive=drive_id).order_by("pk")
            chunk = list(rows.filter(pk__gt=last)[:CHUNK] if last else rows[:CHUNK])
            writer.writerows(
                [[_inert(cell) for cell in _cells(pledge, alliance.zone)] for pledge in chunk]
            )
            done += len(chunk)
            jobs.advance(job=job, done=done)
        if len(chunk) < CHUNK:
            break
        last = chunk[-1].pk
    with in_alliance(alliance):
        jobs.finish(job=job, result=out.getvalue(), result_name=f"pledges-{slug}.csv")


def _cells(pledge: Pledge, zone: ZoneInfo) -> list[str]:
    moments = [
        moment.astimezone(zone).date().isoformat() if moment else ""
        for moment in (pledge.confirmed_at, pledge.term_ends_at)
    ]
    return [
        pledge.name,
        pledge.email,
        pledge.public_name,
        pledge.get_state_display(),
        str(major(pledge.amount_minor, pledge.currency)),
        str(major(pledge.honoured_minor, pledge.currency)),
        *moments,
    ]


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(ALSO_ACTIVE) else cell
