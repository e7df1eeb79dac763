"""Many applications approved at once, in the worker: each by itself, with a word on each."""

from collections.abc import Iterable
from io import StringIO
from uuid import UUID

from defusedcsv import csv
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance.errors import DomainError
from alliance.models import Alliance, JobProgress, JobState, Seat
from alliance.services import exports, jobs
from alliance.tenancy.scope import in_alliance
from members.models import Application, ApplicationState
from members.queries.applications import has_likeness
from members.services.approvals import approve

TASK = "members.approve_applications"
MOST = 500


def start(*, application_ids: Iterable[UUID], by: Seat) -> JobProgress:
    """Queues the approval of these applications; the job's page shows how far it is."""
    chosen = [str(pk) for pk in application_ids][:MOST]
    title = ngettext(
        "%(count)d application approved", "%(count)d applications approved", len(chosen)
    )
    return exports.start(
        TASK,
        title=title % {"count": len(chosen)},
        total=len(chosen),
        by=by,
        seat_id=str(by.pk),
        application_ids=",".join(chosen),
    )


def run(*, alliance: Alliance, job_id: UUID, seat_id: UUID, application_ids: list[UUID]) -> None:
    """Approves them one by one, each in a transaction of its own; run twice, nothing happens twice.

    One that may be a member business already is left for the staff to decide on.
    """
    with in_alliance(alliance):
        job = JobProgress.objects.get(pk=job_id)
        by = Seat.objects.get(pk=seat_id)
    if job.state != JobState.RUNNING:
        return
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([_("business"), _("what became of it")])
    for done, application_id in enumerate(application_ids, start=1):
        with in_alliance(alliance):
            writer.writerow([exports.inert(cell) for cell in _one(application_id, by)])
            jobs.advance(job=job, done=done)
    with in_alliance(alliance):
        jobs.finish(job=job, result=out.getvalue(), result_name="applications.csv")


def _one(application_id: UUID, by: Seat) -> tuple[str, str]:
    """The business's name, and what became of its application."""
    application = Application.objects.filter(pk=application_id).first()
    if application is None:
        return "", _("not found")
    name = application.trade_name
    if application.state != ApplicationState.SUBMITTED:
        return name, str(application.get_state_display())
    if has_likeness(application):
        return name, _("left for you: it may be a business that is here already")
    try:
        approve(application=application, by=by)
    except DomainError as error:
        return name, str(error)
    except ValidationError as error:
        return name, " ".join(error.messages)
    return name, _("approved")
