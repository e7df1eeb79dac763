"""The journal as a file: for a spreadsheet, and for a verifier."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

import pytest

from alliance import clock
from alliance.models import JobProgress
from alliance.tenancy.scope import in_alliance
from ledger import seal
from ledger.models import Entry
from ledger.queries.journal import EVERYTHING, Wanted
from ledger.services import exports, post, post_all
from ledger.tasks import export_journal
from tests.factories import ledger as make
from tests.pledges.reading import audited, queries_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

HEAD = [
    "number",
    "day",
    "kind",
    "what",
    "account",
    "account name",
    "debit",
    "credit",
    "currency",
    "concerns",
    "note",
    "written at",
    "by",
    "seal before",
    "seal",
    "entry as sealed",
    "line as sealed",
]


def written(alliance, seat, wanted=EVERYTHING) -> list[dict[str, str]]:
    """The file's rows, after the worker has done its part."""
    job = exports.start_export(wanted=wanted, by=seat)
    exports.write_export(alliance=alliance, wanted=wanted, job_id=job.pk)
    result = JobProgress.objects.get(pk=job.pk).result
    return list(csv.DictReader(StringIO(result, newline="")))


def test_a_row_for_each_line_in_the_order_of_the_numbers(oak_street, ada, bakery):
    with clock.at(datetime(2026, 4, 1, 6, 30, tzinfo=UTC)):  # still 31 March in Oakland
        first = post(make.dues(party=bakery.pk), by=ada)
        second = post(make.payment(fee=3_20, on=date(2026, 2, 1)), by=None)
    rows = written(oak_street, ada)
    assert list(rows[0]) == HEAD
    invoice, paid = "1 2026-03-31 invoice Dues 2026", "2 2026-02-01 payment Paid"
    at = "2026-03-31T23:30:00-07:00"
    assert [" ".join(list(row.values())[:13]) for row in rows] == [
        f"{invoice} 1200 Dues receivable 100.00  USD Ben's Bakery  {at} Ada",
        f"{invoice} 4000 Dues  100.00 USD Ben's Bakery  {at} Ada",
        f"{paid} 1000 Bank 96.80  USD   {at} ",
        f"{paid} 5100 Card fees 3.20  USD   {at} ",
        f"{paid} 1200 Dues receivable  100.00 USD   {at} ",
    ]
    assert [(row["seal before"], row["seal"]) for row in rows] == [
        *[("", first.hash)] * 2,
        *[(first.hash, second.hash)] * 3,
    ]


@pytest.mark.parametrize("memo", ["=1+1", "|cmd", "@SUM(A1)", "＝1", "a\nb", "“x”, \\ \u2028", "'"])
def test_a_verifier_reads_it_whatever_was_written(oak_street, ada, memo):
    post(make.dues("a"), by=ada)
    post(make.dues("b", memo=memo), by=ada)
    rows = written(oak_street, ada)
    found = seal.verify(seal.read(rows))
    assert (found.entries, found.missing, found.broken_at) == (2, 0, None)
    assert not rows[2]["what"].startswith(("=", "|", "@", "＝"))
    rows[3]["line as sealed"] = rows[3]["line as sealed"].replace("-10000", "-10001")
    assert seal.verify(seal.read(rows)).broken_at == 2


def test_only_what_was_asked_for(oak_street, ada, bakery):
    post(make.dues("a", party=bakery.pk, on=date(2026, 1, 1)), by=ada)
    post(make.payment("b", fee=5, on=date(2026, 2, 1)), by=ada)
    post(make.dues("c", on=date(2026, 3, 1), memo="Last"), by=ada)
    fees = post(make.payment("d", fee=9), by=ada).lines.get(account__key="card_fees").account_id
    asked = [
        Wanted(account=fees),
        Wanted(since=date(2026, 2, 1), until=date(2026, 3, 1)),
        Wanted(kind="invoice"),
        Wanted(words="last"),
        Wanted(party=bakery.pk),
    ]
    found = [sorted({row["number"] for row in written(oak_street, ada, w)}) for w in asked]
    assert found == [["2", "4"], ["2", "3"], ["1", "3"], ["3"], ["1"]]
    assert [Wanted.from_texts(**wanted.as_texts()) for wanted in asked] == asked


def test_the_audit_log_keeps_who_took_the_journal_out(oak_street, ada):
    make.some_entries(3)
    job = exports.start_export(wanted=EVERYTHING, by=ada)
    assert (job.title, job.total, job.seat) == ("Journal", 3, ada)
    assert audited("journal.exported") == [
        ("journal.exported", ada.pk, oak_street.pk, {"entries": 3})
    ]


def test_the_task_twice_writes_one_file(oak_street, ada):
    make.some_entries(2)
    job = exports.start_export(wanted=Wanted(kind="invoice"), by=ada)
    arguments = {"alliance_id": str(oak_street.pk), "job_id": str(job.pk), "kind": "invoice"}
    export_journal(**arguments)
    first = JobProgress.objects.values().get()
    assert (first["state"], first["result_name"]) == ("done", "journal-oak-street.csv")
    make.some_entries(1)
    export_journal(**arguments)
    assert JobProgress.objects.values().get() == first


def test_many_entries_are_written_by_chunks_for_as_many_queries(oak_street, ada, monkeypatch):
    job = exports.start_export(wanted=EVERYTHING, by=ada)

    def write() -> None:
        exports.write_export(alliance=oak_street, wanted=EVERYTHING, job_id=job.pk)

    post_all([make.dues(f"d{n}") for n in range(2)], by=ada)
    few = queries_of(write)
    post_all([make.dues(f"more{n}") for n in range(400)], by=ada)
    JobProgress.objects.update(state="running")
    assert queries_of(write) == few
    post_all([make.dues(f"most{n}") for n in range(700)], by=ada)
    rows = written(oak_street, ada)
    assert [int(row["number"]) for row in rows] == [n // 2 + 1 for n in range(2 * 1_102)]
    assert seal.verify(seal.read(rows)).head == Entry.objects.get(number=1_102).hash


def test_nothing_of_the_neighbour_is_in_the_file(oak_street, neighbour, ada):
    with in_alliance(neighbour.alliance):
        make.some_entries(3)
    post(make.dues(memo="Ours"), by=ada)
    assert {row["what"] for row in written(oak_street, ada)} == {"Ours"}
