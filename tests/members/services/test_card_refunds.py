"""Money that goes back by card: asked for here or made at Stripe's desk, booked once."""

import pytest

from members.models import Invoice, Membership, MembershipPeriod, Payment, Refund, StripeEvent
from members.queries.memberships import today
from members.services import card_refunds, payments, stripe_accounts, stripe_events
from tests.factories import members as make
from tests.members.at_stripe import KEY, AtStripe
from tests.members.card_reading import books, named, paid, take_up_again, unsettled
from tests.members.reading import figures_of, mails

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


@pytest.fixture
def invoice(membership: Membership, ben) -> Invoice:
    """$120, and Ben pays the bills."""
    return make.an_invoice(membership=membership)


@pytest.fixture
def by_card(at_stripe: AtStripe, invoice) -> Payment:
    """$120 by card, brought in."""
    at_stripe.paid_visit(invoice)
    at_stripe.bring()
    return Payment.objects.get()


def ask_back(at_stripe: AtStripe, payment: Payment, amount: int = 50_00) -> Refund:
    refund = payments.give_back(
        payment=payment, amount_minor=amount, reason="Too much.", key="back", by=None
    )
    card_refunds.ask_stripe(at_stripe.alliance, refund.pk)
    refund.refresh_from_db()
    return refund


def test_a_refund_that_we_asked_for_is_booked_once(at_stripe: AtStripe, invoice, by_card) -> None:
    refund = ask_back(at_stripe, by_card)
    (made,) = at_stripe.account.of("refund")
    once = books(invoice)
    at_stripe.bring()
    for _ in range(10):
        assert take_up_again(at_stripe) == 5
        card_refunds.ask_stripe(at_stripe.alliance, refund.pk)

    assert (refund.state, refund.external_id) == ("done", made["id"])
    assert figures_of(invoice) == (120_00, 70_00, 50_00, 0, 0)
    assert books(invoice) == once
    assert len(at_stripe.account.of("refund")) == 1


def test_a_refund_made_at_stripes_desk_is_booked_with_the_credit_that_it_needs(
    at_stripe: AtStripe, invoice, by_card
) -> None:
    at_stripe.account.refund({"payment_intent": by_card.external_id, "amount": "5000"})
    assert at_stripe.bring() == [200, 200]
    once = books(invoice)
    for _ in range(10):
        assert take_up_again(at_stripe) == 5

    assert figures_of(invoice) == (120_00, 70_00, 50_00, 0, 0)
    assert books(invoice) == once
    assert Refund.objects.get().reason == "Given back at Stripe."
    assert [m[0].rsplit("/", 1)[-1] for m in mails()][-2:] == ["credit_note", "refund"]
    # Stripe is not asked to give back once more.
    assert list(card_refunds.to_ask()) == []


def test_a_refund_heard_of_before_its_payment_ends_where_it_would_have(
    at_stripe: AtStripe, invoice
) -> None:
    at_stripe.paid_visit(invoice)
    payment_news = at_stripe.server.take(KEY)
    intent = at_stripe.account.of("payment_intent")[0]
    at_stripe.account.refund({"payment_intent": intent["id"], "amount": "12000"})
    refund_news = at_stripe.server.take(KEY)
    at_stripe.bring(*reversed(refund_news))
    at_stripe.bring(*reversed(payment_news))

    assert figures_of(invoice) == (120_00, 0, 120_00, 0, 0)
    assert Refund.objects.get().state == "done"
    assert MembershipPeriod.objects.get().voided_on == today()
    assert unsettled() == []


def test_a_refund_waits_until_its_payment_can_be_booked(at_stripe: AtStripe, invoice) -> None:
    at_stripe.paid_visit(invoice)
    intent = at_stripe.account.of("payment_intent")[0]
    charge = at_stripe.account.get(intent["latest_charge"])
    fee, charge["balance_transaction"] = charge["balance_transaction"], None
    at_stripe.account.refund({"payment_intent": intent["id"], "amount": "5000"})
    at_stripe.bring(named(at_stripe, "refund.created"))
    assert (paid(), Refund.objects.count()) == ([], 0)
    assert unsettled() == [("refund.created", "The fee is not known yet.")]

    charge["balance_transaction"] = fee
    StripeEvent.objects.update(due_at=StripeEvent.objects.get().received_at)
    stripe_events.bring_due(at_stripe.alliance)
    assert figures_of(invoice) == (120_00, 70_00, 50_00, 0, 0)
    assert unsettled() == []


def test_a_pending_refund_counts_when_it_is_done(at_stripe: AtStripe, invoice, by_card) -> None:
    at_stripe.account.refunds_wait = True
    refund = ask_back(at_stripe, by_card)
    assert (refund.state, bool(refund.external_id)) == ("asked", True)
    at_stripe.bring()
    assert figures_of(invoice) == (120_00, 120_00, 50_00, 0, 50_00)

    at_stripe.account.end_refund(refund.external_id, well=True)
    at_stripe.bring()
    assert figures_of(invoice) == (120_00, 70_00, 50_00, 0, 0)


def test_a_pending_refund_that_fails_can_be_tried_another_way(
    at_stripe: AtStripe, invoice, by_card
) -> None:
    at_stripe.account.refunds_wait = True
    refund = ask_back(at_stripe, by_card)
    at_stripe.account.end_refund(refund.external_id, well=False)
    at_stripe.bring()
    refund.refresh_from_db()
    by_card.refresh_from_db()

    assert (refund.state, refund.last_error) == ("failed", "lost_or_stolen_card")
    assert by_card.refundable_minor == 120_00


def test_a_refund_that_comes_back_after_it_was_done_is_laid_before_staff(
    at_stripe: AtStripe, invoice, by_card
) -> None:
    refund = ask_back(at_stripe, by_card)
    at_stripe.bring()
    before = books(invoice)
    at_stripe.account.end_refund(refund.external_id, well=False)
    at_stripe.bring()

    assert books(invoice) == before
    assert unsettled() == [
        ("refund.failed", "A refund that was done came back: the bank did not take it.")
    ]


def test_two_who_give_the_same_money_back_at_once_give_it_once(
    at_stripe: AtStripe, invoice, by_card
) -> None:
    """The treasurer here, somebody else at Stripe's desk: one of the two fails."""
    refund = payments.give_back(
        payment=by_card, amount_minor=120_00, reason="Closed.", key="back", by=None
    )
    at_stripe.account.refund({"payment_intent": by_card.external_id, "amount": "12000"})
    at_stripe.bring()
    assert {why for _, why in unsettled()} == {"All of this payment has been given back."}

    card_refunds.ask_stripe(at_stripe.alliance, refund.pk)
    StripeEvent.objects.filter(handled_at=None).update(due_at=refund.asked_at)
    stripe_events.bring_due(at_stripe.alliance)
    assert list(Refund.objects.order_by("id").values_list("state", flat=True)) == [
        "failed", "done",
    ]  # fmt: skip
    assert figures_of(invoice) == (120_00, 0, 120_00, 0, 0)
    assert unsettled() == []


@pytest.mark.parametrize("trouble", ["refuse", "lose", "500"])
def test_a_refund_whose_answer_was_lost_is_asked_for_once(
    at_stripe: AtStripe, invoice, by_card, trouble: str
) -> None:
    refund = payments.give_back(
        payment=by_card, amount_minor=50_00, reason="Too much.", key="back", by=None
    )
    # The look for an earlier one goes well; what follows does not.
    at_stripe.server.trouble = ["ok", trouble]
    assert not card_refunds.ask_stripe(at_stripe.alliance, refund.pk)
    at_stripe.account.answers.clear()  # a day later Stripe has forgotten the key
    assert card_refunds.ask_stripe(at_stripe.alliance, refund.pk)

    assert [thing["amount"] for thing in at_stripe.account.of("refund")] == [50_00]
    assert figures_of(invoice) == (120_00, 70_00, 50_00, 0, 0)


def test_a_refund_without_a_connection_fails_and_can_be_made_by_hand(
    at_stripe: AtStripe, invoice, by_card, ada
) -> None:
    refund = payments.give_back(
        payment=by_card, amount_minor=50_00, reason="Too much.", key="back", by=None
    )
    stripe_accounts.end(by=ada)
    card_refunds.ask_stripe(at_stripe.alliance, refund.pk)
    refund.refresh_from_db()

    assert (refund.state, refund.last_error) == ("failed", "not connected")


def test_a_disputed_payment_is_laid_before_staff_and_the_books_stay(
    at_stripe: AtStripe, invoice, by_card
) -> None:
    once = books(invoice)
    dispute = {"object": "dispute", "id": "dp_1", "payment_intent": by_card.external_id}
    news = at_stripe.account.tell("charge.dispute.created", dispute)
    at_stripe.bring(*[news] * 3)

    (dead,) = StripeEvent.objects.filter(dead_at__isnull=False)
    assert dead.last_error == (
        f"The card’s owner disputes payment {by_card.number}. Answer at Stripe before its day."
    )
    assert books(invoice) == once
