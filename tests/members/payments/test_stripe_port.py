"""The adapter against the stand-in: the official SDK, real HTTP, one pinned version."""

from datetime import UTC, datetime, timedelta

import pytest
import stripe
from pytest_django import Settings

from members.payments.port import (
    Card,
    CardDeclined,
    CardProcessor,
    KeyRefused,
    PaymentSeen,
    PaymentState,
    ProcessorAway,
    ProcessorRefused,
    RefundAsk,
    RefundState,
    VisitState,
)
from members.payments.stripe_port import VERSION, StripePort
from tests.members.payments.asking import KEY, REFERENCE, SECRET, a_kept_card, ask, charge
from tests.stripe_fake import Account, StandIn
from tests.stripe_fake.objects import PAYS_ONCE, REFUSED, WANTS_OWNER


def test_the_version_is_the_one_that_our_types_are_of() -> None:
    assert stripe.api_version == VERSION


def test_a_visit_is_opened_paid_and_seen_with_its_fee(
    port: CardProcessor, account: Account
) -> None:
    opened = port.open_visit(ask())
    account.pay(opened.external_id)
    closed = port.visit(opened.external_id)
    payment = port.payment(closed.payment_id)

    assert opened.state is VisitState.OPEN
    assert opened.url.endswith(f"/c/pay/{opened.external_id}")
    assert closed.state is VisitState.COMPLETE
    assert (closed.reference, payment.reference) == (REFERENCE, REFERENCE)
    assert payment == PaymentSeen(
        external_id=closed.payment_id,
        state=PaymentState.PAID,
        amount_minor=120_00,
        currency="USD",
        fee_minor=3_78,
        paid_at=payment.paid_at,
        card=None,
        reference=REFERENCE,
    )
    assert payment.paid_at is not None


def test_a_page_is_closed_unless_somebody_has_paid(port: CardProcessor, account: Account) -> None:
    unpaid, paid = port.open_visit(ask(key="one")), port.open_visit(ask(key="two"))
    account.pay(paid.external_id)

    closed = [port.close_visit(visit.external_id).state for visit in (unpaid, unpaid, paid)]
    assert closed == [VisitState.EXPIRED, VisitState.EXPIRED, VisitState.COMPLETE]


def test_a_card_is_kept_with_a_payment_only_where_that_was_asked_for(
    port: CardProcessor, account: Account
) -> None:
    with_card = port.open_visit(ask(saves_card=True))
    account.pay(with_card.external_id)
    payment = port.payment(port.visit(with_card.external_id).payment_id)
    assert payment.card is not None
    customer = account.get(payment.card.customer_id)
    method = account.get(payment.card.payment_method_id)

    assert payment.card == Card(customer["id"], method["id"], "Visa", "4242", 8, 2031)
    assert (customer["email"], method["customer"]) == ("ben@example.org", customer["id"])


def test_a_visit_that_only_keeps_a_card_takes_nothing(
    port: CardProcessor, account: Account
) -> None:
    kept = a_kept_card(port, account)

    assert (kept.brand, kept.last4, kept.expires_month, kept.expires_year) == (
        "Visa", "0341", 8, 2031,
    )  # fmt: skip
    assert account.of("payment_intent") == []
    assert account.get(kept.payment_method_id)["customer"] == kept.customer_id


def test_a_kept_card_is_charged_without_its_owner_and_found_again(
    port: CardProcessor, account: Account
) -> None:
    card = a_kept_card(port, account, "4242")
    begun = datetime.now(UTC) - timedelta(minutes=1)
    paid = port.charge(charge(card))
    found = port.charged(
        customer_id=card.customer_id, reference={"alliance": "a", "charge": "1"}, since=begun
    )
    another = port.charged(
        customer_id=card.customer_id, reference={"alliance": "a", "charge": "2"}, since=begun
    )

    assert (paid.state, paid.amount_minor, paid.fee_minor) == (PaymentState.PAID, 120_00, 3_78)
    assert found == paid
    assert another is None


@pytest.mark.parametrize("last4", [PAYS_ONCE, WANTS_OWNER, REFUSED])
def test_a_card_that_is_refused_is_declined_and_nothing_is_found(
    port: CardProcessor, account: Account, last4: str
) -> None:
    card = a_kept_card(port, account, "4242")
    account.get(card.payment_method_id)["card"]["last4"] = last4

    with pytest.raises(CardDeclined, match="declined"):
        port.charge(charge(card))
    assert (
        port.charged(
            customer_id=card.customer_id,
            reference={"alliance": "a", "charge": "1"},
            since=datetime.now(UTC) - timedelta(hours=1),
        )
        is None
    )


def test_money_is_given_back_in_part(port: CardProcessor, account: Account) -> None:
    visit = port.open_visit(ask())
    account.pay(visit.external_id)
    payment_id = port.visit(visit.external_id).payment_id

    made = port.refund(RefundAsk("refund:1", payment_id, 20_00, {"refund": "1"}))
    account.refund({"payment_intent": payment_id, "amount": "5"})

    assert (made.state, made.amount_minor, made.reference) == (
        RefundState.DONE, 20_00, {"refund": "1"},
    )  # fmt: skip
    assert [(r.amount_minor, dict(r.reference)) for r in port.refunds(payment_id)] == [
        (20_00, {"refund": "1"}),
        (5, {}),
    ]
    with pytest.raises(ProcessorRefused, match="greater than"):
        port.refund(RefundAsk("refund:2", payment_id, 100_00, {"refund": "2"}))


def test_a_refund_waits_and_may_come_back(port: CardProcessor, account: Account) -> None:
    visit = port.open_visit(ask())
    account.pay(visit.external_id)
    account.refunds_wait = True
    payment_id = port.visit(visit.external_id).payment_id
    made = port.refund(RefundAsk("refund:1", payment_id, 20_00, {}))
    account.end_refund(made.external_id, well=False)
    (failed,) = port.refunds(payment_id)

    assert made.state is RefundState.PENDING
    assert (failed.state, failed.error) == (RefundState.FAILED, "lost_or_stolen_card")


def test_a_card_is_forgotten_and_one_that_is_unknown_is_forgotten_already(
    port: CardProcessor, account: Account
) -> None:
    card = a_kept_card(port, account)
    port.forget_card(card.payment_method_id)
    port.forget_card(card.payment_method_id)
    port.forget_card("pm_0000unknown")

    assert account.get(card.payment_method_id)["customer"] is None


class TestAskingAgain:
    """The same key: one thing done, the same answer."""

    def test_a_visit_is_opened_once(self, port: CardProcessor, account: Account) -> None:
        first, second = port.open_visit(ask()), port.open_visit(ask())

        assert first.external_id == second.external_id
        assert len(account.of("checkout.session")) == 1

    def test_control_with_another_key_it_is_opened_twice(
        self, port: CardProcessor, account: Account
    ) -> None:
        port.open_visit(ask())
        port.open_visit(ask(key="checkout:2"))

        assert len(account.of("checkout.session")) == 2

    def test_an_answer_that_was_lost_comes_again(
        self, port: CardProcessor, account: Account, stripe_server: StandIn
    ) -> None:
        card = a_kept_card(port, account, "4242")
        stripe_server.trouble = ["lose"]
        with pytest.raises(ProcessorAway):
            port.charge(charge(card))
        paid = port.charge(charge(card))

        assert paid.state is PaymentState.PAID
        assert [x["id"] for x in account.of("payment_intent")] == [paid.external_id]

    def test_a_cards_refusal_is_an_answer_too(self, port: CardProcessor, account: Account) -> None:
        card = a_kept_card(port, account)
        for _ in range(3):
            with pytest.raises(CardDeclined):
                port.charge(charge(card))

        assert len(account.of("payment_intent")) == 1

    def test_the_same_key_with_other_figures_is_refused(self, port: CardProcessor) -> None:
        port.open_visit(ask())
        with pytest.raises(ProcessorRefused, match="same parameters"):
            port.open_visit(ask(amount_minor=1))


class TestTrouble:
    """What may be asked again, and what may not, told apart."""

    @pytest.mark.parametrize("trouble", ["refuse", "lose", "500", "503", "429", "409"])
    def test_no_answer_or_none_that_counts(
        self, port: CardProcessor, stripe_server: StandIn, trouble: str
    ) -> None:
        stripe_server.trouble = [trouble]
        with pytest.raises(ProcessorAway):
            port.open_visit(ask())

        assert port.open_visit(ask()).state is VisitState.OPEN

    def test_nobody_there(self) -> None:
        port = StripePort(secret_key=KEY, webhook_secret=SECRET, base="http://127.0.0.1:9")
        with pytest.raises(ProcessorAway, match="no connection"):
            port.visit("cs_test_1")

    @pytest.mark.parametrize("key", ["rk_test_unknown00", "rk_test_narrow000"])
    def test_a_key_that_is_unknown_or_may_not(self, stripe_server: StandIn, key: str) -> None:
        port = StripePort(secret_key=key, webhook_secret=SECRET, base=stripe_server.base)
        with pytest.raises(KeyRefused) as caught:
            port.open_visit(ask())

        assert key not in str(caught.value)

    def test_what_stripe_does_not_know(self, port: CardProcessor) -> None:
        with pytest.raises(ProcessorRefused, match="No such object"):
            port.visit("cs_test_nobodys")

    def test_a_fee_that_is_not_booked_yet_is_none(
        self, port: CardProcessor, account: Account
    ) -> None:
        visit = port.open_visit(ask())
        account.pay(visit.external_id)
        payment_id = port.visit(visit.external_id).payment_id
        account.get(account.get(payment_id)["latest_charge"])["balance_transaction"] = None

        assert port.payment(payment_id).fee_minor is None

    def test_a_fee_in_another_currency_is_counted_back(
        self, port: CardProcessor, account: Account
    ) -> None:
        visit = port.open_visit(ask())
        account.pay(visit.external_id)
        payment_id = port.visit(visit.external_id).payment_id
        charge = account.get(account.get(payment_id)["latest_charge"])
        account.get(charge["balance_transaction"]).update(
            currency="eur", exchange_rate=0.9, fee=3_40
        )

        assert port.payment(payment_id).fee_minor == 3_78


def test_no_line_of_the_log_holds_a_key(
    port: CardProcessor, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    caplog.set_level("DEBUG")
    port.open_visit(ask())

    assert "/v1/checkout/sessions" in caplog.text
    assert KEY not in caplog.text
    assert SECRET not in caplog.text
