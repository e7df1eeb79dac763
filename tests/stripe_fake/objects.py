"""Stripe's objects as dicts, with every field that the SDK's types call required."""

import secrets
import time
from itertools import count
from typing import Any

Thing = dict[str, Any]
_number = count(1)
# Stripe's own test cards, by their last four: what they do.
PAYS, PAYS_ONCE, WANTS_OWNER, REFUSED = "4242", "0341", "3184", "0002"


def new_id(kind: str) -> str:
    """An identifier as Stripe makes them: a kind, and letters that nobody guesses."""
    return f"{kind}_{next(_number):04d}{secrets.token_hex(8)}"


def now() -> int:
    return int(time.time())


def session(params: Thing, *, base: str, is_live: bool) -> Thing:
    """A Checkout Session that waits for its payer."""
    lines = params.get("line_items", [])
    total = sum(int(x["price_data"]["unit_amount"]) * int(x["quantity"]) for x in lines)
    currency = lines[0]["price_data"]["currency"] if lines else params.get("currency")
    identifier = new_id("cs_live" if is_live else "cs_test")
    return {
        "id": identifier,
        "object": "checkout.session",
        "amount_total": total if lines else None,
        "amount_subtotal": total if lines else None,
        "automatic_tax": {"enabled": False, "liability": None, "status": None, "provider": None},
        "cancel_url": params["cancel_url"],
        "client_reference_id": None,
        "created": now(),
        "currency": currency,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            "terms_of_service_acceptance": None,
        },
        "customer": None,
        "customer_creation": params.get("customer_creation", "if_required"),
        "customer_email": params.get("customer_email"),
        "expires_at": int(params.get("expires_at", now() + 24 * 3600)),
        "livemode": is_live,
        "metadata": params.get("metadata", {}),
        "mode": params["mode"],
        "payment_intent": None,
        "payment_method_types": params.get("allowed_payment_method_types", ["card", "link"]),
        "payment_status": "unpaid" if lines else "no_payment_required",
        "setup_intent": None,
        "shipping_options": [],
        "status": "open",
        "success_url": params["success_url"],
        "ui_mode": "hosted",
        "url": f"{base}/c/pay/{identifier}",
    }


def payment_intent(params: Thing, *, is_live: bool) -> Thing:
    """A PaymentIntent that nobody has paid."""
    return {
        "id": new_id("pi"),
        "object": "payment_intent",
        "amount": int(params["amount"]),
        "amount_capturable": 0,
        "amount_received": 0,
        "capture_method": params.get("capture_method", "automatic_async"),
        "confirmation_method": "automatic",
        "created": now(),
        "currency": params["currency"],
        "customer": params.get("customer"),
        "description": params.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": is_live,
        "metadata": params.get("metadata", {}),
        "payment_method": params.get("payment_method"),
        "payment_method_types": params.get("allowed_payment_method_types", ["card"]),
        "setup_future_usage": params.get("setup_future_usage"),
        "status": "requires_payment_method",
    }


def setup_intent(params: Thing, *, method: Thing, is_live: bool) -> Thing:
    """A SetupIntent whose card was accepted."""
    return {
        "id": new_id("seti"),
        "object": "setup_intent",
        "created": now(),
        "customer": method["customer"],
        "description": params.get("description"),
        "livemode": is_live,
        "metadata": params.get("metadata", {}),
        "payment_method": method["id"],
        "payment_method_types": ["card"],
        "status": "succeeded",
        "usage": "off_session",
    }


def payment_method(*, last4: str, customer: str | None, is_live: bool) -> Thing:
    """A card."""
    return {
        "id": new_id("pm"),
        "object": "payment_method",
        "billing_details": billing_details(),
        "card": {
            "brand": "visa",
            "checks": None,
            "country": "US",
            "exp_month": 8,
            "exp_year": 2031,
            "funding": "credit",
            "last4": last4,
        },
        "created": now(),
        "customer": customer,
        "livemode": is_live,
        "metadata": {},
        "type": "card",
    }


def billing_details() -> Thing:
    return {"address": None, "email": None, "name": None, "phone": None, "tax_id": None}


def customer(*, email: str | None, is_live: bool) -> Thing:
    """Somebody whose card is kept."""
    return {
        "id": new_id("cus"),
        "object": "customer",
        "created": now(),
        "email": email,
        "livemode": is_live,
        "metadata": {},
    }


def charge(intent: Thing, method: Thing, *, fee_id: str | None) -> Thing:
    """The money of a PaymentIntent that was paid."""
    card = method["card"]
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": 0,
        "balance_transaction": fee_id,
        "billing_details": billing_details(),
        "captured": True,
        "created": now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "disputed": False,
        "livemode": intent["livemode"],
        "metadata": intent["metadata"],
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {
            "type": "card",
            "card": {
                "brand": card["brand"],
                "exp_month": card["exp_month"],
                "exp_year": card["exp_year"],
                "last4": card["last4"],
            },
        },
        "refunded": False,
        "status": "succeeded",
    }


def balance_transaction(amount: int, currency: str) -> Thing:
    """What Stripe keeps: 2.9% and 30, rounded."""
    fee = min(amount, round(amount * 0.029) + 30)
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": now(),
        "balance_type": "payments",
        "created": now(),
        "currency": currency,
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [],
        "net": amount - fee,
        "reporting_category": "charge",
        "status": "available",
        "type": "charge",
    }


def refund(intent: Thing, *, amount: int, metadata: Thing, status: str) -> Thing:
    """Money on its way back."""
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "charge": intent["latest_charge"],
        "created": now(),
        "currency": intent["currency"],
        "metadata": metadata,
        "payment_intent": intent["id"],
        "reason": None,
        "status": status,
    }


def event(kind: str, thing: Thing, *, version: str, is_live: bool) -> Thing:
    """One piece of news; its object is a snapshot."""
    return {
        "id": new_id("evt"),
        "object": "event",
        "api_version": version,
        "created": now(),
        "data": {"object": thing},
        "livemode": is_live,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
