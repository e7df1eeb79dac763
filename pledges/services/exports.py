"""A drive's pledges as CSV, made in the worker, with progress."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Alliance, JobProgress, Seat
from alliance.money import major
from alliance.services import audit, exports
from alliance.tenancy.scope import in_alliance
from pledges.models import Pledge, PledgeDrive


@transaction.atomic
def start_export(*, drive: PledgeDrive, by: Seat) -> JobProgress:
    """Queues the export; the audit log keeps who took the addresses out."""
    count = drive.pledges.count()
    title = _("Pledges of “%s”") % drive.shown_title
    audit.record(by=by, action="pledges.exported", subject=drive, rows=count)
    return exports.start("pledges.export", title=title, total=count, by=by, drive_id=str(drive.pk))


def write_export(*, alliance: Alliance, drive_id: UUID, job_id: UUID) -> None:
    """Runs a queued export chunk by chunk; a job that has ended stays as it is."""
    with in_alliance(alliance):
        slug = PledgeDrive.objects.get(pk=drive_id).slug
    header = [
        _("name"),
        _("e-mail"),
        _("shown as"),
        _("state"),
        _("pledged"),
        _("honoured"),
        _("confirmed"),
        _("term ends"),
    ]
    exports.write_csv(
        alliance=alliance,
        job_id=job_id,
        name=f"pledges-{slug}.csv",
        header=header,
        rows=lambda: Pledge.objects.filter(drive=drive_id),
        cells=lambda pledges: [_cells(pledge, alliance.zone) for pledge in pledges],
    )


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
