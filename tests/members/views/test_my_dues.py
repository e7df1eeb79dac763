"""A member's own money: what is due, invoices, receipts, the account; nobody else's."""

import pytest

from alliance.models import JobProgress, Person
from alliance.tenancy.scope import in_alliance
from members.models import Invoice, RepresentativeKind
from members.queries.memberships import today
from members.services.businesses import add_representative
from members.tasks.papers import make_paper
from tests.factories import members as make
from tests.members.drawing import needs_pango
from tests.pledges.reading import queries_of
from tests.pledges.views.browsing import active_parts, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour", "foreign")


@pytest.fixture
def me(visit, oak_street, ben):
    """Ben's browser."""
    return visit(oak_street, ben)


@pytest.fixture
def invoice(oak_street, bakery) -> Invoice:
    with in_alliance(oak_street):
        return make.an_invoice(membership=make.a_membership(business=bakery))


@pytest.fixture
def foreign(oak_street, neighbour) -> list[str]:
    """Numbers of an invoice and a receipt of another business, and of the neighbour's."""
    with in_alliance(neighbour.alliance):
        for _n in range(3):
            theirs = make.a_payment()
    with in_alliance(oak_street):
        other = make.a_payment()
    return [other.invoice.number, other.number, theirs.invoice.number, theirs.number]


def volunteer(alliance, business) -> Person:
    """Somebody whose seat at the bakery is a volunteer's."""
    person = Person.objects.create_user(email="vic@example.org", name="Vic")
    with in_alliance(alliance):
        add_representative(
            business=business, person=person, by=None, kind=RepresentativeKind.VOLUNTEER
        )
    return person


class TestPanel:
    def test_what_is_due_and_what_was_paid(self, me, oak_street, invoice):
        with in_alliance(oak_street):
            payment = make.a_payment(invoice=invoice, amount_minor=20_00)
        page = me.get("/me/")
        read = words(page)
        for part in ("My dues", "$100 to pay by", invoice.number, "partly paid", payment.number,
                     "Statement of my account"):  # fmt: skip
            assert part in read, part
        assert active_parts(page) == []

    def test_all_is_paid(self, me, oak_street, bakery):
        with in_alliance(oak_street):
            make.a_member(business=bakery)
        assert "Everything is paid. Thank you." in words(me.get("/me/"))

    def test_no_invoice_yet(self, me, oak_street, bakery):
        with in_alliance(oak_street):
            make.a_membership(business=bakery)
        assert "No invoice yet." in words(me.get("/me/"))

    def test_a_volunteers_seat_does_not_open_the_books(self, visit, oak_street, bakery, invoice):
        browser = visit(oak_street, volunteer(oak_street, bakery))
        assert "My dues" not in words(browser.get("/me/"))
        assert browser.get(f"/me/invoices/{invoice.number}/").status_code == 404
        assert browser.get("/me/statement/bens-bakery/").status_code == 404


class TestInvoice:
    def test_one_of_mine(self, me, invoice):
        page = me.get(f"/me/invoices/{invoice.number}/")
        assert (page.status_code, title(page)) == (200, f"Invoice {invoice.number}")
        assert "Pay $120" in words(page)
        assert "/pay/" in text(page)
        assert active_parts(page) == []

    def test_nobody_elses(self, me, foreign, invoice):
        for number in foreign:
            assert me.get(f"/me/invoices/{number}/").status_code == 404
            assert me.get(f"/me/papers/{number}/").status_code == 404
            assert me.post(f"/me/papers/{number}/").status_code == 404
            job = f"/me/papers/{number}/{invoice.pk}/"
            assert me.get(job).status_code == 404

    @pytest.mark.parametrize("who", ["cleo", "ada", "dan"])
    def test_who_may_not(self, request, visit, oak_street, invoice, who):
        browser = visit(oak_street, request.getfixturevalue(who))
        assert browser.get(f"/me/invoices/{invoice.number}/").status_code == 404
        assert browser.post(f"/me/papers/{invoice.number}/").status_code == 404
        assert browser.get("/me/statement/bens-bakery/").status_code == 404

    def test_signing_in_is_asked(self, visit, oak_street, invoice):
        answer = visit(oak_street).get(f"/me/invoices/{invoice.number}/")
        assert answer.status_code == 302

    def test_its_queries_are_few(self, me, invoice):
        path = f"/me/invoices/{invoice.number}/"
        me.get(path)
        assert queries_of(lambda: me.get(path)) <= 17


@needs_pango
class TestPaper:
    def test_from_the_press_to_the_file(self, me, oak_street, invoice, ben):
        path = f"/me/papers/{invoice.number}/"
        assert me.get(path)["Location"] == "/me/"
        answer = me.post(path)
        page = me.get(answer["Location"])
        assert ("The PDF is being made" in words(page), page["Refresh"]) == (True, "2")
        with in_alliance(oak_street):
            job = JobProgress.objects.get()
            assert job.seat == ben
        make_paper(
            alliance_id=str(oak_street.pk),
            job_id=str(job.pk),
            kind="invoice",
            subject_id=str(invoice.pk),
            language="en",
        )
        page = me.get(answer["Location"])
        assert f'href="{path}" download' in text(page)
        assert me.get(path)["Content-Type"] == "application/pdf"

    def test_without_a_broker_it_says_what_to_do(self, me, oak_street, invoice, monkeypatch):
        answer = me.post(f"/me/papers/{invoice.number}/")
        with in_alliance(oak_street):
            JobProgress.objects.update(state="failed", message="The workers are out of reach.")
        assert "The workers are out of reach." in words(me.get(answer["Location"]))


class TestStatement:
    path = "/me/statement/bens-bakery/"

    def test_this_year(self, me, oak_street, invoice):
        with in_alliance(oak_street):
            payment = make.a_payment(invoice=invoice, amount_minor=20_00)
        page = me.get(self.path)
        read = words(page)
        assert (page.status_code, title(page)) == (200, "Statement")
        for part in (f"invoice {invoice.number}", f"payment {payment.number}", "Balance after",
                     "$100"):  # fmt: skip
            assert part in read, part
        assert "/staff/" not in text(page).partition("<main")[2].partition("</main>")[0]

    @pytest.mark.parametrize(
        ("query", "said"),
        [
            ("from_on=2026-05-01&to_on=2026-04-01", "The last day is before the first."),
            ("from_on=2001-01-01&to_on=2026-04-01", "At most three years at a time."),
            ("from_on=x", "Enter a day such as 2026-12-31."),
        ],
    )
    def test_days_that_make_no_sense(self, me, query, said):
        page = me.get(f"{self.path}?{query}")
        assert (page.status_code, problems(page)[0][1]) == (422, said)
        assert me.post(f"{self.path}?{query}").status_code == 422

    @needs_pango
    def test_as_pdf(self, me, oak_street, invoice, bakery):
        with in_alliance(oak_street):
            day = today().isoformat()
        days = f"?from_on={day}&to_on={day}"
        answer = me.post(f"{self.path}{days}")
        with in_alliance(oak_street):
            job = JobProgress.objects.get()
        assert "The PDF is being made" in words(me.get(answer["Location"]))
        make_paper(
            alliance_id=str(oak_street.pk),
            job_id=str(job.pk),
            kind="statement",
            subject_id=str(bakery.pk),
            language="en",
            from_on=day,
            to_on=day,
        )
        page = me.get(answer["Location"])
        file = text(page).split('class="button" href="')[1].split('"')[0].replace("&amp;", "&")
        assert me.get(file)["Content-Type"] == "application/pdf"

    def test_another_business(self, me):
        assert me.get("/me/statement/dans-dairy/").status_code == 404
        assert me.get("/me/statement/nobody/").status_code == 404

    def test_the_staffs_leads_to_the_books(self, visit, oak_street, ada, cleo, invoice):
        page = visit(oak_street, ada).get("/staff/members/bens-bakery/statement/")
        assert page.status_code == 200
        assert f"invoice {invoice.number}" in words(page)
        path = "/staff/members/bens-bakery/statement/"
        assert visit(oak_street, cleo).get(path).status_code == 404


def test_the_staffs_page_of_a_member_shows_the_balance(visit, oak_street, ada, cleo, invoice):
    with in_alliance(oak_street):
        payment = make.a_payment(invoice=invoice, amount_minor=20_00)
    read = words(visit(oak_street, ada).get("/staff/members/bens-bakery/"))
    for part in ("By the books $100 is open.", invoice.number, payment.number, "New invoice"):
        assert part in read, part
    assert "By the books" not in words(visit(oak_street, cleo).get("/staff/members/bens-bakery/"))
