"""Long jobs: progress that never runs backwards past the end, seen by whoever started it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from alliance.models import Alliance, JobProgress, JobState, Seat
from alliance.services import files, jobs
from alliance.tenancy.scope import in_alliance


def seen(job: JobProgress) -> tuple[str, int, int, str]:
    job.refresh_from_db()
    return job.state, job.done, job.total, job.message


@pytest.fixture
def job(in_oak_street: Alliance, ada: Seat) -> JobProgress:
    return jobs.start(title="Pledges", total=100, by=ada)


def test_it_advances_and_ends(job: JobProgress) -> None:
    assert seen(job) == ("running", 0, 100, "")
    jobs.advance(job=job, done=40)
    assert seen(job) == ("running", 40, 100, "")

    assert jobs.finish(job=job, result="name\n", result_name="pledges.csv") is True
    assert seen(job) == ("done", 100, 100, "")
    assert job.finished_at is not None


def test_it_never_passes_its_total(job: JobProgress) -> None:
    jobs.advance(job=job, done=500)
    assert seen(job) == ("running", 100, 100, "")

    with pytest.raises(IntegrityError, match="job_done_within_total"), transaction.atomic():
        JobProgress.objects.update(done=101)


def test_after_the_end_nothing_moves_it(job: JobProgress) -> None:
    jobs.finish(job=job, result="first", result_name="a.csv")

    jobs.advance(job=job, done=3)
    jobs.fail(job=job, message="too late")
    assert jobs.finish(job=job, result="second", result_name="b.csv") is False

    assert seen(job) == ("done", 100, 100, "")
    assert (job.result, job.result_name) == ("first", "a.csv")


def test_it_may_end_with_a_file_and_a_sentence(
    oak_street: Alliance, ada: Seat, cleo: Seat, visit: Callable[..., Client]
) -> None:
    with in_alliance(oak_street):
        job = jobs.start(title="Invoice 2026-0001", total=1, by=ada)
        paper = files.store(
            name="2026-0001.pdf", content=b"%PDF-", content_type="application/pdf", by=ada
        )
        jobs.finish(job=job, file=paper, message="Your invoice is ready.")
    path = f"/staff/jobs/{job.pk}/"

    assert "Your invoice is ready." in visit(oak_street, ada).get(path).text
    response = visit(oak_street, ada).get(f"{path}result/")
    assert (response.content, response["Content-Type"]) == (b"%PDF-", "application/pdf")
    assert response["Content-Disposition"] == 'attachment; filename="2026-0001.pdf"'
    assert visit(oak_street, cleo).get(f"{path}result/").status_code == 404


def test_a_failure_is_said_in_a_sentence(job: JobProgress) -> None:
    jobs.advance(job=job, done=7)
    jobs.fail(job=job, message="The list is too long. " * 30)
    jobs.finish(job=job)

    state, done, total, message = seen(job)
    assert (state, done, total, len(message)) == ("failed", 7, 100, 200)


def test_a_reporter_writes_now_and_then(job: JobProgress) -> None:
    report = jobs.reporter(job, every=25)
    written = []
    for n in range(1, 61):
        report(n)
        written.append(seen(job)[1])

    assert sorted(set(written)) == [0, 25, 50]


def test_the_time_left_is_estimated_from_the_pace(job: JobProgress) -> None:
    job.started_at = timezone.now() - timedelta(seconds=30)
    assert job.seconds_left is None
    job.done = 25
    assert job.seconds_left == pytest.approx(90, abs=2)
    job.state = JobState.DONE
    assert job.seconds_left is None


def test_only_whoever_started_it_sees_it(
    oak_street: Alliance, ada: Seat, cleo: Seat, visit: Callable[..., Client]
) -> None:
    with in_alliance(oak_street):
        job = jobs.start(title="Pledges", total=1, by=ada)
        jobs.finish(job=job, result="name,e-mail\nEve,eve@example.com\n", result_name="pledges.csv")
    path = f"/staff/jobs/{job.pk}/result/"

    response = visit(oak_street, ada).get(path)

    assert response.content.decode() == "\ufeffname,e-mail\nEve,eve@example.com\n"
    assert response["Content-Disposition"] == 'attachment; filename="pledges.csv"'
    assert response["Cache-Control"] == "private, no-store"
    assert visit(oak_street, cleo).get(path).status_code == 404


def test_a_running_job_has_no_result_yet(
    oak_street: Alliance, ada: Seat, visit: Callable[..., Client]
) -> None:
    with in_alliance(oak_street):
        job = jobs.start(title="Pledges", total=1, by=ada)
    browser = visit(oak_street, ada)

    assert browser.get(f"/staff/jobs/{job.pk}/result/").status_code == 404
    assert browser.get(f"/staff/jobs/{job.pk}/")["Refresh"] == "2"
