"""The staff's invoices: the list in its ways, one invoice, and who may look."""

from datetime import timedelta

import pytest

from alliance.models import Role
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from members.models import (
    Invoice,
)
from members.queries.memberships import today
from members.services import payments
from tests.factories import members as make
from tests.members.reading import on
from tests.members.views.invoice_pages import issued_on, rows
from tests.pledges.reading import queries_of, row_counts
from tests.pledges.views.browsing import active_parts, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour", "their_invoice")

# Ten of them open the scope, the session and the seat.
AT_MOST = 10 + 5


@pytest.fixture
def their_invoice(neighbour) -> Invoice:
    """The neighbour's open invoice over the same amount, for a business of the same sort."""
    with in_alliance(neighbour.alliance):
        membership = make.a_membership(business=neighbour.business)
        return make.an_invoice(membership=membership, key="theirs")


@pytest.fixture
def invoice(oak_street, bakery) -> Invoice:
    """The bakery's: $120, due in thirty days."""
    with in_alliance(oak_street):
        return make.an_invoice(membership=make.a_membership(business=bakery))


class TestList:
    def test_nothing_yet_says_what_it_is_for(self, desk):
        page = desk.get("/staff/invoices/")
        assert (page.status_code, title(page)) == (200, "Invoices")
        assert "Nothing is open" in words(page)
        assert active_parts(page) == []

    def test_each_way_to_look(self, desk, oak_street):
        with in_alliance(oak_street):
            day = today()
            late = issued_on((day - timedelta(days=100)).isoformat())
            fresh = make.an_invoice()
            paid = make.a_payment(invoice=make.an_invoice()).invoice
            gone = make.an_invoice()
            make.a_credit(gone, day.isoformat())
            twice = make.an_invoice()
            for n in range(2):
                payments.record(
                    invoice=twice,
                    receipt=make.a_receipt(
                        twice, amount_minor=120_00, method="card", external_id=f"pi_{n}"
                    ),
                    key=f"card-{n}",
                    by=None,
                )
        numbers = {"late": late, "fresh": fresh, "paid": paid, "gone": gone, "twice": twice}
        names = {one.number: name for name, one in numbers.items()}

        def shown(query: str) -> list[str]:
            return [names[number] for number in rows(desk.get(f"/staff/invoices/{query}"))]

        assert shown("") == shown("?show=open") == ["late", "fresh"]
        assert shown("?show=nonsense") == ["late", "fresh"]
        assert shown("?show=overdue") == ["late"]
        assert sorted(shown("?show=paid")) == ["paid", "twice"]
        assert shown("?show=credited") == ["gone"]
        assert shown("?show=excess") == ["twice"]
        assert sorted(shown("?show=all")) == sorted(names.values())

    def test_found_by_number_and_by_name(self, desk, oak_street, invoice, their_invoice):
        with in_alliance(oak_street):
            other = make.an_invoice()
        assert rows(desk.get(f"/staff/invoices/?q={invoice.number}")) == [invoice.number]
        assert rows(desk.get("/staff/invoices/?q=ben%27s")) == [invoice.number]
        assert rows(desk.get("/staff/invoices/?member=bens-bakery")) == [invoice.number]
        assert other.number not in rows(desk.get("/staff/invoices/?q=ben"))
        assert "No invoice is like that." in words(desk.get("/staff/invoices/?q=dairy"))

    @pytest.mark.parametrize(
        "query",
        ["q=%25%27", "q=" + "x" * 500, "member=%F0%9F%8D%95", "on=2026-99-99", "after=rubbish",
         "age=nonsense", "on=9999-12-31", "on=0001-01-01&age=0-30", "show=%25"],
    )  # fmt: skip
    def test_whatever_is_asked_there_is_an_answer(self, desk, invoice, query):
        assert desk.get(f"/staff/invoices/?{query}").status_code == 200

    def test_an_invoice_in_parts_is_overdue_only_by_its_first_unpaid_part(self, desk, oak_street):
        with in_alliance(oak_street):
            day = today()
            begun = (day - timedelta(days=45)).isoformat()
            split = issued_on(begun, parts=4)
            make.a_payment(invoice=split, amount_minor=25_00)
            unpaid = issued_on(begun, parts=4)
        assert rows(desk.get("/staff/invoices/?show=overdue")) == [unpaid.number]
        assert rows(desk.get("/staff/invoices/")) == [unpaid.number, split.number]

    def test_pages_follow_each_other_by_the_day_due(self, desk, oak_street):
        with in_alliance(oak_street):
            tier, day = make.a_tier(), today()
            made = []
            for n in range(30):
                with on((day - timedelta(days=40 - n // 2)).isoformat()):
                    made.append(make.an_invoice(membership=make.a_membership(tier=tier)).number)
        first = desk.get("/staff/invoices/")
        after = text(first).split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        second = desk.get(f"/staff/invoices/{after.split('#')[0]}")
        assert (rows(first) + rows(second), len(rows(first))) == (made, 25)

    def test_more_invoices_cost_no_more_queries(self, desk, oak_street, invoice):
        desk.get("/staff/invoices/")
        few = queries_of(lambda: desk.get("/staff/invoices/"))
        with in_alliance(oak_street):
            for parts in (1, 2, 3, 1, 2, 3):
                make.an_invoice(parts=parts)
        assert queries_of(lambda: desk.get("/staff/invoices/")) == few <= AT_MOST
        aged = f"/staff/invoices/?age=all&member={invoice.business.slug}&q=ben"
        assert queries_of(lambda: desk.get(aged)) <= AT_MOST


class TestOne:
    def test_it_shows_all_that_has_moved(self, desk, oak_street, invoice, ada):
        with in_alliance(oak_street):
            payment = make.a_payment(invoice=invoice, amount_minor=50_00, by=ada)
            make.a_credit(invoice, today().isoformat(), 20_00)
        page = desk.get(f"/staff/invoices/{invoice.number}/")
        read = words(page)
        assert (page.status_code, title(page)) == (200, f"Invoice {invoice.number}")
        for part in ("Total $120", payment.number, "Cheque 1042", "To pay $50", "partly paid",
                     "Billed by mistake.", "Invoice issued", "Payment recorded"):  # fmt: skip
            assert part in read, part
        assert text(page).count("/staff/ledger/entries/") == 3
        assert "/pay/" in text(page)
        assert active_parts(page) == []

    def test_its_queries_are_few(self, desk, oak_street, invoice):
        with in_alliance(oak_street):
            make.a_payment(invoice=invoice, amount_minor=50_00)
        path = f"/staff/invoices/{invoice.number}/"
        desk.get(path)
        few = queries_of(lambda: desk.get(path))
        with in_alliance(oak_street):
            for _n in range(4):
                make.a_payment(invoice=invoice, amount_minor=1_00)
        assert queries_of(lambda: desk.get(path)) == few <= AT_MOST + 5

    @pytest.mark.parametrize("number", ["2026-9999", "R-2026-0001", "x", "2026-٠٠٠١", "0000-0000"])
    def test_there_is_none_of_that_number(self, desk, invoice, number):
        assert desk.get(f"/staff/invoices/{number}/").status_code == 404

    def test_the_neighbours_number_is_no_number_here(self, desk, oak_street, their_invoice):
        assert desk.get(f"/staff/invoices/{their_invoice.number}/").status_code == 404
        with in_alliance(oak_street):
            while (ours := make.an_invoice()).number != their_invoice.number:
                continue
        assert "Dan" not in words(desk.get(f"/staff/invoices/{ours.number}/"))


PAGES = (
    "", "{n}/", "new/", "{n}/payment/", "{n}/credit/", "{n}/parts/", "{n}/again/", "papers/",
)  # fmt: skip


class TestWhoMay:
    @pytest.mark.parametrize("path", PAGES)
    def test_nobody_from_elsewhere(self, visit, oak_street, invoice, neighbour, ben, cleo, path):
        url = "/staff/invoices/" + path.format(n=invoice.number)
        for seat in (ben, cleo, neighbour.director):
            browser = visit(oak_street, seat)
            assert (browser.get(url).status_code, browser.post(url).status_code) == (404, 404)
        assert visit(oak_street).get(url).status_code == 302

    def test_the_auditor_looks_and_changes_nothing(self, visit, oak_street, invoice, ada, dan):
        with in_alliance(oak_street):
            auditor = give_seat(person=dan.person, role=Role.AUDITOR, by=ada)
        browser = visit(oak_street, auditor)
        page = browser.get(f"/staff/invoices/{invoice.number}/")
        assert page.status_code == 200
        assert "Record a payment" not in words(page)
        before = row_counts(oak_street)
        for path in PAGES[2:7]:
            url = "/staff/invoices/" + path.format(n=invoice.number)
            assert browser.post(url, {"amount": "1"}).status_code == 404
        assert row_counts(oak_street) == before


def test_the_desk_says_what_is_overdue_and_what_is_to_give_back(desk, oak_street):
    with in_alliance(oak_street):
        issued_on((today() - timedelta(days=60)).isoformat())
        twice = make.an_invoice()
        for n in range(2):
            receipt = make.a_receipt(
                twice, amount_minor=120_00, method="card", external_id=f"pi_{n}"
            )
            payments.record(invoice=twice, receipt=receipt, key=f"c{n}", by=None)
    page = desk.get("/staff/")
    assert "/staff/invoices/?show=overdue#list" in text(page)
    assert "/staff/invoices/?show=excess#list" in text(page)
    assert "Money to give back" in words(page)
