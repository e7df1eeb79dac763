"""A run's steps: one at a time, from one table of what may follow what."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import JobState, Seat, StoredFile
from alliance.services import jobs, outbox
from alliance.tenancy.scope import current_alliance
from members.models import IMPORT_TRANSITIONS, ImportRow, ImportRun, ImportState, RowAction
from members.services import wake

TASK = "members.work_on_import"
# In these a worker has something to do.
WORKING = (
    ImportState.UPLOADED,
    ImportState.CHECKING,
    ImportState.COMMITTING,
    ImportState.UNDOING,
)
# Whoever has waited so long has gone to do something else, and is told by mail.
PATIENCE = timedelta(seconds=60)


def runs() -> "QuerySet[ImportRun]":
    """Runs without their files' bytes, which nobody needs but the reader."""
    rows = ImportRun.objects.select_related("seat__person", "file", "job__seat__person")
    return rows.defer("file__content")


def locked(run_id: UUID) -> ImportRun:
    """The run under lock; waits for a chunk that is being written."""
    return runs().select_for_update(of=("self",)).get(pk=run_id)


def free(run_id: UUID) -> ImportRun | None:
    """The run under lock, or None while another worker writes a chunk of it."""
    rows = runs().select_for_update(of=("self",), skip_locked=True)
    return rows.filter(pk=run_id).first()


def move(run: ImportRun, to: ImportState, **fields: Any) -> None:
    """Takes a locked run to its next state, with what else is written then.

    Raises:
        DomainError: that state does not follow this one.
    """
    if to not in IMPORT_TRANSITIONS[run.state]:
        raise DomainError(
            _("This import is %(state)s now; that step is not open.")
            % {"state": run.get_state_display()}
        )
    run.state = to
    for name, value in fields.items():
        setattr(run, name, value)
    run.save(update_fields=["state", *fields])


def set_to_work(
    run: ImportRun, to: ImportState | None, *, title: str, total: int, by: Seat
) -> None:
    """Opens a job for the run's next step and wakes a worker.

    The job's seat is who pressed the button: what the worker writes is theirs.

    Args:
        to: the state it works in; None: it is in it.
    """
    job = jobs.start(title=title[:120], total=total, by=by)
    if to is None:
        run.job = job
        run.save(update_fields=["job"])
    else:
        move(run, to, job=job, message="")
    wake.after_commit(TASK, run_id=str(run.pk))


def end_job(run: ImportRun) -> None:
    """Ends the step's job; whoever waited long is written that it is done."""
    job, person = run.job, actor(run).person
    if job is None:
        return
    # While it was read the worker has learned how many rows there are.
    job.refresh_from_db(fields=["total"])
    if not jobs.finish(job=job) or clock.now() - job.started_at < PATIENCE:
        return
    outbox.enqueue(
        key=f"import:{run.pk}:{job.pk}",
        template="members/email/import_ready",
        to=person.email,
        context={
            "name": person.name,
            "file": run.file.name,
            "state": str(run.get_state_display()),
            "action_url": current_alliance().url(address_of(run)),
        },
        confirmed=True,
    )


def advance(run: ImportRun, done: int) -> None:
    """Says how far the step is; a total that was only guessed grows with it."""
    if run.job is None:
        return
    if run.state == ImportState.UPLOADED and run.job.total < done:
        # A workbook does not tell how many rows there are until they are read.
        run.job.total = done
        run.job.save(update_fields=["total"])
    jobs.advance(job=run.job, done=done)


def actor(run: ImportRun) -> Seat:
    """Who set the run to its present work."""
    return run.job.seat if run.job and run.job.seat else run.seat


@transaction.atomic
def give_up(run_id: UUID, *, message: str) -> None:
    """Ends a step that broke: back to where one can press again, or failed."""
    run = locked(run_id)
    back = {
        ImportState.UPLOADED: ImportState.FAILED,
        ImportState.CHECKING: ImportState.FAILED,
        ImportState.COMMITTING: ImportState.CHECKED,
        ImportState.UNDOING: ImportState.COMMITTED,
    }.get(ImportState(run.state))
    if back is None:
        return
    if run.job and run.job.state == JobState.RUNNING:
        jobs.fail(job=run.job, message=message)
    move(run, back, message=message[:300])
    if back == ImportState.FAILED:
        forget(run)


@transaction.atomic
def drop(*, run_id: UUID, by: Seat) -> ImportRun:
    """Throws an upload away before anything of it has come in; its rows go at once.

    Raises:
        DomainError: it is at work, or was brought in.
    """
    run = locked(run_id)
    if run.rows.filter(done_at__isnull=False).exists():
        raise DomainError(_("Some of its rows are in. Bring in the rest, then undo it."))
    move(run, ImportState.DROPPED, message="")
    forget(run)
    return run


def forget(run: ImportRun) -> None:
    """Empties what a run brought along: people's addresses that nobody needs any more."""
    ImportRow.objects.filter(run=run).delete()
    StoredFile.objects.filter(pk=run.file_id).update(content=b"", size=0)


def count_actions(run: ImportRun) -> None:
    """Counts the rows by what becomes of them, and keeps it in the run."""
    rows = ImportRow.objects.filter(run=run).order_by()
    found = dict(rows.values_list("action").annotate(count=Count("pk")))
    by_action = {action.value: found.get(action.value, 0) for action in RowAction}
    run.counts = run.counts | by_action | {"rows": sum(found.values())}
    run.save(update_fields=["counts"])


def save_rows(rows: list[ImportRow], *fields: str) -> None:
    """Writes these fields of many rows at once.

    By an insert that meets each row and updates it: Django's own way for many
    rows writes a CASE of as many branches, and takes ten times as long.
    """
    ImportRow.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=list(fields)
    )


def address_of(run: ImportRun) -> str:
    """The run's page."""
    return reverse("members_staff:import", args=[run.pk])
