"""What every export shares: a job, chunks, inert cells, one end."""

import csv
from io import StringIO

import pytest

from alliance import celery
from alliance.models import Alliance, AuditEntry, JobProgress, Seat
from alliance.services import exports
from alliance.tenancy.models import uuid7
from alliance.tenancy.scope import in_alliance


def entries(count: int) -> None:
    AuditEntry.objects.bulk_create(
        AuditEntry(action=f"test.{n}", subject_type="test", subject_id=uuid7())
        for n in range(count)
    )


def written(alliance: Alliance, job: JobProgress, **changes: object) -> list[list[str]]:
    told = {
        "name": "list.csv",
        "header": ["what"],
        "rows": lambda: AuditEntry.objects.filter(action__startswith="test."),
        "cells": lambda chunk: [[entry.action] for entry in chunk],
    }
    exports.write_csv(alliance=alliance, job_id=job.pk, **told | changes)  # type: ignore[arg-type]
    job.refresh_from_db()
    return list(csv.reader(StringIO(job.result, newline="")))


@pytest.fixture
def job(neighbour: object, in_oak_street: Alliance, ada: Seat) -> JobProgress:
    return exports.start("test.export", title="A list", total=3, by=ada, of="all")


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1_000])
def test_each_row_is_written_once_in_the_order_of_its_key(
    oak_street: Alliance, job: JobProgress, count: int
) -> None:
    entries(count)
    assert written(oak_street, job) == [["what"], *([f"test.{n}"] for n in range(count))]
    assert (job.state, job.done, job.result_name) == ("done", 3, "list.csv")


def test_a_chunk_may_give_more_lines_than_rows_and_any_key(
    oak_street: Alliance, job: JobProgress
) -> None:
    entries(3)

    def twice(chunk: list[AuditEntry]) -> list[list[object]]:
        return [[entry.action, n] for entry in chunk for n in (1, 2)]

    lines = written(oak_street, job, cells=twice, key="action")
    assert lines[1:] == [[f"test.{n}", str(m)] for n in range(3) for m in (1, 2)]


@pytest.mark.parametrize(
    ("cell", "inert"),
    [
        ("=1", "'=1"),
        ("\t=1", "'\t=1"),
        ("＝1", "'＝1"),
        ("-5.00", "-5.00"),
        ("-1+1", "'-1+1"),
        (7, "7"),
        ("", ""),
        ("Eve", "Eve"),
    ],
)
def test_a_cell_never_becomes_a_formula(
    oak_street: Alliance, job: JobProgress, cell: object, inert: str
) -> None:
    entries(1)
    assert written(oak_street, job, cells=lambda chunk: [[cell, "x"]])[1] == [inert, "x"]


def test_what_breaks_on_the_way_is_told_to_whoever_waits(
    oak_street: Alliance, job: JobProgress
) -> None:
    entries(1)

    def breaks(chunk: list[AuditEntry]) -> list[list[object]]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        written(oak_street, job, cells=breaks)
    job.refresh_from_db()
    assert (job.state, job.message, job.result) == (
        "failed",
        "Something broke on the way. Please start it again.",
        "",
    )


def test_a_job_that_has_ended_stays_as_it_is(oak_street: Alliance, job: JobProgress) -> None:
    entries(1)
    before = written(oak_street, job)
    entries(5)
    assert written(oak_street, job) == before


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_woken_after_the_commit_with_ids_alone(
    oak_street: Alliance, ada: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[object] = []
    monkeypatch.setattr(celery, "start", lambda name, **ids: woken.append((name, ids)))
    with in_alliance(oak_street):
        job = exports.start("test.export", title="A list", total=3, by=ada, of="all")
    ids = {"alliance_id": str(oak_street.pk), "job_id": str(job.pk), "of": "all"}
    assert woken[-1] == ("test.export", ids)


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_job_says_so(
    oak_street: Alliance, ada: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(name: str, **ids: str) -> None:
        raise celery.BrokerAway

    monkeypatch.setattr(celery, "start", away)
    with in_alliance(oak_street):
        job = exports.start("test.export", title="A list", total=3, by=ada)
    with in_alliance(oak_street):
        job.refresh_from_db()
        assert (job.state, job.message) == (
            "failed",
            "The workers are out of reach. Please try again.",
        )
