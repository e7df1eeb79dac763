"""Stripe through its own SDK, at one pinned version of its API."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal

import stripe
from stripe.params.checkout import (
    SessionCreateParams,
    SessionCreateParamsLineItem,
    SessionCreateParamsPaymentIntentData,
)

from members.payments import stripe_shapes as shapes
from members.payments.port import (
    About,
    Card,
    CardDeclined,
    ChargeAsk,
    Forged,
    KeyRefused,
    News,
    PaymentSeen,
    ProcessorAway,
    ProcessorRefused,
    Reference,
    RefundAsk,
    RefundSeen,
    Visit,
    VisitAsk,
)

# The version that our types and tests are of. A newer SDK brings a newer one:
# read Stripe's list of changes before this line follows.
VERSION = "2026-10-28.endive"
# Seconds to connect, and to wait for an answer: a worker waits, never a page.
TIMEOUT = (5, 25)
# How old a signature may be, in seconds: Stripe's own advice.
TOLERANCE = 300
WITH_FEE = ["latest_charge.balance_transaction"]
CARD: list[Literal["card"] | str] = ["card"]
# Otherwise the fee would be known some time later only.
AT_ONCE: Literal["automatic"] = "automatic"

# It would write an identifier of its own into the home folder and send it along.
stripe.enable_telemetry = False
_http = stripe.RequestsClient(timeout=TIMEOUT)


class StripePort:
    """An alliance's own Stripe account, by its own keys."""

    def __init__(self, *, secret_key: str, webhook_secret: str, base: str) -> None:
        # Repeats are ours: a task that comes again later keeps nobody waiting.
        self._api = stripe.StripeClient(
            secret_key,
            stripe_version=VERSION,
            base_addresses={"api": base},
            max_network_retries=0,
            http_client=_http,
        ).v1
        self._webhook_secret = webhook_secret

    def open_visit(self, ask: VisitAsk) -> Visit:
        """A Checkout Session: of mode `payment`, or `setup` where nothing is to be paid."""
        with _in_our_words():
            session = self._api.checkout.sessions.create(
                params=_visit_params(ask),
                options={"idempotency_key": ask.key},
            )
        return shapes.visit(session)

    def visit(self, external_id: str) -> Visit:
        """The Checkout Session as it stands."""
        with _in_our_words():
            return shapes.visit(self._api.checkout.sessions.retrieve(external_id))

    def close_visit(self, external_id: str) -> Visit:
        """Expires the Checkout Session."""
        try:
            with _in_our_words():
                return shapes.visit(self._api.checkout.sessions.expire(external_id))
        except KeyRefused:
            raise
        except ProcessorRefused:
            # It is not open any more: somebody paid in this moment, or its time was up.
            return self.visit(external_id)

    def saved_card(self, setup_id: str) -> Card | None:
        """The card of a SetupIntent."""
        with _in_our_words():
            intent = self._api.setup_intents.retrieve(
                setup_id, params={"expand": ["payment_method"]}
            )
        return shapes.setup_card(intent)

    def charge(self, ask: ChargeAsk) -> PaymentSeen:
        """A PaymentIntent, confirmed at once without the card's owner."""
        with _in_our_words():
            intent = self._api.payment_intents.create(
                params={
                    "amount": ask.amount_minor,
                    "currency": ask.currency.lower(),
                    "customer": ask.customer_id,
                    "payment_method": ask.payment_method_id,
                    "allowed_payment_method_types": CARD,
                    "off_session": True,
                    "confirm": True,
                    "capture_method": AT_ONCE,
                    "description": ask.description,
                    "metadata": dict(ask.reference),
                    "expand": WITH_FEE,
                },
                options={"idempotency_key": ask.key},
            )
        return shapes.payment(intent)

    def charged(
        self, *, customer_id: str, reference: Reference, since: datetime
    ) -> PaymentSeen | None:
        """A paid or pending PaymentIntent of this customer that carries the reference."""
        with _in_our_words():
            found = self._api.payment_intents.list(
                params={
                    "customer": customer_id,
                    "created": {"gte": int(since.timestamp())},
                    "limit": 100,
                }
            )
        for intent in found.data:
            # Listed without its charge: which it is, then once more in full.
            is_ours = shapes.metadata(intent.metadata) == dict(reference)
            if is_ours and intent.status in {"succeeded", *shapes.UNDER_WAY}:
                return self.payment(intent.id)
        return None

    def payment(self, external_id: str) -> PaymentSeen:
        """The PaymentIntent as it stands."""
        with _in_our_words():
            intent = self._api.payment_intents.retrieve(external_id, params={"expand": WITH_FEE})
        return shapes.payment(intent)

    def refund(self, ask: RefundAsk) -> RefundSeen:
        """A Refund of a PaymentIntent."""
        with _in_our_words():
            made = self._api.refunds.create(
                params={
                    "payment_intent": ask.payment_id,
                    "amount": ask.amount_minor,
                    "metadata": dict(ask.reference),
                },
                options={"idempotency_key": ask.key},
            )
        return shapes.refund(made)

    def refunds(self, payment_id: str) -> list[RefundSeen]:
        """The Refunds of a PaymentIntent."""
        with _in_our_words():
            found = self._api.refunds.list(params={"payment_intent": payment_id, "limit": 100})
        return [shapes.refund(each) for each in reversed(found.data)]

    def forget_card(self, payment_method_id: str) -> None:
        """Detaches the PaymentMethod."""
        try:
            with _in_our_words():
                self._api.payment_methods.detach(payment_method_id)
        except KeyRefused:
            raise
        except ProcessorRefused:
            # Gone, or detached before: either way it is not kept for us any more.
            return

    def read_news(self, payload: bytes, signature: str) -> News:
        """An event, by the SDK's own check of its signature and age."""
        try:
            event = stripe.Webhook.construct_event(
                payload, signature, self._webhook_secret, TOLERANCE
            )
            return News(
                external_id=event.id,
                type=event.type,
                is_live=event.livemode,
                payload=_storable(json.loads(payload, parse_constant=_no_constant)),
            )
        except (
            stripe.SignatureVerificationError,
            ValueError,
            AttributeError,
            RecursionError,
        ) as error:
            raise Forged(type(error).__name__) from None

    def about(self, payload: dict[str, Any]) -> About:
        """What a stored event is about."""
        return shapes.about(payload)


def _visit_params(ask: VisitAsk) -> SessionCreateParams:
    params: SessionCreateParams = {
        "allowed_payment_method_types": CARD,
        "success_url": ask.success_url,
        "cancel_url": ask.cancel_url,
        "expires_at": int(ask.expires_at.timestamp()),
        "metadata": dict(ask.reference),
    }
    if ask.email:
        params["customer_email"] = ask.email
    if ask.saves_card:
        params["customer_creation"] = "always"
    if ask.amount_minor:
        params["mode"] = "payment"
        params["line_items"] = [_line(ask)]
        params["payment_intent_data"] = _intent(ask)
    else:
        params["mode"] = "setup"
        params["currency"] = ask.currency.lower()
        params["setup_intent_data"] = {
            "description": ask.description,
            "metadata": dict(ask.reference),
        }
    return params


def _line(ask: VisitAsk) -> SessionCreateParamsLineItem:
    return {
        "quantity": 1,
        "price_data": {
            "currency": ask.currency.lower(),
            "unit_amount": ask.amount_minor,
            "product_data": {"name": ask.description},
        },
    }


def _intent(ask: VisitAsk) -> SessionCreateParamsPaymentIntentData:
    data: SessionCreateParamsPaymentIntentData = {
        "description": ask.description,
        "metadata": dict(ask.reference),
        "capture_method": AT_ONCE,
    }
    if ask.saves_card:
        data["setup_future_usage"] = "off_session"
    return data


@contextmanager
def _in_our_words() -> Iterator[None]:
    """The SDK's errors as the port's: what may be asked again, and what may not."""
    try:
        yield
    except stripe.CardError as error:
        raise CardDeclined(_words(error)) from None
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        raise KeyRefused(_words(error)) from None
    except stripe.InvalidRequestError as error:
        raise ProcessorRefused(_words(error)) from None
    except stripe.IdempotencyError as error:
        raise ProcessorRefused(_words(error)) from None
    except stripe.StripeError as error:
        # No connection, too many requests, a failure on their side, or a first
        # request with this key that is still under way.
        raise ProcessorAway(_words(error)) from None


def _words(error: stripe.StripeError) -> str:
    """What staff may read. Stripe masks keys in its messages; network errors name none."""
    if isinstance(error, stripe.APIConnectionError):
        return "no connection"
    return str(error.user_message or error.code or type(error).__name__)[:200]


def _no_constant(name: str) -> Any:
    # Python reads NaN and Infinity; JSON has neither, and PostgreSQL stores neither.
    raise ValueError(name)


def _storable(value: Any) -> Any:
    """The payload without NUL, which PostgreSQL stores in no text."""
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, dict):
        return {_storable(name): _storable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_storable(inner) for inner in value]
    return value
