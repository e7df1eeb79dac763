"""Letters about dues: each once for its cause, in words, with a link that opens the paper."""

import pytest
from django.utils import translation

from alliance.models import Alliance, OutboxMessage, Seat
from alliance.services import mail
from members.models import DuesSettings, Invoice, LegalForm
from members.services import letters, pay_links, payments
from tests.factories import members as make
from tests.members.reading import mails, on

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


@pytest.fixture
def invoice(bakery, ben: Seat, in_oak_street: Alliance) -> Invoice:
    """The bakery's of 10 March 2026, billed to Ben."""
    DuesSettings.objects.create(legal_form=LegalForm.CIVIC, legal_name="Oak Street, Inc.")
    with on("2026-03-10"):
        return make.an_invoice(membership=make.a_membership(business=bakery))


def sent(template: str) -> tuple[str, str, str]:
    """The newest letter of a kind as it is sent: subject, text, HTML."""
    message = OutboxMessage.objects.filter(template=f"members/email/{template}").latest("id")
    email = mail.render(message)
    return str(email.subject), str(email.body), str(email.alternatives[0][0])


def test_an_invoice(invoice: Invoice) -> None:
    subject, text, html = sent("invoice")
    assert mails() == [("invoice", "ben@example.org", f"invoice:{invoice.pk}")]
    assert subject == f"Invoice {invoice.number} for {invoice.bill_to}"
    for part in (
        f"there is $120 to pay on invoice {invoice.number}, please by 9 April 2026.",
        pay_links.url(invoice).partition("/pay/")[0],
        "Dues to Oak Street, Inc. are not deductible as a charitable contribution.",
        "You get this because you look after the dues of",
    ):
        assert part in " ".join(text.split()), part
    assert "9 April 2026" in html
    assert "Open the invoice" in html
    assert "{" not in text


def test_its_link_opens_it(invoice: Invoice) -> None:
    context = OutboxMessage.objects.get().context
    token = context["url"].rstrip("/").rpartition("/")[2]
    assert pay_links.read(token) == invoice


def test_an_invoice_in_parts_says_which_and_when() -> None:
    with on("2026-03-10"):
        make.an_invoice(membership=_reached(), parts=2)
    _subject, text, html = sent("invoice")
    for part in ("You pay it in parts:", "- 9 April 2026: $60", "- 9 May 2026: $60"):
        assert part in text, part
    assert "9 May 2026" in html


def test_an_invoice_of_zero_writes_nothing() -> None:
    make.an_invoice(membership=_reached(tier=make.a_tier(price_minor=0)))
    assert mails() == []


def test_a_receipt(invoice: Invoice) -> None:
    with on("2026-03-20"):
        payment = make.a_payment(invoice=invoice, amount_minor=50_00)
    subject, text, html = sent("receipt")
    assert subject == f"Thank you: $50 for {invoice.bill_to}"
    said = " ".join(text.split())
    assert f"On 20 March 2026 we received $50 for invoice {invoice.number}" in said
    assert f"This is receipt {payment.number}. $70 is still to come." in said
    assert payment.number in html
    with on("2026-03-21"):
        make.a_payment(invoice=invoice)
    assert "The invoice is settled." in sent("receipt")[1]


def test_a_credit_note_says_why(invoice: Invoice) -> None:
    note = make.a_credit(invoice, "2026-03-20", 20_00)
    subject, text, html = sent("credit_note")
    assert subject == f"$20 taken off invoice {invoice.number}"
    said = " ".join(text.split())
    assert f"This is credit note {note.number}. Why: Billed by mistake." in said
    assert "$100 is still to come." in said
    assert "Billed by mistake." in html


def test_a_refund_says_why(invoice: Invoice, ada: Seat) -> None:
    payment = make.a_payment(invoice=invoice)
    payments.give_back(
        payment=payment, amount_minor=30_00, reason="<b>Paid twice</b>", key="k", by=ada
    )
    subject, text, html = sent("refund")
    assert subject == f"$30 given back to {invoice.bill_to}"
    assert "Why: <b>Paid twice</b>" in text
    assert "&lt;b&gt;Paid twice&lt;/b&gt;" in html


def test_without_an_address_nothing_is_written(bakery) -> None:
    with on("2026-03-10"):
        made = make.an_invoice(membership=make.a_membership(business=bakery))
    assert (made.bill_email, mails()) == ("", [])
    assert letters.send_again(invoice=made, press="a", by=None) is False
    assert mails() == []


def test_once_more_is_one_letter_a_press(invoice: Invoice, ada: Seat) -> None:
    for press in ("a", "a", "b"):
        assert letters.send_again(invoice=invoice, press=press, by=ada) is True
    assert [key for _template, _to, key in mails()] == [
        f"invoice:{invoice.pk}",
        f"invoice:{invoice.pk}:a",
        f"invoice:{invoice.pk}:b",
    ]
    assert "Your invoice once more" in sent("invoice")[1]


def test_a_replay_writes_nothing_twice(invoice: Invoice) -> None:
    payment = make.a_payment(invoice=invoice)
    note = make.a_credit(invoice, "2026-03-20", 20_00)
    before = mails()
    letters.invoice_issued(invoice)
    letters.payment_received(payment)
    letters.credit_note_issued(note)
    assert mails() == before


def test_in_another_language_amounts_and_days_are_its_own(invoice: Invoice) -> None:
    with translation.override("es"):
        letters.send_again(invoice=invoice, press="es", by=None)
    context = OutboxMessage.objects.latest("id").context
    assert "abril" in context["due_on"].lower()


def _reached(**fields):
    """A membership whose business has an address."""
    business = make.a_business(email="shop@example.com")
    return make.a_membership(business=business, **fields)
