"""Progress of long jobs: rows that a page shows while a worker works."""

from collections.abc import Callable

from django.db.models.functions import Least

from alliance import clock
from alliance.models import JobProgress, JobState, Seat, StoredFile


def start(*, title: str, total: int, by: Seat | None) -> JobProgress:
    """A row for a job about to run; `total` counts its steps."""
    return JobProgress.objects.create(title=title, total=total, seat=by)


def advance(*, job: JobProgress, done: int) -> None:
    """Says how many steps are behind; never beyond the total, never after the end."""
    JobProgress.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        done=Least(done, job.total)
    )


def finish(
    *,
    job: JobProgress,
    result: str = "",
    result_name: str = "",
    file: StoredFile | None = None,
    message: str = "",
) -> bool:
    """Ends a running job with its result; False if it had ended before.

    The result is a text, or a `file` that bears its own name. `message` says
    how it went, where a count of rows would not.
    """
    if file is not None:
        result_name = file.name[:80]
    return bool(
        JobProgress.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
            state=JobState.DONE,
            done=job.total,
            finished_at=clock.now(),
            result=result,
            result_name=result_name,
            file=file,
            message=message[:200],
        )
    )


def fail(*, job: JobProgress, message: str) -> None:
    """Ends a running job with a sentence for whoever started it."""
    JobProgress.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
        state=JobState.FAILED, finished_at=clock.now(), message=message[:200]
    )


def reporter(job: JobProgress, *, every: int = 50) -> Callable[[int], None]:
    """A function to call with the count so far; writes each `every` steps."""

    def report(done: int) -> None:
        if done % every == 0:
            advance(job=job, done=done)

    return report
