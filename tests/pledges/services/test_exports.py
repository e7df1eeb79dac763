"""A drive's pledges as a file for a spreadsheet."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine

from alliance import clock
from alliance.models import JobProgress
from alliance.tenancy.scope import in_alliance
from pledges.models import Display, Pledge
from pledges.services import exports, pledges
from pledges.tasks import export_pledges
from tests.factories import pledges as make
from tests.pledges.reading import audited, crowd, queries_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

HEAD = ["name", "e-mail", "shown as", "state", "pledged", "honoured", "confirmed", "term ends"]


def written(drive, seat) -> list[list[str]]:
    """The file's rows, after the worker has done its part."""
    job = exports.start_export(drive=drive, by=seat)
    exports.write_export(alliance=drive.alliance, drive_id=drive.pk, job_id=job.pk)
    return list(csv.reader(StringIO(JobProgress.objects.get(pk=job.pk).result)))


def test_a_row_for_each_pledge_with_local_dates_and_whole_money(oven, ada, ben):
    late_evening = datetime(2026, 12, 2, 7, 30, tzinfo=UTC)  # still 1 December in Oakland
    promise = make.an_intended_pledge(oven, display=Display.FIRST)
    with clock.at(late_evening):
        pledge = pledges.confirm(pledge=promise, version=1)
    with time_machine.travel(late_evening + timedelta(days=9)):
        make.a_confirmed_purchase(pledge, by=ben, spent_minor=18_50)
    make.an_intended_pledge(oven, "new@example.com", name="Nell", amount_minor=20_00)
    assert written(oven, ada) == [
        HEAD,
        [
            "Eve Castellano",
            "eve@example.com",
            "Eve",
            "active",
            "240.00",
            "18.50",
            "2026-12-01",
            "2027-12-02",
        ],
        ["Nell", "new@example.com", "Nell", "waiting for confirmation", "20.00", "0.00", "", ""],
    ]


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "+1",
        "-1+cmd",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM(A1)",
        "|cmd",
    ],
)
def test_a_cell_never_becomes_a_formula(oven, ada, name):
    make.an_active_pledge(oven, name=name)
    job = exports.start_export(drive=oven, by=ada)
    exports.write_export(alliance=oven.alliance, drive_id=oven.pk, job_id=job.pk)
    rows = list(csv.reader(StringIO(JobProgress.objects.get(pk=job.pk).result, newline="")))
    assert rows[1][0].startswith("'")
    assert rows[1][2].startswith("'")


def test_the_audit_log_keeps_who_took_the_addresses_out(oven, eves_pledge, ada):
    exports.start_export(drive=oven, by=ada)
    assert audited("pledges.exported") == [("pledges.exported", ada.pk, oven.pk, {"rows": 1})]


def test_the_job_shows_its_progress_and_its_name(oven, eves_pledge, ada):
    job = exports.start_export(drive=oven, by=ada)
    assert (job.title, job.done, job.total, job.state) == (
        "Pledges of “A second oven”",
        0,
        1,
        "running",
    )
    exports.write_export(alliance=oven.alliance, drive_id=oven.pk, job_id=job.pk)
    job.refresh_from_db()
    assert (job.done, job.state, job.result_name) == (1, "done", "pledges-a-second-oven.csv")


def test_the_task_twice_writes_one_file(oven, eves_pledge, ada):
    job = exports.start_export(drive=oven, by=ada)
    arguments = {
        "alliance_id": str(oven.alliance_id),
        "job_id": str(job.pk),
        "drive_id": str(oven.pk),
    }
    export_pledges(**arguments)
    first = JobProgress.objects.values().get()
    export_pledges(**arguments)
    assert JobProgress.objects.values().get() == first


def test_many_pledges_are_written_by_chunks_none_twice_none_left_out(oven, ada):
    crowd(oven, 1_001, confirmed_at=oven.opened_at)
    rows = written(oven, ada)
    emails = [row[1] for row in rows[1:]]
    assert sorted(emails) == sorted(Pledge.objects.values_list("email", flat=True))
    assert len(emails) == 1_001


def test_a_longer_file_costs_no_more_queries(oven, ada):
    job = exports.start_export(drive=oven, by=ada)
    write = {"alliance": oven.alliance, "drive_id": oven.pk, "job_id": job.pk}
    crowd(oven, 1, confirmed_at=oven.opened_at)
    one = queries_of(lambda: exports.write_export(**write))
    crowd(oven, 400, confirmed_at=oven.opened_at)
    JobProgress.objects.update(state="running")
    assert queries_of(lambda: exports.write_export(**write)) == one


def test_nothing_of_the_neighbour_is_in_the_file(oven, eves_pledge, neighbour, ada):
    assert [row[1] for row in written(oven, ada)] == ["e-mail", "eve@example.com"]
    with in_alliance(neighbour.alliance):
        assert not JobProgress.objects.exists()
