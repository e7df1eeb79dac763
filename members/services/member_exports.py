"""All members as a spreadsheet that comes back in without changing anything."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from alliance.models import Alliance, JobProgress, JobState, Seat
from alliance.services import audit, exports, files, jobs
from alliance.tenancy.scope import current_alliance, in_alliance
from members.models import Business
from members.queries.known import known_of, other_people, texts_of
from members.queries.memberships import today
from members.services.imports.fields import EXPORTED, FIELDS
from members.sheets.inert import inert, quoted

TASK = "members.export"
CSV, XLSX = "csv", "xlsx"
KINDS = (CSV, XLSX)
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@transaction.atomic
def start(*, kind: str, by: Seat) -> JobProgress:
    """Queues the export; the audit log keeps who took the addresses out."""
    count = Business.objects.count()
    audit.record(
        by=by, action="members.exported", subject=current_alliance(), rows=count, kind=kind
    )
    return exports.start(TASK, title=_("All members"), total=count, by=by, kind=kind)


def write(*, alliance: Alliance, job_id: UUID, kind: str) -> None:
    """Writes the file into the job, chunk by chunk; a job that has ended stays as it is."""
    with in_alliance(alliance):
        name = f"members-{alliance.slug}-{today().isoformat()}.{kind}"
    if kind == CSV:
        exports.write_csv(
            alliance=alliance,
            job_id=job_id,
            name=name,
            header=headings(),
            rows=Business.objects.all,
            cells=lambda chunk: [[inert(cell) for cell in line] for line in lines(chunk)],
        )
        return
    _write_workbook(alliance=alliance, job_id=job_id, name=name)


def headings() -> list[str]:
    """The first line: each of our fields by its own name."""
    return [*(str(FIELDS[key].label) for key in EXPORTED), _("Further people")]


def lines(businesses: list[Business]) -> Iterator[list[str]]:
    """A line for each business, as text."""
    known = known_of(businesses)
    for business in businesses:
        texts = texts_of(known[business.pk])
        yield [*(texts.get(key, "") for key in EXPORTED), other_people(known[business.pk])]


def _write_workbook(*, alliance: Alliance, job_id: UUID, name: str) -> None:
    with in_alliance(alliance):
        job = JobProgress.objects.select_related("seat").get(pk=job_id)
    if job.state != JobState.RUNNING:
        return
    try:
        packed = _packed(alliance, job)
    except Exception:
        with in_alliance(alliance):
            jobs.fail(job=job, message=_("Something broke on the way. Please start it again."))
        raise
    with in_alliance(alliance):
        file = files.store(name=name, content=packed, content_type=SHEET_TYPE, by=job.seat)
        jobs.finish(job=job, file=file)


def _packed(alliance: Alliance, job: JobProgress) -> bytes:
    # Rows go to a temporary file as they come; only the packed workbook is held at the end.
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Members"))
    sheet.freeze_panes = "B2"
    packed = BytesIO()
    try:
        sheet.append(_cells(sheet, headings()))
        _append_all(sheet, alliance, job)
    finally:
        # Saving is also what removes the temporary file, whatever happened on the way.
        book.save(packed)
    return packed.getvalue()


def _append_all(sheet: Any, alliance: Alliance, job: JobProgress) -> None:
    last, done = None, 0
    while True:
        with in_alliance(alliance):
            rows = Business.objects.order_by("pk")
            chunk = list((rows.filter(pk__gt=last) if last else rows)[: exports.CHUNK])
            for line in lines(chunk):
                sheet.append(_cells(sheet, line))
            done += len(chunk)
            jobs.advance(job=job, done=done)
        if len(chunk) < exports.CHUNK:
            return
        last = chunk[-1].pk


def _cells(sheet: Any, line: list[str]) -> list[Any]:
    return [_cell(sheet, text) if text else None for text in line]


def _cell(sheet: Any, text: str) -> Any:
    """A text cell, whatever it begins with: openpyxl would make a formula of "=…"."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", quoted(text)))
    cell.data_type = "s"
    return cell
