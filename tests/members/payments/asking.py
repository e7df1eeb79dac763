"""What the adapter's tests ask of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from members.payments.port import Card, CardProcessor, ChargeAsk, VisitAsk
from tests.members.at_stripe import KEY, SECRET
from tests.stripe_fake import Account
from tests.stripe_fake.objects import PAYS_ONCE

__all__ = ["KEY", "SECRET"]

# One moment for all: the same key wants the same figures.
CLOSES_AT = datetime.now(UTC) + timedelta(hours=2)
REFERENCE = {"alliance": "a", "invoice": "i", "checkout": "c"}


def ask(**fields: Any) -> VisitAsk:
    return VisitAsk(
        **{
            "key": "checkout:1",
            "amount_minor": 120_00,
            "currency": "USD",
            "description": "Invoice 2026-0001, Oak Street Alliance",
            "email": "ben@example.org",
            "saves_card": False,
            "success_url": "https://oak-street.example/thanks/",
            "cancel_url": "https://oak-street.example/unpaid/",
            "expires_at": CLOSES_AT,
            "reference": REFERENCE,
        }
        | fields
    )


def a_kept_card(port: CardProcessor, account: Account, card: str = PAYS_ONCE) -> Card:
    visit = port.open_visit(ask(key=f"setup:{card}", amount_minor=0, saves_card=True))
    account.pay(visit.external_id, card=card)
    kept = port.saved_card(port.visit(visit.external_id).setup_id)
    assert kept is not None
    return kept


def charge(card: Card, **fields: Any) -> ChargeAsk:
    return ChargeAsk(
        **{
            "key": "charge:1:0",
            "amount_minor": 120_00,
            "currency": "USD",
            "description": "Renewal",
            "customer_id": card.customer_id,
            "payment_method_id": card.payment_method_id,
            "reference": {"alliance": "a", "charge": "1"},
        }
        | fields
    )
