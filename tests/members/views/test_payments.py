"""The staff's payments: recorded by hand once, given back with a reason, listed with their sums."""

from datetime import timedelta

import pytest

from alliance.tenancy.scope import in_alliance
from ledger.chart import BANK, CASH, RECEIVABLE
from ledger.queries import balance_minor
from members.models import Invoice, Payment, Refund
from members.queries.memberships import today
from members.services import payments
from tests.factories import members as make
from tests.members.reading import figures_of, on
from tests.pledges.reading import queries_of, row_counts
from tests.pledges.views.browsing import active_parts, hidden, problems, text, title, words

pytestmark = pytest.mark.usefixtures("neighbour", "theirs")


@pytest.fixture
def theirs(neighbour) -> Payment:
    """A payment of the neighbour's, in the same state."""
    with in_alliance(neighbour.alliance):
        return make.a_payment()


@pytest.fixture
def invoice(oak_street, bakery) -> Invoice:
    with in_alliance(oak_street):
        return make.an_invoice(membership=make.a_membership(business=bakery))


def path(invoice: Invoice) -> str:
    return f"/staff/invoices/{invoice.number}/payment/"


def form(alliance, **data) -> dict[str, str]:
    """A payment as the form sends it."""
    with in_alliance(alliance):
        day = today().isoformat()
    return {
        "amount": "120",
        "method": "cheque",
        "received_on": day,
        "reference": "No. 7",
        "form_key": "a" * 32,
    } | data


class TestRecord:
    def test_the_form_knows_what_is_due(self, desk, oak_street, invoice):
        with in_alliance(oak_street):
            make.a_payment(invoice=invoice, amount_minor=20_50)
        page = desk.get(path(invoice))
        assert (page.status_code, title(page)) == (200, "Record a payment")
        assert 'value="99.50"' in text(page)
        assert f"$99.50 is still due on invoice {invoice.number}." in words(page)
        assert active_parts(page) == []

    def test_recorded(self, desk, oak_street, invoice, ada):
        page = desk.post(path(invoice), form(oak_street, amount="$1,20"), follow=True)
        assert page.status_code == 422
        page = desk.post(path(invoice), form(oak_street, amount="$ 120.00"), follow=True)
        with in_alliance(oak_street):
            payment = Payment.objects.get()
            assert figures_of(invoice) == (120_00, 120_00, 0, 0, 0)
            assert (payment.seat, payment.reference, payment.method) == (ada, "No. 7", "cheque")
            assert invoice.membership.periods.count() == 1
            assert (balance_minor(BANK), balance_minor(RECEIVABLE)) == (120_00, 0)
        assert f"$120 recorded, receipt {payment.number}." in words(page)

    def test_a_second_press_records_once(self, desk, oak_street, invoice):
        data = form(oak_street, amount="50", form_key=hidden(desk.get(path(invoice)), "form_key"))
        for _n in range(10):
            assert desk.post(path(invoice), data).status_code == 302
        with in_alliance(oak_street):
            assert figures_of(invoice)[1] == 50_00
            assert Payment.objects.count() == 1

    def test_two_treasurers_at_once_cannot_take_more_than_is_due(self, desk, oak_street, invoice):
        assert desk.post(path(invoice), form(oak_street, form_key="1" * 32)).status_code == 302
        page = desk.post(path(invoice), form(oak_street, form_key="2" * 32))
        assert problems(page) == [("id_amount", "Nothing is due on this invoice any more.")]
        with in_alliance(oak_street):
            assert Payment.objects.count() == 1

    @pytest.mark.parametrize(
        ("data", "field", "said"),
        [
            ({"amount": "120.01"}, "id_amount", "Only $120 is still due on this invoice."),
            ({"amount": "0"}, "id_amount", "A payment is more than nothing."),
            ({"amount": "10.005"}, "id_amount",
             "Enter an amount in dollars, such as 18 or 18.50."),
            ({"amount": "ten"}, "id_amount", "Enter an amount in dollars, such as 18 or 18.50."),
            ({"amount": "9" * 20}, "id_amount", "Enter an amount in dollars, such as 18 or 18.50."),
            ({"amount": ""}, "id_amount", "Enter an amount, such as 120 or 120.50."),
            ({"method": "card"}, "id_method_group", None),
            ({"method": ""}, "id_method_group", "Choose how it came."),
            ({"received_on": "2999-01-01"}, "id_received_on", "This day is still to come."),
            ({"received_on": "0001-01-01"}, "id_received_on", "Enter a day such as 2026-12-31."),
            ({"received_on": "31.12."}, "id_received_on", "Enter a day such as 2026-12-31."),
            ({"received_on": ""}, "id_received_on", "Enter the day it came."),
            ({"reference": "a\nb"}, "id_reference",
             "Please leave out line breaks and hidden characters."),
            ({"form_key": "' OR 1=1"}, "", "Something was lost on the way. Please send it again."),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_and_kept(self, desk, oak_street, invoice, data, field, said):
        before = row_counts(oak_street)
        page = desk.post(path(invoice), form(oak_street, **data))
        assert page.status_code == 422
        found = problems(page)[0]
        assert found == (field, said or found[1])
        assert title(page).startswith("Error: ")
        assert row_counts(oak_street) == before
        if data.get("amount"):
            assert f'value="{data["amount"]}"' in text(page)

    def test_tomorrow_in_the_alliance_is_tomorrow(self, desk, oak_street, invoice):
        with in_alliance(oak_street):
            tomorrow = (today() + timedelta(days=1)).isoformat()
        page = desk.post(path(invoice), form(oak_street, received_on=tomorrow))
        assert problems(page) == [("id_received_on", "This day is still to come.")]


class TestGiveBack:
    @pytest.fixture
    def payment(self, oak_street, invoice) -> Payment:
        with in_alliance(oak_street):
            return make.a_payment(invoice=invoice, method="cash")

    def post(self, desk, payment, **data):
        data = {"amount": "120", "reason": "Paid twice.", "form_key": "b" * 32} | data
        return desk.post(f"/staff/payments/{payment.number}/return/", data)

    def test_it_is_explained_and_done(self, desk, oak_street, invoice, payment):
        page = desk.get(f"/staff/payments/{payment.number}/return/")
        assert "Hand the money back first" in words(page)
        assert 'value="120"' in text(page)
        assert self.post(desk, payment).status_code == 302
        with in_alliance(oak_street):
            assert figures_of(invoice) == (120_00, 0, 120_00, 0, 0)
            assert (balance_minor(CASH), balance_minor(RECEIVABLE)) == (0, 0)
            assert invoice.membership.periods.get().voided_on == today()
        read = words(desk.get(f"/staff/invoices/{invoice.number}/"))
        assert "Paid twice." in read
        assert "Payment refunded" in read

    def test_a_second_press_gives_back_once(self, desk, oak_street, payment):
        for _n in range(3):
            self.post(desk, payment, amount="30")
        with in_alliance(oak_street):
            assert Refund.objects.count() == 1

    @pytest.mark.parametrize(
        ("data", "field", "said"),
        [
            ({"amount": "121"}, "id_amount", "At most $120 of this payment can be given back."),
            ({"amount": "0"}, "id_amount", "At most $120 of this payment can be given back."),
            ({"amount": "0.005"}, "id_amount",
             "Enter an amount in dollars, such as 18 or 18.50."),
            ({"reason": ""}, "id_reason", "Say why, in a sentence."),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said(self, desk, oak_street, payment, data, field, said):
        before = row_counts(oak_street)
        page = self.post(desk, payment, **data)
        assert (page.status_code, problems(page)) == (422, [(field, said)])
        assert row_counts(oak_street) == before

    def test_the_neighbours_payment_is_no_payment_here(self, desk, theirs):
        url = f"/staff/payments/{theirs.number}/return/"
        assert (desk.get(url).status_code, desk.post(url).status_code) == (404, 404)

    def test_by_card_the_processor_is_asked(self, desk, oak_street, invoice):
        with in_alliance(oak_street):
            receipt = make.a_receipt(invoice, method="card", external_id="pi_1")
            payment = payments.record(invoice=invoice, receipt=receipt, key="card", by=None)
        path = f"/staff/payments/{payment.number}/return/"
        assert "The card’s processor is asked" in words(desk.get(path))


class TestList:
    def test_this_month_with_its_sums(self, desk, oak_street, ada):
        with in_alliance(oak_street):
            first = make.a_payment(method="cheque")
            second = make.a_payment(method="cash")
            third = make.a_payment(method="cash")
            payments.give_back(payment=third, amount_minor=20_00, reason="x", key="back", by=ada)
            with on((today().replace(day=1) - timedelta(days=1)).isoformat()):
                before = make.a_payment()
        page = desk.get("/staff/payments/")
        read = words(page)
        assert (page.status_code, title(page)) == (200, "Payments")
        listed = text(page).partition('id="payment-rows"')[2]
        assert [one.number in listed for one in (first, second, third, before)] == [
            True, True, True, False,
        ]  # fmt: skip
        assert "Cheque 1 : cheque $120 : cheque $0 $0 $120" in read
        assert "Cash 2 : cash $240 : cash $0 $20 $220" in read
        cash = desk.get("/staff/payments/?method=cash")
        listed = text(cash).partition('id="payment-rows"')[2]
        assert (first.number in listed, second.number in listed) == (False, True)
        assert "Cheque 1" in words(cash)

    def test_other_days_and_one_member(self, desk, oak_street, invoice):
        with in_alliance(oak_street):
            old = make.a_payment(invoice=invoice, received_on=today() - timedelta(days=400))
            year = old.received_on.year
            make.a_payment()
        page = desk.get(f"/staff/payments/?from_on={year}-01-01&member=bens-bakery")
        listed = text(page).partition('id="payment-rows"')[2]
        assert listed.count('scope="row"') == 1
        assert old.number in listed

    @pytest.mark.parametrize(
        "query", ["from_on=x", "to_on=2020-01-01", "method=gold", "from_on=9999-99-99"]
    )
    def test_days_that_make_no_sense_are_said(self, desk, query):
        page = desk.get(f"/staff/payments/?{query}")
        assert page.status_code == 422
        assert len(problems(page)) == 1

    def test_nothing_yet(self, desk):
        assert "Nothing came in on these days" in words(desk.get("/staff/payments/"))

    def test_more_payments_cost_no_more_queries(self, desk, oak_street):
        with in_alliance(oak_street):
            make.a_payment()
        desk.get("/staff/payments/")
        few = queries_of(lambda: desk.get("/staff/payments/"))
        with in_alliance(oak_street):
            for _n in range(5):
                make.a_payment()
        assert queries_of(lambda: desk.get("/staff/payments/")) == few <= 15

    def test_pages_follow_each_other(self, desk, oak_street):
        with in_alliance(oak_street):
            invoice = make.an_invoice()
            for n in range(27):
                make.a_payment(invoice=invoice, amount_minor=1_00, key=f"p{n}")
        page = desk.get("/staff/payments/")
        after = text(page).split('rel="next" href="')[1].split("#")[0].replace("&amp;", "&")
        rest = text(desk.get(f"/staff/payments/{after}")).partition('id="payment-rows"')[2]
        assert rest.count('scope="row"') == 2


@pytest.mark.parametrize("where", ["payments/", "invoices/{n}/payment/", "payments/R-{n}/return/"])
def test_who_may_not(visit, oak_street, invoice, neighbour, ben, cleo, where):
    with in_alliance(oak_street):
        make.a_payment(invoice=invoice, amount_minor=1_00)
    url = "/staff/" + where.format(n=invoice.number)
    for seat in (ben, cleo, neighbour.director):
        browser = visit(oak_street, seat)
        assert (browser.get(url).status_code, browser.post(url).status_code) == (404, 404)
    assert visit(oak_street).get(url).status_code == 302
