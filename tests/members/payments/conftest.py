"""The adapter, aimed at the stand-in."""

import pytest

from members.payments.port import CardProcessor
from members.payments.stripe_port import StripePort
from tests.members.payments.asking import KEY, SECRET
from tests.stripe_fake import Account, StandIn


@pytest.fixture
def port(stripe_server: StandIn) -> CardProcessor:
    return StripePort(secret_key=KEY, webhook_secret=SECRET, base=stripe_server.base)


@pytest.fixture
def account(stripe_server: StandIn) -> Account:
    return stripe_server.account(KEY)
