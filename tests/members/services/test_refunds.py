"""Money given back: by hand at once, by card when the processor says so, and when it fails."""

from datetime import date

import pytest

from alliance.tenancy.scope import in_alliance
from ledger.chart import BANK, CARD, CARD_FEES, RECEIVABLE
from ledger.queries import balance_minor, trial_balance
from members import events
from members.models import CreditNote, Method, Payment, Refund
from members.services import payments
from tests.factories import members as make
from tests.members.reading import booked, figures_of, last_mail, mails, on, terms_of, told
from tests.pledges.reading import audited, refusal, row_counts

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")

D = date.fromisoformat


@pytest.fixture
def by_hand(membership, ben) -> Payment:
    """$120 by cheque on 10 March 2026."""
    with on("2026-03-10"):
        return make.a_payment(invoice=make.an_invoice(membership=membership))


@pytest.fixture
def by_card(membership, ben) -> Payment:
    """$120 by card on 10 March 2026, of which Stripe kept $3.78."""
    with on("2026-03-10"):
        invoice = make.an_invoice(membership=membership)
        return make.a_payment(
            invoice=invoice, method=Method.CARD, fee_minor=3_78, external_id="pi_1"
        )


def back(payment: Payment, amount: int, day: str = "2026-04-01", key: str = "back", **by) -> Refund:
    with on(day):
        return payments.give_back(
            payment=payment,
            amount_minor=amount,
            reason="Shop closes.",
            key=key,
            **{"by": None} | by,
        )


def stored(payment: Payment) -> tuple[int, list[tuple[int, str]]]:
    """What of a payment went back, and its refunds: amount, state."""
    payment.refresh_from_db()
    rows = Refund.objects.filter(payment=payment).order_by("id")
    return payment.refunded_minor, list(rows.values_list("amount_minor", "state"))


# --- by hand --------------------------------------------------------------------------


def test_by_hand_it_is_done_at_once_and_credits_the_invoice(by_hand, tess):
    made = back(by_hand, 120_00, by=tess)
    assert (made.state, made.done_on, made.amount_minor, made.seat) == (
        "done",
        D("2026-04-01"),
        120_00,
        tess,
    )
    assert stored(by_hand) == (120_00, [(120_00, "done")])
    assert figures_of(by_hand.invoice) == (120_00, 0, 120_00, 0, 0)
    assert [row[3] for row in booked()] == [
        {"receivable": 120_00, "dues": -120_00},
        {"bank": 120_00, "receivable": -120_00},
        {"dues": 120_00, "receivable": -120_00},
        {"receivable": 120_00, "bank": -120_00},
    ]
    assert told(by_hand.invoice.membership, "2026-03-31", "2026-04-01") == ["new", "lapsed"]
    assert audited("payment.refund_asked", "payment.refunded") == [
        (
            "payment.refund_asked",
            tess.pk,
            by_hand.pk,
            {"amount_minor": 120_00, "reason": "Shop closes."},
        ),
        ("payment.refunded", tess.pk, by_hand.pk, {"amount_minor": 120_00}),
    ]
    assert [row[0] for row in mails()[2:]] == ["credit_note", "refund"]
    assert (last_mail()["refunded"], last_mail()["due"]) == ("$120", "$0")


def test_a_part_is_credited_and_the_term_stays(by_hand):
    back(by_hand, 40_00)
    assert figures_of(by_hand.invoice) == (120_00, 80_00, 40_00, 0, 0)
    assert CreditNote.objects.get().amount_minor == 40_00
    assert terms_of(by_hand.invoice.membership)[0][3] == ""


def test_part_by_part_to_the_end_voids_the_term(by_hand):
    for n, amount in enumerate((40_00, 50_00, 30_00), start=1):
        back(by_hand, amount, day=f"2026-04-0{n}", key=f"back-{n}")
    assert stored(by_hand)[0] == 120_00
    assert terms_of(by_hand.invoice.membership)[0][3] == "2026-04-03"
    assert balance_minor(BANK) == balance_minor(RECEIVABLE) == 0


def test_what_was_too_much_goes_back_without_a_credit(by_hand):
    make.a_credit(by_hand.invoice, "2026-03-20", 50_00)
    back(by_hand, 30_00, key="first")
    back(by_hand, 45_00, key="second")
    assert list(CreditNote.objects.order_by("id").values_list("amount_minor")) == [
        (50_00,),
        (25_00,),
    ]
    assert figures_of(by_hand.invoice) == (120_00, 45_00, 75_00, 0, 0)


def test_with_the_same_key_it_goes_back_once(by_hand, oak_street):
    first = back(by_hand, 40_00)
    before = row_counts(oak_street)
    assert back(by_hand, 40_00) == first
    assert row_counts(oak_street) == before


@pytest.mark.parametrize("amount", [0, -1, 80_01, 120_00])
def test_no_more_goes_back_than_came(by_hand, oak_street, amount):
    back(by_hand, 40_00)
    before = row_counts(oak_street)
    ask = {"payment": by_hand, "amount_minor": amount, "reason": "x", "key": "k", "by": None}
    answer = ("At most $80 of this payment can be given back.", "amount")
    assert refusal(payments.give_back, **ask) == answer
    assert row_counts(oak_street) == before


def test_a_part_that_goes_back_before_all_was_paid_begins_nothing(membership):
    """It credits as much as it gives back, and together they pay for nothing."""
    with on("2026-03-10"):
        invoice = make.an_invoice(membership=membership)
        first = make.a_payment(invoice=invoice, amount_minor=30_00)
        make.a_payment(invoice=invoice, amount_minor=60_00)
    back(first, 30_00)
    assert figures_of(invoice) == (120_00, 60_00, 30_00, 30_00, 0)
    assert terms_of(membership) == []
    with on("2026-04-02"):
        make.a_payment(invoice=invoice)
    assert terms_of(membership) == [("2026-04-02", "2027-04-01", "2026-04-02", "")]


# --- by card --------------------------------------------------------------------------


@pytest.fixture
def asked() -> list[Refund]:
    """What the processor is asked for."""
    heard: list[Refund] = []

    def hear(sender, refund, **kwargs):
        heard.append(refund)

    events.refund_asked.connect(hear, weak=False)
    yield heard
    events.refund_asked.disconnect(hear)


def test_by_card_the_processor_is_asked_and_it_counts_when_it_is_done(by_card, asked):
    made = back(by_card, 120_00)
    assert (asked, made.state, made.done_on) == ([made], "asked", None)
    assert stored(by_card)[0] == 120_00
    assert figures_of(by_card.invoice) == (120_00, 120_00, 120_00, 0, 120_00)
    assert booked("refund") == []
    with on("2026-04-03"):
        for _news in range(10):
            done = payments.refund_done(refund=made, by=None, external_id="re_1")
    assert (done.state, done.done_on, done.external_id) == ("done", D("2026-04-03"), "re_1")
    assert figures_of(by_card.invoice) == (120_00, 0, 120_00, 0, 0)
    assert stored(by_card) == (120_00, [(120_00, "done")])
    assert [row[0] for row in mails()[2:]] == ["credit_note", "refund"]


def test_the_fee_of_the_card_is_reversed_and_stands_anew(by_card):
    with on("2026-04-03"):
        payments.refund_done(refund=back(by_card, 60_00), by=None)
    assert booked("refund")[0][3] == {"receivable": 60_00, "card": -60_00, "card_fees": 0}
    assert (balance_minor(CARD), balance_minor(CARD_FEES)) == (56_22, 3_78)
    assert trial_balance().is_balanced


def test_two_asked_for_at_once_are_credited_each_by_itself(by_card, asked):
    back(by_card, 50_00, key="first")
    back(by_card, 70_00, key="second")
    assert sum(note.amount_minor for note in CreditNote.objects.all()) == 120_00
    ask = {"payment": by_card, "amount_minor": 1, "reason": "x", "key": "k", "by": None}
    answer = ("All of this payment has been given back.", "amount")
    assert refusal(payments.give_back, **ask) == answer


def test_one_that_failed_can_be_given_back_again_without_a_second_credit(by_card, asked):
    failed = payments.refund_failed(refund=back(by_card, 120_00), error="expired_or_canceled_card")
    assert (failed.state, failed.last_error) == ("failed", "expired_or_canceled_card")
    assert stored(by_card)[0] == 0
    assert payments.refund_failed(refund=failed, error="again") == failed
    back(by_card, 120_00, key="again")
    assert CreditNote.objects.count() == 1
    assert stored(by_card) == (120_00, [(120_00, "failed"), (120_00, "asked")])
    assert [row[3] for row in audited("payment.refund_failed")] == [
        {"error": "expired_or_canceled_card"}
    ]


def test_money_asked_back_pays_for_nothing_until_it_turns_out_to_stay(membership, asked):
    with on("2026-03-10"):
        invoice = make.an_invoice(membership=membership)
        make.a_payment(invoice=invoice, amount_minor=90_00)
        card = make.a_payment(
            invoice=invoice, amount_minor=20_00, method=Method.CARD, external_id="pi_1"
        )
    refund = back(card, 10_00)
    assert (figures_of(invoice)[3], terms_of(membership)) == (0, [])
    with on("2026-04-03"):
        payments.refund_failed(refund=refund, error="declined")
    assert terms_of(membership) == [("2026-04-03", "2027-04-02", "2026-04-03", "")]


def test_one_given_up_that_was_made_after_all(by_card, asked):
    """News come in any order."""
    made = back(by_card, 50_00)
    payments.refund_failed(refund=made, error="timeout")
    done = payments.refund_done(refund=made, by=None, external_id="re_1")
    assert (done.state, done.last_error, stored(by_card)[0]) == ("done", "", 50_00)
    assert figures_of(by_card.invoice) == (120_00, 70_00, 50_00, 0, 0)


def test_one_that_was_made_and_came_back_is_booked_back(by_card, asked):
    made = back(by_card, 50_00)
    payments.refund_done(refund=made, by=None)
    payments.refund_failed(refund=made, error="lost_or_stolen_card")
    assert stored(by_card) == (0, [(50_00, "failed")])
    assert figures_of(by_card.invoice) == (120_00, 120_00, 50_00, 0, 50_00)
    assert balance_minor(CARD) == 120_00 - 3_78
    # Older news of it that come now are no news.
    payments.refund_done(refund=made, by=None)
    assert stored(by_card) == (0, [(50_00, "failed")])
    assert trial_balance().is_balanced


def test_the_neighbours_payment_is_none(neighbour):
    with in_alliance(neighbour.alliance):
        theirs = make.a_payment()
    ask = {"payment": theirs, "amount_minor": 1, "reason": "x", "key": "k", "by": None}
    with pytest.raises(Exception, match="does not exist"):
        payments.give_back(**ask)
    with in_alliance(neighbour.alliance):
        assert stored(theirs) == (0, [])
