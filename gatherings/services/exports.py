"""Who came to one date, as CSV, made in the worker, with progress."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Alliance, JobProgress, Seat
from alliance.services import audit, exports
from alliance.tenancy.scope import in_alliance
from gatherings.models import Occurrence, Rsvp


@transaction.atomic
def start_export(*, occurrence: Occurrence, by: Seat) -> JobProgress:
    """Queues the export; the audit log keeps who took the addresses out."""
    count = occurrence.rsvps.count()
    audit.record(by=by, action="rsvps.exported", subject=occurrence, rows=count)
    title = _("Who came to “%s”") % occurrence.name
    return exports.start(
        "gatherings.export", title=title, total=count, by=by, occurrence_id=str(occurrence.pk)
    )


def write_export(*, alliance: Alliance, occurrence_id: UUID, job_id: UUID) -> None:
    """Runs a queued export chunk by chunk; a job that has ended stays as it is."""
    with in_alliance(alliance):
        found = Occurrence.objects.select_related("gathering").get(pk=occurrence_id)
        name, zone = f"{found.gathering.slug}-{found.original_day}.csv", found.gathering.zone
    exports.write_csv(
        alliance=alliance,
        job_id=job_id,
        name=name,
        header=[
            _("name"), _("e-mail"), _("member"), _("state"), _("answered"), _("came"),
            _("without asking"),
        ],
        rows=lambda: Rsvp.objects.filter(occurrence=occurrence_id),
        cells=lambda rsvps: [_cells(rsvp, zone) for rsvp in rsvps],
    )  # fmt: skip


def _cells(rsvp: Rsvp, zone: ZoneInfo) -> list[str]:
    def local(moment: object) -> str:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M") if moment else ""  # type: ignore[attr-defined]

    return [
        rsvp.name,
        rsvp.email,
        _("yes") if rsvp.seat_id else "",
        rsvp.get_state_display(),
        local(rsvp.confirmed_at),
        local(rsvp.attended_at),
        _("yes") if rsvp.is_walk_in else "",
    ]
