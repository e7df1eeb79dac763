"""A file comes in: looked at at once, read into rows by the worker."""

from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from alliance.errors import DomainError
from alliance.models import Seat, StoredFile
from alliance.services import audit, files
from members.models import ImportRow, ImportRun, ImportState
from members.services.imports import mapping, runs
from members.services.imports.words import refusal
from members.sheets.kinds import Kind
from members.sheets.limits import UnreadableSheet
from members.sheets.table import Row, Table, look_at, open_table

CHUNK = 500
TYPES = {
    Kind.TEXT: "text/csv",
    Kind.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@transaction.atomic
def start(*, name: str, content: bytes, by: Seat) -> ImportRun:
    """Keeps the file and wakes a worker to read it.

    Raises:
        DomainError: it is too large, or none that we read; the sentence says what to do.
    """
    try:
        kind = look_at(content)
    except UnreadableSheet as error:
        raise DomainError(refusal(error), field="file") from error
    stored = files.store(name=name, content=content, content_type=TYPES[kind], by=by)
    run = ImportRun.objects.create(file=stored, seat=by)
    audit.record(by=by, action="import.uploaded", subject=run, size=stored.size)
    lines = max(content.count(b"\n") - 1, 0) if kind is Kind.TEXT else 0
    runs.set_to_work(run, None, title=_("Reading “%s”") % stored.name, total=lines, by=by)
    return run


def read_chunk(run: ImportRun, memo: dict[str, Any]) -> None:
    """Reads the next rows into the database; at the end the columns wait to be named.

    Raises:
        UnreadableSheet: here, in the middle of the file.
    """
    if "table" not in memo:
        memo["table"] = _opened(run)
        memo["last"] = run.rows.aggregate(last=Max("number"))["last"] or 0
    table: Table = memo["table"]
    chunk = list(islice(_after(table, memo["last"]), CHUNK))
    ImportRow.objects.bulk_create(
        [ImportRow(run=run, number=row.number, cells=row.cells) for row in chunk]
    )
    if chunk:
        memo["last"] = chunk[-1].number
    done = run.counts.get("rows", 0) + len(chunk)
    run.counts = run.counts | {"rows": done}
    run.save(update_fields=["counts"])
    runs.advance(run, done)
    if len(chunk) < CHUNK:
        _finish(run, table)


def _opened(run: ImportRun) -> Table:
    content = StoredFile.objects.values_list("content", flat=True).get(pk=run.file_id)
    return open_table(bytes(content))


def _after(table: Table, number: int) -> Any:
    """The rows that no worker has stored yet."""
    row: Row
    for row in table.rows:
        if row.number > number:
            yield row


def _finish(run: ImportRun, table: Table) -> None:
    if not run.counts["rows"]:
        runs.give_up(run.pk, message=_("Below the headings there are no rows in this file."))
        return
    run.columns = table.headings
    run.options = mapping.proposed_options(run, table)
    run.mapping = mapping.proposed(run)
    run.save(update_fields=["columns", "options", "mapping"])
    runs.move(run, ImportState.MAPPING)
    runs.end_job(run)
