"""Money on invoices: recorded once, booked, never more than is due by hand."""

from datetime import date

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from alliance.tenancy.scope import in_alliance
from ledger.chart import RECEIVABLE
from ledger.queries import balance_minor
from members.models import Invoice, Method, Payment
from members.services import payments
from tests.factories import members as make
from tests.members.reading import booked, figures_of, last_mail, mails, on, terms_of
from tests.pledges.reading import audited, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

D = date.fromisoformat


@pytest.fixture
def invoice(membership, ben) -> Invoice:
    """$120 for the bakery's first year, issued on 10 March 2026."""
    with on("2026-03-10"):
        return make.an_invoice(membership=membership)


def test_a_payment_as_it_is_written(invoice, bakery, tess):
    receipt = payments.Receipt(12_000, Method.CHEQUE, D("2026-03-18"), reference="Cheque 1042")
    with on("2026-03-20"):
        made = payments.record(invoice=invoice, receipt=receipt, key="form-1", by=tess)
    made.refresh_from_db()
    assert (
        made.number, made.business, made.invoice, made.method, made.amount_minor, made.fee_minor,
        made.refunded_minor, made.currency, made.received_on, made.reference, made.external_id,
        made.key, made.seat,
    ) == (
        "R-2026-0001", bakery, invoice, "cheque", 120_00, 0, 0, "USD", D("2026-03-18"),
        "Cheque 1042", "", "form-1", tess,
    )  # fmt: skip
    assert figures_of(invoice) == (120_00, 120_00, 0, 0, 0)
    assert audited("payment.recorded") == [
        (
            "payment.recorded",
            tess.pk,
            made.pk,
            {"invoice": "2026-0001", "amount_minor": 120_00, "method": "cheque"},
        )
    ]
    assert booked("payment") == [
        (
            "payment",
            "2026-03-18",
            f"R-2026-0001 · 2026-0001 · {bakery.legal_name}",
            {"bank": 120_00, "receivable": -120_00},
        )
    ]
    assert mails()[1:] == [("receipt", "ben@example.org", f"receipt:{made.pk}")]
    assert (last_mail()["paid"], last_mail()["due"]) == ("$120", "$0")
    assert terms_of(invoice.membership) == [("2026-03-20", "2027-03-19", "2026-03-20", "")]


@pytest.mark.parametrize(
    ("method", "accounts"),
    [
        (Method.CHEQUE, {"bank": 120_00}),
        (Method.TRANSFER, {"bank": 120_00}),
        (Method.CASH, {"cash": 120_00}),
        (Method.IN_KIND, {"in_kind": 120_00}),
        (Method.CARD, {"card": 116_22, "card_fees": 3_78}),
    ],
)
def test_each_way_to_pay_has_its_account(invoice, method, accounts):
    fee = {"fee_minor": 3_78, "external_id": "pi_1"} if method == Method.CARD else {}
    make.a_payment(invoice=invoice, method=method, **fee)
    assert booked("payment")[0][3] == accounts | {"receivable": -120_00}


def test_in_several_parts_it_is_paid_when_all_of_it_is(invoice):
    with on("2026-03-12"):
        make.a_payment(invoice=invoice, amount_minor=50_00)
        assert (figures_of(invoice)[3], terms_of(invoice.membership)) == (70_00, [])
    with on("2026-03-13"):
        make.a_payment(invoice=invoice)
    assert figures_of(invoice)[3] == 0
    assert terms_of(invoice.membership) == [("2026-03-13", "2027-03-12", "2026-03-13", "")]


# --- once -----------------------------------------------------------------------------


def test_one_key_ten_times_is_one_payment(invoice, oak_street, tess):
    receipt = make.a_receipt(invoice)
    ask = {"invoice": invoice, "receipt": receipt, "key": "form-1", "by": tess}
    first = payments.record(**ask)
    before = row_counts(oak_street)
    assert {payments.record(**ask) for _n in range(9)} == {first}
    assert (row_counts(oak_street), figures_of(invoice)[1]) == (before, 120_00)


def test_the_processors_news_ten_times_is_one_payment_whatever_the_key(invoice, oak_street):
    receipt = make.a_receipt(invoice, method=Method.CARD, external_id="pi_1")
    first = payments.record(invoice=invoice, receipt=receipt, key="event-0", by=None)
    before = row_counts(oak_street)
    for n in range(1, 10):
        again = payments.record(invoice=invoice, receipt=receipt, key=f"event-{n}", by=None)
        assert again == first
    assert row_counts(oak_street) == before


def test_the_database_keeps_one_payment_of_a_name(invoice):
    first = make.a_payment(invoice=invoice, method=Method.CARD, external_id="pi_1")
    for name, field in (("payment_external_once", "external_id"), ("payment_key_once", "key")):
        fields = {"external_id": "pi_2", "key": "k"} | {field: getattr(first, field)}
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Payment.objects.create(
                year=2026,
                sequence=99,
                business=first.business,
                invoice=invoice,
                method=Method.CARD,
                amount_minor=1,
                currency="USD",
                received_on=first.received_on,
                **fields,
            )


# --- what is refused --------------------------------------------------------------------


def refused(invoice: Invoice, **fields) -> tuple[str, str | None]:
    receipt = make.a_receipt(invoice, **fields)
    return refusal(payments.record, invoice=invoice, receipt=receipt, key="no", by=None)


@pytest.mark.parametrize("method", [m for m in Method if m != Method.CARD])
def test_by_hand_no_more_than_is_due(invoice, oak_street, method):
    make.a_payment(invoice=invoice, amount_minor=20_00)
    before = row_counts(oak_street)
    answer = ("Only $100 is still due on this invoice.", "amount")
    assert refused(invoice, method=method, amount_minor=100_01) == answer
    assert row_counts(oak_street) == before


def test_what_else_a_payment_refuses(invoice, oak_street):
    before = row_counts(oak_street)
    with on("2026-03-10", hour=23):
        for amount in (0, -1):
            found = refused(invoice, amount_minor=amount)
            assert found == ("A payment is more than nothing.", "amount")
        tomorrow = refused(invoice, received_on=D("2026-03-11"))
        assert tomorrow == ("This day is still to come.", "received_on")
        long_gone = refused(invoice, received_on=D("0206-03-09"))
        assert long_gone == ("This day is long gone. Please check the year.", "received_on")
    assert row_counts(oak_street) == before
    with on("2026-03-11", hour=0):
        assert refused(invoice, received_on=D("2026-03-11")) == ("", None)


def test_nothing_is_due_on_what_is_paid_or_credited(invoice):
    make.a_credit(invoice, "2026-03-11")
    answer = ("Nothing is due on this invoice any more.", "amount")
    assert refused(invoice, amount_minor=1) == answer


def test_a_card_may_pay_too_much_and_buys_no_second_term(invoice):
    """Two people at once, on the card's page and at the desk: the money is there, so it counts."""
    with on("2026-03-11"):
        make.a_payment(invoice=invoice)
        make.a_payment(invoice=invoice, amount_minor=120_00, method=Method.CARD, external_id="pi_1")
    assert figures_of(invoice) == (120_00, 240_00, 0, 0, 120_00)
    assert len(terms_of(invoice.membership)) == 1
    assert balance_minor(RECEIVABLE, party=invoice.business_id) == -120_00


def test_a_card_on_a_credited_invoice_begins_nothing(invoice):
    make.a_credit(invoice, "2026-03-11")
    with on("2026-03-12"):
        make.a_payment(invoice=invoice, amount_minor=120_00, method=Method.CARD, external_id="pi_1")
    assert figures_of(invoice) == (120_00, 120_00, 120_00, 0, 120_00)
    assert terms_of(invoice.membership) == []


def test_the_processors_day_is_not_argued_with(invoice):
    """Its news may be dated by a clock ahead of ours."""
    with on("2026-03-10", hour=20):
        ahead = make.a_payment(
            invoice=invoice, method=Method.CARD, received_on=D("2026-03-11"), external_id="pi_1"
        )
    assert ahead.received_on == D("2026-03-11")
    assert terms_of(invoice.membership)[0][0] == "2026-03-10"


def test_the_database_refuses_amounts_that_cannot_be(invoice):
    row = {
        "year": 2026, "sequence": 99, "business": invoice.business, "invoice": invoice,
        "currency": "USD", "received_on": D("2026-03-10"), "key": "k", "method": "cash",
    }  # fmt: skip
    for name, fields in (
        ("payment_amounts", {"amount_minor": 0}),
        ("payment_amounts", {"amount_minor": 5, "fee_minor": 6}),
        ("payment_refunded_within_amount", {"amount_minor": 5, "refunded_minor": 6}),
        ("payment_method_known", {"amount_minor": 5, "method": "shells"}),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Payment.objects.create(**row | fields)


def test_the_neighbours_invoice_is_none(neighbour, oak_street):
    with in_alliance(neighbour.alliance):
        theirs = make.an_invoice()
        receipt = make.a_receipt(theirs)
    with pytest.raises(ObjectDoesNotExist):
        payments.record(invoice=theirs, receipt=receipt, key="k", by=None)
    with in_alliance(neighbour.alliance):
        assert figures_of(theirs)[1] == 0
