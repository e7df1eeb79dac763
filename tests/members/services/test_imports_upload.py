"""A file comes in: refused with a sentence, or read into rows whatever happens to the worker."""

from datetime import timedelta

import pytest

from alliance import clock
from alliance.errors import DomainError
from alliance.models import JobProgress, OutboxMessage, StoredFile
from alliance.tenancy.scope import in_alliance
from members.models import Business, ImportRow, ImportRun, ImportState
from members.services.imports import runs, upload, working
from members.services.imports.words import refusal
from members.sheets.limits import ROWS, Fault, UnreadableSheet
from members.tasks.imports import forget_imports, sweep_imports, work_on_import
from tests.members import rosters
from tests.members.importing import bring, preview, read, work
from tests.members.sheets.reading import given, workbook
from tests.members.sheets.test_hostile import FILES, LOCKED, SMALL, bomb
from tests.pledges.reading import audited

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


def test_a_file_is_kept_and_waits_for_the_worker(ada):
    run = upload.start(name="C:\\Lists\\members.csv", content=b"Name\nBen\n", by=ada)
    assert (run.state, run.file.name, run.file.size, run.job.title) == (
        "uploaded",
        "members.csv",
        9,
        "Reading “members.csv”",
    )
    assert audited("import.uploaded") == [("import.uploaded", ada.pk, run.pk, {"size": 9})]
    work(run)
    run.job.refresh_from_db()
    assert (run.state, run.columns, run.counts) == ("mapping", ["Name"], {"rows": 1})
    assert [(row.number, row.cells) for row in run.rows.all()] == [(2, ["Ben"])]
    assert (run.job.state, run.job.done) == ("done", 1)


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_list_is_refused_with_a_sentence_and_nothing_is_kept(ada, name):
    content, fault = FILES[name]
    with pytest.raises(DomainError) as refused:
        upload.start(name="members.xlsx", content=content, by=ada)
    assert (refused.value.field, refused.value.message[-1]) == ("file", ".")
    assert refused.value.message == refusal(UnreadableSheet(Fault(fault)))
    assert (ImportRun.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_the_sentences_say_what_to_do(ada):
    said = {}
    for name, content in (("locked", LOCKED), ("bomb", bomb(99)), ("empty", b"")):
        with pytest.raises(DomainError) as refused:
            upload.start(name="x.xlsx", content=content, by=ada)
        said[name] = refused.value.message
    assert said == {
        "locked": "This workbook is locked with a password. Save it without one and bring it "
        "again.",
        "bomb": "Unpacked, this workbook is far larger than a list of members. Save only its "
        "table as a CSV file and bring that.",
        "empty": "This file is empty.",
    }


def test_a_fault_that_shows_while_reading_ends_the_run_and_forgets_its_rows(ada):
    many = b"Name\n" + b"Ben\n" * (ROWS + 1)
    run = read(many, by=ada)
    assert (run.state, run.message) == (
        "failed",
        "There are more than 20000 rows. Divide the file and bring the parts.",
    )
    assert (run.rows.count(), bytes(StoredFile.objects.get().content)) == (0, b"")
    assert run.job.state == "failed"


def test_headings_alone_are_no_list(ada):
    run = read("Business name,City\n", by=ada)
    assert (run.state, run.message) == (
        "failed",
        "Below the headings there are no rows in this file.",
    )


def test_the_ending_of_the_name_does_not_matter(ada):
    assert read(SMALL, by=ada, name="members.csv").columns == ["Name", "Town"]
    assert read("Name,Town\nBen,Oakland\n", by=ada, name="members.xlsx").state == "mapping"


def test_other_sheets_are_named(ada):
    run = read(given("chambermaster.xlsx"), by=ada)
    assert (run.options["sheet"], run.options["other_sheets"]) == ("Members", ["Archive"])


def test_a_worker_that_dies_between_chunks_leaves_whole_ones_and_the_next_goes_on(ada, monkeypatch):
    monkeypatch.setattr(upload, "CHUNK", 10)
    run = upload.start(name="m.csv", content=rosters.as_csv(rosters.roster(35)), by=ada)
    for memo in ({}, {}, {}):  # each a new worker, which begins by opening the file again
        upload.read_chunk(runs.free(run.pk), memo)
    run.refresh_from_db()
    assert (run.state, run.rows.count(), run.counts) == ("uploaded", 30, {"rows": 30})
    work(run)
    assert (run.state, run.counts) == ("mapping", {"rows": 35})
    assert [row.number for row in run.rows.all()] == list(range(2, 37))


def test_the_task_twice_reads_once(ada, oak_street):
    run = upload.start(name="m.csv", content=b"Name\nBen\n", by=ada)
    arguments = {"alliance_id": str(oak_street.pk), "run_id": str(run.pk)}
    work_on_import(**arguments)
    first = list(ImportRow.objects.values())
    work_on_import(**arguments)
    assert list(ImportRow.objects.values()) == first


def test_the_sweep_finds_what_a_lost_broker_left(ada, monkeypatch):
    run = upload.start(name="m.csv", content=b"Name\nBen\n", by=ada)
    woken = []
    monkeypatch.setattr(working.wake, "now", lambda task, **ids: woken.append((task, ids)))
    sweep_imports()
    assert woken == [
        ("members.work_on_import", {"alliance_id": str(run.alliance_id), "run_id": str(run.pk)})
    ]
    work(run)
    woken.clear()
    sweep_imports()
    assert woken == []


def test_a_slice_that_is_over_wakes_another_worker(ada, monkeypatch):
    monkeypatch.setattr(upload, "CHUNK", 1)
    monkeypatch.setattr(working, "SLICE_SECONDS", -1.0)
    woken = []
    monkeypatch.setattr(working.wake, "now", lambda task, **ids: woken.append(ids["run_id"]))
    run = upload.start(name="m.csv", content=b"Name\nBen\nCleo\n", by=ada)
    work(run)
    assert (run.state, run.counts, woken) == ("uploaded", {"rows": 1}, [str(run.pk)])


def test_something_unforeseen_ends_the_step_with_a_sentence(ada, monkeypatch):
    run = upload.start(name="m.csv", content=b"Name\nBen\n", by=ada)

    def broken(run, memo):
        raise RuntimeError("a bug")

    monkeypatch.setitem(working.STEPS, ImportState.UPLOADED, broken)
    work(run)
    assert (run.state, run.message, run.job.state) == (
        "failed",
        "Something broke on the way. Nothing is half done.",
        "failed",
    )


def test_who_waited_longer_than_a_minute_gets_a_letter(ada):
    quick = read("Name\nBen\n", by=ada)
    assert OutboxMessage.objects.count() == 0
    run = upload.start(name="slow.csv", content=b"Name\nBen\n", by=ada)
    JobProgress.objects.filter(pk=run.job_id).update(started_at=clock.now() - timedelta(seconds=61))
    work(run)
    letter = OutboxMessage.objects.get()
    assert (letter.to, letter.template, letter.context["file"]) == (
        ada.person.email,
        "members/email/import_ready",
        "slow.csv",
    )
    assert letter.context["action_url"].endswith(f"/staff/import/{run.pk}/")
    assert quick.state == run.state == "mapping"


def test_dropping_forgets_the_rows_and_the_bytes(ada):
    run = preview("Business name,City\nBen,Oakland\n", by=ada)
    runs.drop(run_id=run.pk, by=ada)
    run.refresh_from_db()
    assert (run.state, run.rows.count(), bytes(StoredFile.objects.get().content)) == (
        "dropped",
        0,
        b"",
    )


def test_what_is_in_cannot_be_dropped(ada):
    run = bring("Business name,City\nBen,Oakland\n", by=ada)
    with pytest.raises(DomainError, match="Some of its rows are in"):
        runs.drop(run_id=run.pk, by=ada)
    assert Business.objects.filter(trade_name="Ben").exists()


def test_after_half_a_year_an_import_is_forgotten_but_not_what_it_brought(ada, neighbour):
    old = bring("Business name,City\nBen,Oakland\n", by=ada)
    new = bring("Business name,City\nCleo,Oakland\n", by=ada)
    long_ago = clock.now() - timedelta(days=181)
    ImportRun.objects.filter(pk=old.pk).update(committed_at=long_ago)
    with in_alliance(neighbour.alliance):
        theirs = bring("Business name,City\nGus,Milltown\n", by=neighbour.director)
    forget_imports()
    assert [run.rows.count() for run in (old, new)] == [0, 1]
    with in_alliance(neighbour.alliance):
        assert theirs.rows.count() == 1
    assert Business.objects.filter(trade_name__in=["Ben", "Cleo"]).count() == 2


def test_another_alliances_run_is_nobodys(neighbour, ada):
    with in_alliance(neighbour.alliance):
        theirs = read("Name\nGus\n", by=neighbour.director)
    assert runs.free(theirs.pk) is None
    with pytest.raises(ImportRun.DoesNotExist):
        runs.drop(run_id=theirs.pk, by=ada)


def test_a_workbook_and_a_csv_file_of_the_same_rows_read_the_same(ada):
    rows = rosters.roster(20)
    one = read(rosters.as_csv(rows), by=ada)
    other = read(rosters.as_workbook(rows), by=ada)
    assert (one.columns, one.mapping) == (other.columns, other.mapping)
    assert list(one.rows.values_list("number", "cells")) == list(
        other.rows.values_list("number", "cells")
    )


def test_a_workbook_does_not_say_how_many_there_are_until_it_is_read(ada):
    run = upload.start(name="m.xlsx", content=workbook(["Name"], ["Ben"], ["Cleo"]), by=ada)
    assert run.job.total == 0
    work(run)
    run.job.refresh_from_db()
    assert (run.job.state, run.job.done, run.job.total) == ("done", 2, 2)
