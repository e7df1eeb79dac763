"""Papers as PDF: asked for on a page, made by a worker, kept and given again.

What a paper says is in `members.queries.sheets`. While it says the same, the
paper that was made is given; a receipt and a credit note are made once.
"""

from datetime import date
from io import BytesIO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from alliance import pdfs
from alliance.errors import DomainError
from alliance.models import Alliance, JobProgress, JobState, Seat
from alliance.pdfs import can_make
from alliance.services import exports, files, jobs
from alliance.tenancy.scope import in_alliance
from members.models import Business, CreditNote, DocumentKind, Invoice, Paper, Payment
from members.queries import sheets
from members.queries.memberships import today
from members.queries.sheets import Sheet
from members.queries.statements import statement
from members.services import pay_links

PDF, ZIP = "application/pdf", "application/zip"
# As many as a worker makes well within the time that one task has.
MOST_AT_ONCE = 1000
LARGEST_BUNDLE = 60 * 1024 * 1024


def made(sheet: Sheet) -> Paper | None:
    """The paper that says what the sheet says, where one was made."""
    rows = Paper.objects.filter(kind=sheet.kind, subject_id=sheet.subject_id)
    if not sheet.stands:
        rows = rows.filter(digest=sheet.digest)
    return rows.select_related("file").first()


@transaction.atomic
def ask(*, sheet: Sheet, by: Seat | None, **scope: str) -> Paper | JobProgress:
    """The paper where it is made already, else the job that makes it.

    Raises:
        DomainError: this machine cannot make PDFs.
    """
    found = made(sheet)
    if found:
        return found
    _must_be_able()
    return exports.start(
        "members.make_paper",
        title=sheet.title,
        total=1,
        by=by,
        kind=sheet.kind.value,
        subject_id=str(sheet.subject_id),
        language=str(sheet.says["language"]),
        **scope,
    )


@transaction.atomic
def ask_for_open(*, by: Seat) -> JobProgress:
    """A job that makes the papers of all open invoices and puts them into one file.

    Raises:
        DomainError: none is open, more than a thousand are, or PDFs cannot be made here.
    """
    _must_be_able()
    count = Invoice.objects.open().count()
    if not count:
        raise DomainError(_("No invoice is open."))
    if count > MOST_AT_ONCE:
        raise DomainError(
            _("At most %(most)d invoices fit into one file; %(count)d are open.")
            % {"most": MOST_AT_ONCE, "count": count}
        )
    return exports.start("members.make_open_papers", title=_("Open invoices"), total=count, by=by)


def make(
    *, alliance: Alliance, job_id: UUID, kind: str, subject_id: UUID, language: str, **scope: str
) -> None:
    """Makes one paper that was asked for; a job that has ended stays as it is."""
    with in_alliance(alliance), override(language):
        job = JobProgress.objects.get(pk=job_id)
        if job.state != JobState.RUNNING:
            return
        sheet = sheet_of(DocumentKind(kind), subject_id, **scope)
        link = _pay_link(sheet)
    try:
        with override(language):
            content = pdf(sheet, link)
            with in_alliance(alliance):
                # Who asked at the same moment may have been first.
                paper = made(sheet) or keep(sheet, content, by=job.seat)
                jobs.finish(job=job, file=paper.file, message=_("Your paper is ready."))
    except Exception as error:
        _give_up(alliance, job, error)
        raise


def make_open(*, alliance: Alliance, job_id: UUID) -> None:
    """Makes the papers of all open invoices, those that are missing, and bundles them."""
    with in_alliance(alliance):
        job = JobProgress.objects.get(pk=job_id)
        ids = list(
            Invoice.objects.open().order_by("year", "sequence").values_list("pk", flat=True)
        )[:MOST_AT_ONCE]
    if job.state != JobState.RUNNING:
        return
    bundle = BytesIO()
    try:
        with ZipFile(bundle, "w", ZIP_DEFLATED) as archive, override(alliance.language):
            for done, pk in enumerate(ids, start=1):
                archive.writestr(*_one_of_many(alliance, job, pk))
                with in_alliance(alliance):
                    jobs.advance(job=job, done=done)
        with in_alliance(alliance):
            file = files.store(
                name=f"open-invoices-{today().isoformat()}.zip",
                content=bundle.getvalue(),
                content_type=ZIP,
                by=job.seat,
                largest=LARGEST_BUNDLE,
            )
            jobs.finish(job=job, file=file)
    except Exception as error:
        _give_up(alliance, job, error)
        raise


def sheet_of(kind: DocumentKind, subject_id: UUID, **scope: str) -> Sheet:
    """The sheet of one document; `scope` holds the days of a statement."""
    if kind == DocumentKind.INVOICE:
        return sheets.of_invoice(Invoice.objects.get(pk=subject_id))
    if kind == DocumentKind.RECEIPT:
        return sheets.of_payment(Payment.objects.select_related("invoice").get(pk=subject_id))
    if kind == DocumentKind.CREDIT_NOTE:
        notes = CreditNote.objects.select_related("invoice")
        return sheets.of_credit_note(notes.get(pk=subject_id))
    return sheets.of_statement(
        statement(
            Business.objects.get(pk=subject_id),
            from_on=date.fromisoformat(scope["from_on"]),
            to_on=date.fromisoformat(scope["to_on"]),
        )
    )


def pdf(sheet: Sheet, link: str = "") -> bytes:
    """The sheet drawn; takes about a tenth of a second, so workers alone call it."""
    says = sheet.says
    context = {"title": sheet.title, "link": link, "qr": pdfs.qr_code(link) if link else "", **says}
    html = render_to_string(f"members/papers/{sheet.kind.value}.html", context)
    look = f":root {{ --accent: {says['accent']} }} @page {{ size: {says['page']} }}"
    return pdfs.draw(html, stylesheet="print/papers.css", look=look)


def keep(sheet: Sheet, content: bytes, *, by: Seat | None) -> Paper:
    """Stores a paper that was drawn."""
    file = files.store(name=sheet.file_name, content=content, content_type=PDF, by=by)
    return Paper.objects.create(
        kind=sheet.kind, subject_id=sheet.subject_id, file=file, digest=sheet.digest
    )


def _must_be_able() -> None:
    if not can_make():
        raise DomainError(
            _("PDFs cannot be made here at the moment. You can print the page instead.")
        )


def _pay_link(sheet: Sheet) -> str:
    if sheet.kind != DocumentKind.INVOICE or not sheet.says["is_due"]:
        return ""
    return pay_links.url(Invoice.objects.get(pk=sheet.subject_id))


def _one_of_many(alliance: Alliance, job: JobProgress, pk: UUID) -> tuple[str, bytes]:
    with in_alliance(alliance):
        sheet = sheet_of(DocumentKind.INVOICE, pk)
        paper, link = made(sheet), _pay_link(sheet)
    if paper is None:
        content = pdf(sheet, link)
        with in_alliance(alliance):
            paper = keep(sheet, content, by=job.seat)
    return paper.file.name, bytes(paper.file.content)


def _give_up(alliance: Alliance, job: JobProgress, error: Exception) -> None:
    words = _("Something broke on the way. Please start it again.")
    if isinstance(error, DomainError):
        words = error.message
    elif isinstance(error, OSError):
        # WeasyPrint's import, where the worker's machine lacks what draws.
        words = _("PDFs cannot be made here at the moment. You can print the page instead.")
    with in_alliance(alliance):
        jobs.fail(job=job, message=words)
