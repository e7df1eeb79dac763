"""Invoices taken back, in part and as a whole."""

from datetime import date

import pytest
from django.core.exceptions import ObjectDoesNotExist

from alliance.tenancy.scope import in_alliance
from members.models import (
    CreditNote,
)
from members.services import invoices
from tests.factories import members as make
from tests.members.reading import (
    booked,
    figures_of,
    last_mail,
    mails,
    on,
    terms_of,
    told,
)
from tests.pledges.reading import audited, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

D = date.fromisoformat


def test_a_credit_note_as_it_is_written(membership, ben, tess, bakery):
    with on("2026-03-10"):
        made = make.an_invoice(membership=membership)
    with on("2026-04-01"):
        note = invoices.credit_invoice(
            invoice=made, amount_minor=20_00, reason="We came late.", key="sorry", by=tess
        )
    assert (note.number, note.invoice, note.amount_minor, note.reason, note.issued_on) == (
        "C-2026-0001",
        made,
        20_00,
        "We came late.",
        D("2026-04-01"),
    )
    assert (note.key, note.seat) == ("sorry", tess)
    assert figures_of(made) == (120_00, 0, 20_00, 100_00, 0)
    assert audited("invoice.credited") == [
        ("invoice.credited", tess.pk, made.pk, {"amount_minor": 20_00, "reason": "We came late."})
    ]
    assert booked("credit_note") == [
        (
            "credit_note",
            "2026-04-01",
            f"C-2026-0001 · {bakery.legal_name}",
            {"dues": 20_00, "receivable": -20_00},
        )
    ]
    assert mails()[1:] == [("credit_note", "ben@example.org", f"credit-note:{note.pk}")]
    assert (last_mail()["credited"], last_mail()["due"]) == ("$20", "$100")


def test_a_credit_with_the_same_key_is_given_once(membership, oak_street):
    made = make.an_invoice(membership=membership)
    ask = {"invoice": made, "amount_minor": 20_00, "reason": "Late.", "key": "once", "by": None}
    first = invoices.credit_invoice(**ask)
    before = row_counts(oak_street)
    assert invoices.credit_invoice(**ask | {"amount_minor": 99_00}) == first
    assert (row_counts(oak_street), figures_of(made)[2]) == (before, 20_00)


@pytest.mark.parametrize("amount", [0, -1, 100_01, 120_00])
def test_no_more_is_credited_than_is_left(membership, oak_street, amount):
    made = make.an_invoice(membership=membership)
    make.a_credit(made, "2026-04-01", 20_00)
    before = row_counts(oak_street)
    ask = {"invoice": made, "amount_minor": amount, "reason": "Late.", "key": "k", "by": None}
    assert refusal(invoices.credit_invoice, **ask) == (
        "At most $100 of this invoice can be credited.",
        "amount",
    )
    assert row_counts(oak_street) == before


def test_of_a_credited_invoice_nothing_is_left_to_credit(membership):
    made = make.an_invoice(membership=membership)
    make.a_credit(made, "2026-04-01")
    ask = {"invoice": made, "amount_minor": 1, "reason": "Late.", "key": "k", "by": None}
    answer = ("All of this invoice has been credited.", "amount")
    assert refusal(invoices.credit_invoice, **ask) == answer


def test_a_credit_of_what_is_left_to_pay_pays_it(membership):
    with on("2026-03-10"):
        made = make.an_invoice(membership=membership)
        make.a_payment(invoice=made, amount_minor=100_00)
    assert terms_of(membership) == []
    make.a_credit(made, "2026-03-15", 20_00)
    assert terms_of(membership) == [("2026-03-15", "2027-03-14", "2026-03-15", "")]


def test_what_was_paid_on_a_credited_invoice_is_too_much(membership):
    made = make.a_paid_term(membership, "2026-03-10")
    make.a_credit(made, "2026-04-01", 50_00)
    assert figures_of(made) == (120_00, 120_00, 50_00, 0, 50_00)
    make.a_credit(made, "2026-05-01", 70_00)
    assert figures_of(made) == (120_00, 120_00, 120_00, 0, 120_00)
    assert told(membership, "2026-04-30", "2026-05-01") == ["new", "lapsed"]


def test_credit_notes_have_numbers_of_their_own(membership):
    made = make.an_invoice(membership=membership, terms=3)
    for day in ("2026-04-01", "2026-05-01", "2027-01-01"):
        make.a_credit(made, day, 10_00)
    assert sorted(note.number for note in CreditNote.objects.all()) == [
        "C-2026-0001",
        "C-2026-0002",
        "C-2027-0001",
    ]


def test_the_neighbours_invoice_is_none(neighbour):
    with in_alliance(neighbour.alliance):
        theirs = make.an_invoice()
    ask = {"invoice": theirs, "amount_minor": 1, "reason": "x", "key": "k", "by": None}
    with pytest.raises(ObjectDoesNotExist):
        invoices.credit_invoice(**ask)
