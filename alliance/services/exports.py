"""Lists as CSV files, made in the worker with progress: what the rooms' exports share."""

from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from typing import Any
from uuid import UUID

from defusedcsv import csv
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from alliance import celery
from alliance.models import Alliance, JobProgress, JobState, Seat
from alliance.services import jobs
from alliance.tenancy.scope import current_alliance, in_alliance

CHUNK = 500
# What defusedcsv lets through although spreadsheets take it for a formula.
ALSO_ACTIVE = ("\t", "\r", "＝", "＋", "－", "＠")

Cells = Iterable[Sequence[object]]


@transaction.atomic
def start(task: str, *, title: str, total: int, by: Seat | None, **arguments: str) -> JobProgress:
    """Queues a task by its name, with `job_id` and these arguments; its page shows progress."""
    job = jobs.start(title=title[:120], total=total, by=by)
    ids = {"alliance_id": str(current_alliance().pk), "job_id": str(job.pk)}

    def wake() -> None:
        try:
            celery.start(task, **ids, **arguments)
        except celery.BrokerAway:
            with in_alliance(job.alliance):
                jobs.fail(job=job, message=_("The workers are out of reach. Please try again."))

    transaction.on_commit(wake, robust=True)
    return job


def write_csv(
    *,
    alliance: Alliance,
    job_id: UUID,
    name: str,
    header: Sequence[str],
    rows: Callable[[], QuerySet[Any]],
    cells: Callable[[list[Any]], Cells],
    key: str = "pk",
) -> None:
    """Writes rows into the job's file, chunk by chunk; a job that has ended stays as it is.

    `rows()` gives them all, in any order, each with a `key` of its own;
    `cells(chunk)` gives the file's lines for some of them. Both are called
    inside the alliance, in a transaction for each chunk, so that progress is
    seen while the work goes on.
    """
    with in_alliance(alliance):
        job = JobProgress.objects.get(pk=job_id)
    if job.state != JobState.RUNNING:
        return
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    try:
        _write_rows(writer, alliance, job, rows=rows, cells=cells, key=key)
    except Exception:
        with in_alliance(alliance):
            jobs.fail(job=job, message=_("Something broke on the way. Please start it again."))
        raise
    with in_alliance(alliance):
        jobs.finish(job=job, result=out.getvalue(), result_name=name)


def answer(text: str, *, name: str) -> HttpResponse:
    """A CSV text as a download; the mark before it tells Excel that the letters are UTF-8."""
    response = HttpResponse(f"\ufeff{text}", content_type="text/csv; charset=utf-8")
    disposition = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Disposition"] = disposition
    response["Cache-Control"] = "private, no-store"
    return response


def inert(cell: object) -> str:
    """A cell's text, which no spreadsheet takes for a formula once it is in the file."""
    text = str(cell)
    return f"'{text}" if text.startswith(ALSO_ACTIVE) else text


def _write_rows(
    writer: Any,
    alliance: Alliance,
    job: JobProgress,
    *,
    rows: Callable[[], QuerySet[Any]],
    cells: Callable[[list[Any]], Cells],
    key: str,
) -> None:
    last, done = None, 0
    while True:
        with in_alliance(alliance):
            ordered = rows().order_by(key)
            after = ordered if last is None else ordered.filter(**{f"{key}__gt": last})
            chunk = list(after[:CHUNK])
            writer.writerows([inert(cell) for cell in line] for line in cells(chunk))
            done += len(chunk)
            jobs.advance(job=job, done=done)
        if len(chunk) < CHUNK:
            return
        last = getattr(chunk[-1], key)
