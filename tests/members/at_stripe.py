"""oak_street's account at the stand-in, and its news on their way to us."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.http import HttpResponse
from django.test import Client

from alliance import clock
from alliance.models import Alliance
from alliance.tenancy.scope import in_alliance
from members.models import Checkout, Invoice
from members.services import checkouts, stripe_events
from tests.members.reading import on
from tests.stripe_fake import Account, StandIn, objects
from tests.stripe_fake.objects import PAYS
from tests.stripe_fake.server import sign

KEY, SECRET = "rk_test_oakstreet", "whsec_oakstreet"
Event = dict[str, Any]


@dataclass
class AtStripe:
    """What happens there, and what of it reaches us and when."""

    alliance: Alliance
    server: StandIn

    @property
    def account(self) -> Account:
        return self.server.account(KEY)

    def post(self, event: Event, *, secret: str = SECRET, at: int | None = None) -> int:
        """Sends one piece of news, signed; the status of our answer."""
        body = json.dumps(event).encode()
        return self.post_raw(body, sign(body, secret, at=at)).status_code

    def post_raw(self, body: bytes, signature: str) -> HttpResponse:
        client = Client(HTTP_HOST=f"{self.alliance.slug}.commonweal.test")
        return client.post(
            "/stripe/news/",
            data=body,
            content_type="application/json",
            headers={"Stripe-Signature": signature},
        )

    def bring(self, *events: Event) -> list[int]:
        """Sends this news, or all that is new, and has the worker bring it in."""
        statuses = [self.post(event) for event in events or self.server.take(KEY)]
        stripe_events.bring_due(self.alliance)
        return statuses

    def visit(
        self, invoice: Invoice, *, amount_minor: int | None = None, saves_card: bool = False
    ) -> Checkout:
        """A visit that was begun and opened."""
        with in_alliance(self.alliance):
            checkout = checkouts.start(
                invoice=invoice,
                amount_minor=amount_minor or invoice.due_minor,
                saves_card=saves_card,
            )
        checkouts.open_at_stripe(self.alliance, checkout.pk)
        with in_alliance(self.alliance):
            checkout.refresh_from_db()
        return checkout

    def paid_visit(self, invoice: Invoice, *, card: str = PAYS, **fields: Any) -> Checkout:
        """A visit whose payer paid; no news of it has reached us."""
        checkout = self.visit(invoice, **fields)
        self.account.pay(checkout.external_id, card=card)
        return checkout


@contextmanager
def on_both(day: str, hour: int = 12) -> Iterator[None]:
    """It is that day here and at Stripe."""
    with on(day, hour):
        moment = int(clock.now().timestamp())
        with patch.object(objects, "now", lambda: moment):
            yield
