"""A stand-in for Stripe: a real HTTP server that speaks the part of its API that we use.

It keeps accounts by key, honours Idempotency-Key, shows a page with Pay and
Decline, and signs its news as Stripe does. What it answers is held against the
SDK's own types in tests/members/payments/test_stand_in.py. For a browser:

    python -m tests.stripe_fake --port 12111 \\
        --endpoint rk_test_oakstreet,http://oak-street.localhost:8000/stripe/news/,whsec_oakstreet
"""

from tests.stripe_fake.accounts import Account, Trouble
from tests.stripe_fake.server import StandIn, serving

__all__ = ["Account", "StandIn", "Trouble", "serving"]
