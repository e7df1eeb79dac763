"""Stripe's objects as the port's. A field that is missing raises: nothing is guessed."""

from datetime import UTC, datetime
from typing import Any

from stripe import Charge, PaymentIntent, PaymentMethod, Refund, SetupIntent
from stripe.checkout import Session

from members.payments.port import (
    About,
    Card,
    PaymentSeen,
    PaymentState,
    Reference,
    RefundSeen,
    RefundState,
    Visit,
    VisitState,
)

# A payment that needs its payer, or another card, is not paid; neither is a cancelled one.
UNDER_WAY = {"processing", "requires_capture"}


def visit(session: Session) -> Visit:
    """A Checkout Session."""
    return Visit(
        external_id=session.id,
        url=session.url or "",
        state=VisitState(session.status),
        payment_id=_id(session.payment_intent),
        setup_id=_id(session.setup_intent),
        reference=metadata(session.metadata),
    )


def payment(intent: PaymentIntent) -> PaymentSeen:
    """A PaymentIntent, asked for with `latest_charge.balance_transaction` expanded."""
    charge = intent.latest_charge
    is_paid = intent.status == "succeeded" and isinstance(charge, Charge)
    state = PaymentState.PENDING if intent.status in UNDER_WAY else PaymentState.UNPAID
    seen = PaymentSeen(
        external_id=intent.id,
        state=PaymentState.PAID if is_paid else state,
        amount_minor=intent.amount_received if is_paid else intent.amount,
        currency=intent.currency.upper(),
        fee_minor=None,
        paid_at=None,
        card=None,
        reference=metadata(intent.metadata),
    )
    return _with_charge(seen, intent, charge) if is_paid else seen  # type: ignore[arg-type]


def setup_card(intent: SetupIntent) -> Card | None:
    """The card of a SetupIntent, asked for with `payment_method` expanded."""
    method = intent.payment_method
    if intent.status != "succeeded" or not isinstance(method, PaymentMethod) or not method.card:
        return None
    return _card(_id(intent.customer), method.id, method.card)


def refund(found: Refund) -> RefundSeen:
    """A Refund."""
    states = {"succeeded": RefundState.DONE, "pending": RefundState.PENDING}
    states["requires_action"] = RefundState.PENDING
    state = states.get(str(found.status), RefundState.FAILED)
    failed = state is RefundState.FAILED
    return RefundSeen(
        external_id=found.id,
        state=state,
        amount_minor=found.amount,
        error=str(found.failure_reason or found.status) if failed else "",
        reference=metadata(found.metadata),
    )


def about(payload: dict[str, Any]) -> About:
    """What an event is about. Only names are taken from it: what holds, Stripe is asked.

    So the event's age, its order and the API version it was written in do not matter.
    """
    thing = payload["data"]["object"]
    kind = thing["object"]
    if kind == "checkout.session":
        return About(visit_id=thing["id"])
    if kind == "payment_intent":
        return About(payment_id=thing["id"])
    if kind in ("charge", "refund"):
        return About(payment_id=_id(thing["payment_intent"]), has_refunds=True)
    if kind == "dispute":
        return About(payment_id=_id(thing["payment_intent"]), is_disputed=True)
    return About()


def _with_charge(seen: PaymentSeen, intent: PaymentIntent, charge: Charge) -> PaymentSeen:
    details = charge.payment_method_details
    card = details.card if details else None
    customer_id, method_id = _id(intent.customer), _id(intent.payment_method)
    return PaymentSeen(
        external_id=seen.external_id,
        state=seen.state,
        amount_minor=seen.amount_minor,
        currency=seen.currency,
        fee_minor=_fee(charge),
        paid_at=datetime.fromtimestamp(charge.created, UTC),
        card=_card(customer_id, method_id, card) if card and customer_id else None,
        reference=seen.reference,
    )


def _fee(charge: Charge) -> int | None:
    """What Stripe kept, in the payment's currency; None until it is booked there."""
    booked = charge.balance_transaction
    if booked is None or isinstance(booked, str):
        return None
    if booked.currency == charge.currency:
        return min(booked.fee, charge.amount)
    # Settled in another currency: the rate is from the payment's to the account's.
    rate = booked.exchange_rate
    return min(round(booked.fee / rate), charge.amount) if rate else 0


def _card(customer_id: str, method_id: str, card: Any) -> Card:
    return Card(
        customer_id=customer_id,
        payment_method_id=method_id,
        brand=str(card.brand).replace("_", " ").title()[:24],
        last4=str(card.last4)[:4],
        expires_month=card.exp_month,
        expires_year=card.exp_year,
    )


def _id(found: Any) -> str:
    """A field that holds a name, an object in full, or nothing."""
    if found is None or isinstance(found, str):
        return found or ""
    return str(found["id"])


def metadata(found: Any) -> Reference:
    """What we wrote on a thing; nothing where there is none."""
    return {name: str(value) for name, value in found.to_dict().items()} if found else {}
