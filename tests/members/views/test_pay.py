"""The pay link: whoever holds it sees one invoice and nothing else, without a login."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from alliance import links
from alliance.models import JobProgress
from alliance.tenancy.scope import in_alliance
from members.models import DuesSettings, Invoice
from members.queries.memberships import today
from members.services import pay_links
from members.tasks.papers import make_paper
from tests.factories import members as make
from tests.members.drawing import needs_pango
from tests.pledges.reading import queries_of
from tests.pledges.views.browsing import active_parts, path_in, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour")


@pytest.fixture
def invoice(oak_street, bakery) -> Invoice:
    with in_alliance(oak_street):
        return make.an_invoice(membership=make.a_membership(business=bakery))


@pytest.fixture
def link(oak_street, invoice) -> str:
    with in_alliance(oak_street):
        return path_in(pay_links.url(invoice))


@pytest.fixture
def anyone(visit, oak_street):
    """A browser that is not signed in."""
    return visit(oak_street)


def asked(browser, link: str, number: str, alliance, kind: str, subject) -> tuple[str, str]:
    """Asks for a paper; the job's page before and after the worker has made it."""
    answer = browser.post(f"{link}papers/{number}/")
    before = browser.get(answer["Location"])
    with in_alliance(alliance):
        job = JobProgress.objects.latest("started_at")
    make_paper(
        alliance_id=str(alliance.pk),
        job_id=str(job.pk),
        kind=kind,
        subject_id=str(subject.pk),
        language="en",
    )
    return words(before), words(browser.get(answer["Location"]))


def test_what_is_due_and_how_to_pay_it(anyone, oak_street, invoice, link):
    page = anyone.get(link)
    read = words(page)
    assert (page.status_code, title(page)) == (200, f"Invoice {invoice.number}")
    with in_alliance(oak_street):
        due = invoice.due_on
    for part in (
        "$120 to pay", f"Please pay by {due.day} {due:%B %Y}.", "Total $120", "Ben's Bakery",
        "Ask Oak Street Alliance how they would like it", "hello@oak-street.example",
        f"Please write the number {invoice.number} on it",
    ):  # fmt: skip
        assert part in read, part
    assert active_parts(page) == []
    assert text(page).count("<h1") == 1


def test_the_alliances_own_words_on_paying_and_the_laws(anyone, oak_street, invoice, link):
    with in_alliance(oak_street):
        DuesSettings.objects.create(how_to_pay="Cheque to <b>us</b>.", tax_number="94-1")
        Invoice.objects.update(legal_words="Dues are not a gift.")
    read = words(anyone.get(link))
    assert "Cheque to <b>us</b>." in read
    assert "Dues are not a gift." in read
    assert "Tax number 94-1" in read
    assert "Ask Oak Street Alliance" not in read


def test_it_is_private_and_not_for_search_engines(anyone, link):
    for page in (anyone.get(link), anyone.get("/pay/forged/")):
        assert page["Cache-Control"] == "private, no-store"
        assert page["X-Robots-Tag"] == "noindex"
        assert page["Referrer-Policy"] == "same-origin"


def test_instalments_with_their_days(anyone, oak_street, bakery):
    with in_alliance(oak_street):
        invoice = make.an_invoice(membership=make.a_membership(business=bakery), parts=3)
        link = path_in(pay_links.url(invoice))
        make.a_payment(invoice=invoice, amount_minor=50_00)
    read = words(anyone.get(link))
    assert "$70 to pay" in read
    assert "Next: $30 by" in read
    assert "$40, paid" in read
    assert "$30 of $40" in read


@needs_pango
@pytest.mark.parametrize("state", ["paid", "credited"])
def test_a_settled_one_says_so_and_asks_for_nothing(anyone, oak_street, invoice, link, state):
    with in_alliance(oak_street):
        if state == "paid":
            payment = make.a_payment(invoice=invoice)
        else:
            make.a_credit(invoice, today().isoformat())
    page = anyone.get(link)
    read = words(page)
    assert ("Paid. Thank you!" if state == "paid" else "Nothing to pay") in read
    assert "Pay by cheque" not in read
    if state == "paid":
        assert f"Receipt {payment.number}" in read
        assert f"{link}papers/{payment.number}/" in text(page)


def test_links_that_open_nothing(anyone, visit, oak_street, invoice, link, neighbour, mill_lane):
    with in_alliance(neighbour.alliance):
        theirs = path_in(pay_links.url(make.an_invoice()))
    with in_alliance(oak_street):
        other = links.sign("pledges.confirm", {"invoice": str(invoice.pk)})
        nothing = links.sign(pay_links.PURPOSE, {"invoice": "x"})
        empty = links.sign(pay_links.PURPOSE, {})
    token = link.split("/")[2]
    dead = [theirs, f"/pay/{token[:-3]}xyz/", "/pay/x/", f"/pay/{other}/", f"/pay/{nothing}/",
            f"/pay/{empty}/"]  # fmt: skip
    assert [anyone.get(path).status_code for path in dead] == [410] * len(dead)
    for path in dead:
        for more in (f"papers/{invoice.number}/", f"papers/{invoice.number}/{invoice.pk}/"):
            assert anyone.get(f"{path}{more}").status_code == 410
        assert anyone.post(f"{path}papers/{invoice.number}/").status_code == 410
    assert visit(mill_lane).get(link).status_code == 410
    assert anyone.get(link).status_code == 200


def test_a_link_that_is_too_old_says_what_to_do(anyone, link):
    with time_machine.travel(timezone.now() + timedelta(days=pay_links.DAYS + 1)):
        page = anyone.get(link)
    assert page.status_code == 410
    assert "Write to us, and you get a new one." in words(page)


def test_no_login_is_asked_and_none_given(anyone, link, invoice):
    assert anyone.get(f"/me/invoices/{invoice.number}/").status_code == 302
    assert anyone.get(link).status_code == 200
    assert "_auth_user_id" not in anyone.session


@needs_pango
class TestPapers:
    def test_the_invoice_as_pdf(self, anyone, oak_street, invoice, link):
        before, after = asked(anyone, link, invoice.number, oak_street, "invoice", invoice)
        assert "The PDF is being made" in before
        assert "Your paper is ready." in after
        page = anyone.get(f"{link}papers/{invoice.number}/")
        assert page["Content-Type"] == "application/pdf"
        assert page["Cache-Control"] == "private, no-store"
        assert page.content.startswith(b"%PDF-")

    def test_a_receipt_as_pdf(self, anyone, oak_street, invoice, link):
        with in_alliance(oak_street):
            payment = make.a_payment(invoice=invoice)
        _before, after = asked(anyone, link, payment.number, oak_street, "receipt", payment)
        assert "Your paper is ready." in after

    def test_only_this_invoices_papers(self, anyone, oak_street, link):
        with in_alliance(oak_street):
            other = make.a_payment()
        for number in (other.number, other.invoice.number, "C-2026-0001", "x", "2026-0000"):
            assert anyone.post(f"{link}papers/{number}/").status_code == 404
            assert anyone.get(f"{link}papers/{number}/").status_code == 404

    def test_another_job_is_not_shown(self, anyone, oak_street, invoice, link, ada):
        with in_alliance(oak_street):
            of_ada = JobProgress.objects.create(title=f"Invoice {invoice.number}", seat=ada)
            export = JobProgress.objects.create(title="Members")
        for job in (of_ada, export):
            page = anyone.get(f"{link}papers/{invoice.number}/{job.pk}/")
            assert page.status_code == 404

    def test_where_none_can_be_made_printing_is_offered(self, anyone, link, monkeypatch):
        monkeypatch.setattr("members.services.papers.can_make", lambda: False)
        assert "Print this page with your browser" in words(anyone.get(link))

    def test_asking_too_often_is_slowed_down(self, anyone, oak_street, invoice, link):
        codes = {anyone.post(f"{link}papers/x/").status_code for _n in range(61)}
        assert codes == {404, 429}


def test_its_queries_are_few(anyone, oak_street, link, invoice):
    anyone.get(link)
    few = queries_of(lambda: anyone.get(link))
    with in_alliance(oak_street):
        for _n in range(3):
            make.a_payment(invoice=invoice, amount_minor=10_00)
    assert queries_of(lambda: anyone.get(link)) <= few + 1 <= 17
