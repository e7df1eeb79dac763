"""A payment recorded through the API: once, by whoever may, or not at all."""

from datetime import date
from uuid import uuid4

import pytest

from alliance.tenancy.scope import in_alliance
from members.models import Invoice, Payment
from tests.members.api import INVOICES, TIERS
from tests.members.reading import figures_of, terms_of
from tests.pledges.reading import audited, row_counts
from tests.pledges.test_api import PROBLEM, problem

pytestmark = pytest.mark.usefixtures("neighbour")

D = date.fromisoformat


# --- a payment by hand ------------------------------------------------------------------


def send(browser, invoice, headers, key: str | None = "cheque-77", **fields):
    body = {"amount_minor": 30_00, "method": "cheque", "reference": "77"} | fields
    once = {} if key is None else {"idempotency-key": key}
    path = f"{INVOICES}{invoice.pk}/payments/"
    return browser.post(path, body, content_type="application/json", headers=headers | once)


def test_a_program_records_a_payment(visit, oak_street, invoice, make_key):
    answer = send(visit(oak_street), invoice, make_key("money:write"), received_on="2026-02-03")
    with in_alliance(oak_street):
        payment = Payment.objects.latest("recorded_at")
        assert figures_of(invoice) == (120_00, 30_00, 0, 90_00, 0)
        assert len(terms_of(invoice.membership)) == 2
        assert audited("payment.recorded")[-1][1:3] == (None, payment.pk)
    assert (payment.seat, payment.received_on, payment.reference) == (None, D("2026-02-03"), "77")
    body = answer.json()
    assert (answer.status_code, body["id"], body["number"], body["amount_minor"]) == (
        201,
        str(payment.pk),
        payment.number,
        30_00,
    )


def test_the_treasurers_own_session_records_it_in_her_name(visit, oak_street, tess, invoice):
    assert send(visit(oak_street, tess), invoice, {}).status_code == 201
    with in_alliance(oak_street):
        assert Payment.objects.latest("recorded_at").seat == tess


def test_sent_ten_times_it_counts_once_and_answers_alike(visit, oak_street, invoice, make_key):
    header = make_key("money:write")
    first = send(visit(oak_street), invoice, header)
    before = row_counts(oak_street)
    again = [send(visit(oak_street), invoice, header) for _n in range(9)]
    assert [(a.status_code, a.json()) for a in again] == [(201, first.json())] * 9
    assert row_counts(oak_street) == before
    with in_alliance(oak_street):
        assert figures_of(invoice)[1] == 30_00


def test_the_same_key_for_something_else_is_refused(visit, oak_street, invoice, make_key):
    header = make_key("money:write")
    send(visit(oak_street), invoice, header)
    answer = send(visit(oak_street), invoice, header, amount_minor=31_00)
    assert problem(answer) == (409, PROBLEM, "Conflict")
    assert answer.json()["detail"] == (
        "This was sent before with other figures. Please start again."
    )


def test_two_programs_may_use_the_same_name(visit, oak_street, invoice, make_key):
    for header in (make_key("money:write"), make_key("money:write")):
        assert send(visit(oak_street), invoice, header).status_code == 201
    with in_alliance(oak_street):
        assert figures_of(invoice)[1] == 60_00


def test_what_the_service_refuses_is_a_problem_with_its_sentence(
    visit, oak_street, invoice, make_key
):
    header = make_key("money:write")
    before = row_counts(oak_street)
    answer = send(visit(oak_street), invoice, header, amount_minor=120_01)
    assert problem(answer) == (409, PROBLEM, "Conflict")
    assert answer.json()["detail"] == "Only $120 is still due on this invoice."
    assert row_counts(oak_street) == before
    # Nothing was remembered: the right figure may go under the same name.
    assert send(visit(oak_street), invoice, header).status_code == 201


@pytest.mark.parametrize(
    ("fields", "key", "wrong"),
    [
        ({}, None, "Idempotency-Key"),
        ({}, "", "Idempotency-Key"),
        ({}, "x" * 65, "Idempotency-Key"),
        ({}, "two words", "Idempotency-Key"),
        ({"amount_minor": 0}, "k", "amount_minor"),
        ({"amount_minor": -5}, "k", "amount_minor"),
        ({"amount_minor": "12.345"}, "k", "amount_minor"),
        ({"amount_minor": 2**31}, "k", "amount_minor"),
        ({"amount_minor": None}, "k", "amount_minor"),
        ({"method": "card"}, "k", "method"),
        ({"method": ""}, "k", "method"),
        ({"received_on": "2027-02-30"}, "k", "received_on"),
        ({"reference": "r" * 121}, "k", "reference"),
        ({"reference": "\x00"}, "k", "reference"),
    ],
)
def test_what_cannot_be_meant(visit, oak_street, invoice, make_key, fields, key, wrong):
    header = make_key("money:write")
    before = row_counts(oak_street)
    answer = send(visit(oak_street), invoice, header, key, **fields)
    assert problem(answer) == (400, PROBLEM, "Bad Request")
    assert list(answer.json()["errors"]) == [wrong]
    assert row_counts(oak_street) == before


def test_who_records_payments(visit, oak_street, ada, ben, cleo, neighbour, invoice, make_key):
    found = {
        name: send(visit(oak_street, who), invoice, {}, key=name).status_code
        for name, who in {"ada": ada, "cleo": cleo, "ben": ben, "dan": neighbour.dan}.items()
    }
    assert found == {"ada": 201, "cleo": 403, "ben": 403, "dan": 403}
    assert send(visit(oak_street), invoice, {}).status_code == 401
    for scope in ("money:read", "members:read"):
        assert send(visit(oak_street), invoice, make_key(scope)).status_code == 403


def test_a_payment_on_the_neighbours_invoice_and_on_none_are_alike(
    visit, oak_street, neighbour, make_key
):
    header = make_key("money:write")
    nobodys = Invoice(pk=uuid4(), alliance=oak_street)
    answers = [send(visit(oak_street), each, header) for each in (neighbour.invoice, nobodys)]
    assert [problem(answer) for answer in answers] == [(404, PROBLEM, "Not Found")] * 2
    with in_alliance(neighbour.alliance):
        assert figures_of(neighbour.invoice)[1] == 0


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_else_is_written_by_the_api(visit, oak_street, ada, paths, method):
    before = row_counts(oak_street)
    for path in paths.values():
        answer = getattr(visit(oak_street, ada), method)(path)
        assert problem(answer) == (405, PROBLEM, "Method Not Allowed")
    answer = getattr(visit(oak_street, ada), method)(TIERS)
    assert problem(answer) == (403, PROBLEM, "Forbidden")
    assert row_counts(oak_street) == before
