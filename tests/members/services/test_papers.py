"""Papers as PDF: what they say, made once, given again, and kindly refused where none can be."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from pypdf import PdfReader

from alliance import pdfs
from alliance.models import Alliance, JobProgress, Seat, StoredFile
from alliance.tenancy.scope import in_alliance
from ledger.chart import RECEIVABLE
from ledger.queries import balance_minor
from members.models import DuesSettings, Invoice, LegalForm, LobbyingShare, Paper, Payment
from members.queries import sheets
from members.queries.memberships import today
from members.queries.statements import statement
from members.services import invoices, papers, pay_links
from members.services.invoices import LineDraft
from members.tasks.papers import make_open_papers, make_paper
from tests.factories import members as make
from tests.members.drawing import needs_pango

pytestmark = [needs_pango, pytest.mark.usefixtures("neighbour", "in_oak_street")]


def words(content: bytes) -> str:
    """What a PDF says, on one line."""
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def links(content: bytes) -> list[str]:
    """Where a PDF leads."""
    pages = PdfReader(BytesIO(content)).pages
    notes = [note.get_object() for page in pages for note in page.get("/Annots", [])]
    return [str(note["/A"]["/URI"]) for note in notes if "/A" in note]


def size_of(content: bytes) -> tuple[int, int]:
    """The first page's width and height in points."""
    box = PdfReader(BytesIO(content)).pages[0].mediabox
    return round(box.width), round(box.height)


def worked(job: JobProgress) -> JobProgress:
    """The job after the worker has done its part."""
    job.refresh_from_db()
    return job


def make_now(sheet: sheets.Sheet, by: Seat | None, **scope: str) -> Paper:
    """Asks for a paper and lets the worker make it."""
    job = papers.ask(sheet=sheet, by=by, **scope)
    assert isinstance(job, JobProgress)
    make_paper(
        alliance_id=str(job.alliance_id),
        job_id=str(job.pk),
        kind=sheet.kind.value,
        subject_id=str(sheet.subject_id),
        language="en",
        **scope,
    )
    assert worked(job).state == "done", job.message
    return Paper.objects.select_related("file").get(file=job.file_id)


@pytest.fixture
def league(in_oak_street: Alliance) -> None:
    """A business league that says how it is paid."""
    year = today().year
    DuesSettings.objects.create(
        legal_form=LegalForm.BUSINESS_LEAGUE,
        legal_name="Oak Street Alliance, Inc.",
        tax_number="94-1234567",
        how_to_pay="Cheque to Oak Street Alliance,\n12 Oak Street.",
    )
    LobbyingShare.objects.create(year=year, basis_points=1250)


@pytest.fixture
def invoice(league: None, bakery) -> Invoice:
    return make.an_invoice(membership=make.a_membership(business=bakery))


def test_an_invoice_says_number_amount_law_and_how_to_pay(invoice: Invoice, ada: Seat) -> None:
    paper = make_now(sheets.of_invoice(invoice), ada)

    said = words(bytes(paper.file.content))
    for part in (
        f"Invoice {invoice.number}",
        "Oak Street Alliance, Inc.",
        "Tax number 94-1234567",
        invoice.bill_to,
        "Total $120",
        "To pay $120",
        "not deductible as a charitable contribution",
        "12.5% of the dues",
        "Cheque to Oak Street Alliance",
    ):
        assert part in said, part
    (link,) = links(bytes(paper.file.content))
    assert pay_links.read(link.rstrip("/").rpartition("/")[2]) == invoice
    assert (paper.file.name, paper.file.content_type) == (
        f"invoice-{invoice.number}.pdf",
        "application/pdf",
    )


def test_a_payment_makes_another_paper_and_until_then_it_is_the_same(
    invoice: Invoice, ada: Seat
) -> None:
    first = make_now(sheets.of_invoice(invoice), ada)
    assert papers.ask(sheet=sheets.of_invoice(invoice), by=ada) == first

    payment = make.a_payment(invoice=invoice, amount_minor=50_00)
    invoice.refresh_from_db()
    second = make_now(sheets.of_invoice(invoice), ada)

    assert second.pk != first.pk
    said = words(bytes(second.file.content))
    assert f"receipt {payment.number}" in said
    assert "To pay $70" in said
    assert papers.made(sheets.of_invoice(invoice)) == second


def test_a_receipt_stays_as_it_was_made(invoice: Invoice, ada: Seat) -> None:
    payment = make.a_payment(invoice=invoice, reference="Cheque 7")
    paper = make_now(sheets.of_payment(payment), ada)
    said = words(bytes(paper.file.content))
    for part in (payment.number, "Received: $120", "cheque", "Cheque 7", invoice.number):
        assert part in said, part

    DuesSettings.objects.update(legal_name="Another name")
    again = sheets.of_payment(Payment.objects.get(pk=payment.pk))

    assert again.digest != paper.digest
    assert papers.ask(sheet=again, by=ada) == paper


def test_a_credit_note_says_why(invoice: Invoice, ada: Seat) -> None:
    note = invoices.credit_invoice(
        invoice=invoice, amount_minor=20_00, reason="A hard year <b>.", key="n", by=ada
    )
    said = words(bytes(make_now(sheets.of_credit_note(note), ada).file.content))
    for part in (note.number, "Taken off: $20", "A hard year <b>.", invoice.number):
        assert part in said, part


def test_a_settled_invoice_asks_for_nothing(invoice: Invoice, ada: Seat) -> None:
    make.a_payment(invoice=invoice)
    invoice.refresh_from_db()
    said = words(bytes(make_now(sheets.of_invoice(invoice), ada).file.content))
    assert "Nothing to pay $0" in said
    assert "How to pay" not in said


def test_parts_stand_on_it_with_their_days(league: None, ada: Seat) -> None:
    invoice = make.an_invoice(parts=3)
    says = sheets.of_invoice(invoice).says
    assert [part["amount"] for part in says["parts"]] == ["$40", "$40", "$40"]


def test_letter_where_dollars_are_and_a4_elsewhere(
    invoice: Invoice, oak_street: Alliance, ada: Seat
) -> None:
    sheet = sheets.of_invoice(invoice)
    assert size_of(papers.pdf(sheet)) == (612, 792)

    Alliance.objects.filter(pk=oak_street.pk).update(currency="EUR")
    with in_alliance(Alliance.objects.get(pk=oak_street.pk)):
        assert size_of(papers.pdf(sheets.of_invoice(invoice))) == (595, 842)


def test_a_long_invoice_runs_over_pages_and_keeps_every_line(league: None, ada: Seat) -> None:
    membership = make.a_membership()
    lines = [LineDraft(f"Thing number {n} & more", 1_00 + n) for n in range(120)]
    invoice = invoices.issue(membership=membership, lines=lines, key="long", by=None)
    content = papers.pdf(sheets.of_invoice(invoice))
    said = words(content)
    assert len(PdfReader(BytesIO(content)).pages) > 2
    assert [n for n in range(120) if f"Thing number {n} & more" not in said] == []


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", "file:///etc/passwd", "Ünïcødé & Söhne", "مقهى", "🍕" * 20],
)
def test_a_name_is_text(invoice: Invoice, name: str) -> None:
    invoice.bill_to = name
    content = papers.pdf(sheets.of_invoice(invoice))
    assert content.startswith(b"%PDF-")
    if name.isascii():
        assert name in words(content)


def test_nothing_is_fetched_for_a_paper() -> None:
    with pytest.raises(ValueError, match="file"):
        pdfs.fetcher()("file:///etc/hostname")


def test_a_statement_ends_with_what_the_books_say(league: None, bakery, ada: Seat) -> None:
    membership = make.a_membership(business=bakery)
    first = make.an_invoice(membership=membership)
    make.a_payment(invoice=first, amount_minor=50_00)
    invoices.credit_invoice(invoice=first, amount_minor=10_00, reason="x", key="c", by=ada)
    make.a_member()
    day = today()

    found = statement(bakery, from_on=day.replace(month=1, day=1), to_on=day)

    assert [(line.words, line.amount_minor, line.balance_minor) for line in found.lines] == [
        (first.number, 120_00, 120_00),
        (f"R-{day.year}-0001 · {first.number}", -50_00, 70_00),
        (f"C-{day.year}-0001", -10_00, 60_00),
    ]
    assert found.closing_minor == balance_minor(RECEIVABLE, party=bakery.pk) == 60_00
    days = {"from_on": found.from_on.isoformat(), "to_on": found.to_on.isoformat()}
    said = words(bytes(make_now(sheets.of_statement(found), ada, **days).file.content))
    for part in ("Statement for Ben's Bakery", "Balance before $0", "Balance after $60"):
        assert part in said, part


def test_a_statement_of_later_days_opens_with_what_was_owed(bakery, ada: Seat) -> None:
    make.an_invoice(membership=make.a_membership(business=bakery))
    day = today().replace(year=today().year + 1)
    found = statement(bakery, from_on=day, to_on=day)
    assert (found.opening_minor, list(found.lines), found.closing_minor) == (120_00, [], 120_00)


def test_all_open_invoices_in_one_file(league: None, bakery, ada: Seat) -> None:
    open_ones = [make.an_invoice() for _n in range(3)]
    make.a_member()
    known = make_now(sheets.of_invoice(open_ones[0]), ada)

    job = papers.ask_for_open(by=ada)
    make_open_papers(alliance_id=str(job.alliance_id), job_id=str(job.pk))

    file = StoredFile.objects.get(pk=worked(job).file_id)
    with ZipFile(BytesIO(bytes(file.content))) as bundle:
        assert bundle.namelist() == [f"invoice-{one.number}.pdf" for one in open_ones]
        assert bundle.read(bundle.namelist()[0]) == bytes(known.file.content)
    assert (job.state, job.done, job.total) == ("done", 3, 3)
    assert Paper.objects.count() == 3


def test_none_open_is_said(ada: Seat) -> None:
    make.a_member()
    with pytest.raises(papers.DomainError, match="No invoice is open"):
        papers.ask_for_open(by=ada)


def test_too_many_at_once_are_said(ada: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    make.an_invoice()
    make.an_invoice()
    monkeypatch.setattr(papers, "MOST_AT_ONCE", 1)
    with pytest.raises(papers.DomainError, match="At most 1 invoices fit into one file; 2 are"):
        papers.ask_for_open(by=ada)


def test_the_task_twice_makes_one_paper(invoice: Invoice, ada: Seat) -> None:
    sheet = sheets.of_invoice(invoice)
    make_now(sheet, ada)
    before = Paper.objects.values_list("pk", flat=True).get()
    job = JobProgress.objects.get()
    make_paper(
        alliance_id=str(job.alliance_id),
        job_id=str(job.pk),
        kind="invoice",
        subject_id=str(invoice.pk),
        language="en",
    )
    JobProgress.objects.update(state="running")
    make_paper(
        alliance_id=str(job.alliance_id),
        job_id=str(job.pk),
        kind="invoice",
        subject_id=str(invoice.pk),
        language="en",
    )
    assert Paper.objects.values_list("pk", flat=True).get() == before


def test_without_pango_it_is_said_before_and_in_the_job(
    invoice: Invoice, ada: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = sheets.of_invoice(invoice)
    job = papers.ask(sheet=sheet, by=ada)
    assert isinstance(job, JobProgress)

    def missing(*args: object) -> bytes:
        raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.setattr(papers, "pdf", missing)
    with pytest.raises(OSError, match="libpango"):
        papers.make(
            alliance=job.alliance,
            job_id=job.pk,
            kind="invoice",
            subject_id=invoice.pk,
            language="en",
        )
    assert (worked(job).state, job.message) == (
        "failed",
        "PDFs cannot be made here at the moment. You can print the page instead.",
    )

    monkeypatch.setattr(papers, "can_make", lambda: False)
    with pytest.raises(papers.DomainError, match="You can print the page instead"):
        papers.ask(sheet=sheet, by=ada)


def test_this_machine_can_make_them() -> None:
    assert papers.can_make() is True


def test_nothing_of_the_neighbour_can_be_asked_for(invoice: Invoice, neighbour, ada: Seat) -> None:
    with in_alliance(neighbour.alliance):
        theirs = make.an_invoice()
    with pytest.raises(Invoice.DoesNotExist):
        papers.sheet_of(sheets.of_invoice(invoice).kind, theirs.pk)
