"""What tests of card payments rely on: a stand-in for Stripe behind real HTTP."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from members.services import stripe_accounts
from tests.members.at_stripe import KEY, SECRET, AtStripe
from tests.stripe_fake import StandIn, serving


@pytest.fixture
def stripe_server(settings: Settings) -> Iterator[StandIn]:
    """The stand-in, and our own requests aimed at it."""
    with serving() as stand_in:
        settings.STRIPE_API_BASE = stand_in.base
        yield stand_in


@pytest.fixture
def at_stripe(oak_street: Alliance, ada: Seat, stripe_server: StandIn) -> AtStripe:
    """oak_street's own account there, connected by Ada."""
    with in_alliance(oak_street):
        stripe_accounts.connect(secret_key=KEY, webhook_secret=SECRET, by=ada)
    return AtStripe(alliance=oak_street, server=stripe_server)
