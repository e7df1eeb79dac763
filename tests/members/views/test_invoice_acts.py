"""What the staff do with one invoice: take off, split, send again, make its paper."""

import pytest

from alliance.models import AuditEntry, JobProgress, OutboxMessage
from alliance.tenancy.scope import in_alliance
from members.models import (
    CreditNote,
    Instalment,
    Invoice,
)
from members.queries.memberships import today
from members.tasks.papers import make_paper
from tests.factories import members as make
from tests.members.drawing import needs_pango
from tests.members.reading import figures_of
from tests.pledges.reading import row_counts
from tests.pledges.views.browsing import hidden, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def invoice(oak_street, bakery) -> Invoice:
    """The bakery's: $120, due in thirty days."""
    with in_alliance(oak_street):
        return make.an_invoice(membership=make.a_membership(business=bakery))


class TestCredit:
    def post(self, desk, invoice, **data):
        path = f"/staff/invoices/{invoice.number}/credit/"
        data = {"amount": "20", "reason": "A hard year.", "form_key": "a" * 32} | data
        return desk.post(path, data)

    def test_a_part(self, desk, oak_street, invoice):
        page = desk.get(f"/staff/invoices/{invoice.number}/credit/")
        assert "All of it ends the terms" in words(page)
        assert 'value="120"' in text(page)
        assert self.post(desk, invoice).status_code == 302
        with in_alliance(oak_street):
            assert figures_of(invoice) == (120_00, 0, 20_00, 100_00, 0)

    def test_a_second_press_credits_once(self, desk, oak_street, invoice):
        self.post(desk, invoice)
        self.post(desk, invoice)
        with in_alliance(oak_street):
            assert CreditNote.objects.count() == 1

    def test_all_of_it_ends_the_term(self, desk, oak_street, invoice):
        with in_alliance(oak_street):
            make.a_payment(invoice=invoice)
        self.post(desk, invoice, amount="120")
        with in_alliance(oak_street):
            assert figures_of(invoice) == (120_00, 120_00, 120_00, 0, 120_00)
            assert invoice.membership.periods.get().voided_on == today()

    @pytest.mark.parametrize(
        ("data", "field", "said"),
        [
            ({"amount": "121"}, "id_amount", "At most $120 of this invoice can be credited."),
            ({"amount": "0"}, "id_amount", "At most $120 of this invoice can be credited."),
            ({"amount": "1.005"}, "id_amount", "Enter an amount in dollars, such as 18 or 18.50."),
            ({"amount": ""}, "id_amount", "Enter an amount, such as 120 or 120.50."),
            ({"amount": "-5"}, "id_amount", "Enter an amount in dollars, such as 18 or 18.50."),
            ({"reason": " "}, "id_reason", "Say why, in a sentence."),
            ({"form_key": "?"}, "", "Something was lost on the way. Please send it again."),
        ],
    )
    def test_what_is_wrong_is_said(self, desk, oak_street, invoice, data, field, said):
        before = row_counts(oak_street)
        page = self.post(desk, invoice, **data)
        assert (page.status_code, problems(page)) == (422, [(field, said)])
        assert title(page).startswith("Error: ")
        assert row_counts(oak_street) == before


class TestSplit:
    def test_into_three_parts(self, desk, oak_street, invoice):
        path = f"/staff/invoices/{invoice.number}/parts/"
        assert "Equal parts" in words(desk.get(path))
        assert desk.post(path, {"instalments": "3"}).status_code == 302
        with in_alliance(oak_street):
            parts = Instalment.objects.filter(invoice=invoice)
            assert [part.amount_minor for part in parts] == [40_00, 40_00, 40_00]
            assert parts[0].due_on == invoice.due_on
            assert AuditEntry.objects.filter(action="invoice.split").count() == 1
        again = desk.post(path, {"instalments": "2"})
        assert problems(again) == [("", "This invoice is in parts already.")]

    def test_not_after_a_payment(self, desk, oak_street, invoice):
        with in_alliance(oak_street):
            make.a_payment(invoice=invoice, amount_minor=10_00)
        page = desk.post(f"/staff/invoices/{invoice.number}/parts/", {"instalments": "2"})
        assert page.status_code == 422
        assert "so it stays in one piece" in problems(page)[0][1]
        assert "Have it paid in parts" not in words(desk.get(f"/staff/invoices/{invoice.number}/"))

    @pytest.mark.parametrize("parts", ["1", "5", "", "x"])
    def test_two_to_four(self, desk, oak_street, invoice, parts):
        page = desk.post(f"/staff/invoices/{invoice.number}/parts/", {"instalments": parts})
        assert page.status_code == 422
        with in_alliance(oak_street):
            assert not Instalment.objects.exists()


class TestAgain:
    def test_one_press_one_letter(self, desk, oak_street, invoice, ben):
        with in_alliance(oak_street):
            Invoice.objects.update(bill_email="ben@example.org")
            before = OutboxMessage.objects.count()
        path = f"/staff/invoices/{invoice.number}/again/"
        press = hidden(desk.get(f"/staff/invoices/{invoice.number}/"), "form_key")
        page = desk.post(path, {"form_key": press}, follow=True)
        assert "It is on its way to ben@example.org." in words(page)
        desk.post(path, {"form_key": press})
        with in_alliance(oak_street):
            assert OutboxMessage.objects.count() == before + 1
            assert AuditEntry.objects.filter(action="invoice.sent_again").count() == 1
        desk.post(path, {"form_key": "b" * 32})
        with in_alliance(oak_street):
            assert OutboxMessage.objects.count() == before + 2

    def test_without_an_address_it_is_said(self, desk, oak_street, invoice):
        with in_alliance(oak_street):
            Invoice.objects.update(bill_email="")
        path = f"/staff/invoices/{invoice.number}/again/"
        page = desk.post(path, {"form_key": "a" * 32}, follow=True)
        assert "No e-mail address is known for this invoice." in words(page)

    def test_without_a_key_nothing_is_sent(self, desk, oak_street, invoice):
        before = row_counts(oak_street)
        desk.post(f"/staff/invoices/{invoice.number}/again/", {})
        assert row_counts(oak_street) == before


@needs_pango
class TestPaper:
    def test_from_the_press_to_the_file(self, desk, oak_street, invoice, ada):
        path = f"/staff/papers/{invoice.number}/"
        assert desk.get(path).status_code == 302
        answer = desk.post(path)
        with in_alliance(oak_street):
            job = JobProgress.objects.get()
        assert answer["Location"] == f"/staff/jobs/{job.pk}/"
        make_paper(
            alliance_id=str(oak_street.pk),
            job_id=str(job.pk),
            kind="invoice",
            subject_id=str(invoice.pk),
            language="en",
        )
        assert "Your paper is ready." in words(desk.get(f"/staff/jobs/{job.pk}/"))
        for page in (desk.get(f"/staff/jobs/{job.pk}/result/"), desk.post(path), desk.get(path)):
            assert page["Content-Type"] == "application/pdf"
            assert page["Content-Disposition"] == (
                f'attachment; filename="invoice-{invoice.number}.pdf"'
            )

    def test_a_number_that_is_nobodys(self, desk, invoice):
        for number in ("2026-7777", "R-2026-0001", "C-2026-0001", "x"):
            assert desk.post(f"/staff/papers/{number}/").status_code == 404

    def test_all_open_ones(self, desk, oak_street, invoice):
        answer = desk.post("/staff/invoices/papers/")
        with in_alliance(oak_street):
            job = JobProgress.objects.get()
        assert (answer["Location"], job.total) == (f"/staff/jobs/{job.pk}/", 1)

    def test_none_open_is_said(self, desk):
        page = desk.post("/staff/invoices/papers/", follow=True)
        assert "No invoice is open." in words(page)

    def test_where_none_can_be_made_printing_is_offered(self, desk, invoice, monkeypatch):
        monkeypatch.setattr("members.services.papers.can_make", lambda: False)
        page = desk.get(f"/staff/invoices/{invoice.number}/")
        assert "Print this page with your browser." in words(page)
        page = desk.post(f"/staff/papers/{invoice.number}/", follow=True)
        assert "You can print the page instead." in words(page)
