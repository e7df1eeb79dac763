"""The signature under a till's message: `t=<seconds>,v1=<hex HMAC-SHA-256 of "t.body">`.

Stripe's scheme, since libraries and people know it; docs/till.md has an
example that the tests compute.
"""

import hashlib
import hmac
import re

HEADER = "Commonweal-Signature"
# Seconds by which a till's clock may differ from ours.
TOLERANCE = 300
_TIME = re.compile(r"[0-9]{1,12}")
_MOST_PARTS = 10


class Forged(Exception):
    """No signature that can be read, or one that another secret or another body made."""


class WrongClock(Exception):
    """Signed rightly, at a moment too far from now; `seconds` above zero is ahead of us."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


def sign(body: bytes, *, secret: str, at: int) -> str:
    """The header's value for a body sent at a moment, in seconds since 1970."""
    return f"t={at},v1={_digest(body, secret, str(at))}"


def check(header: str, body: bytes, *, secret: str, now: int) -> None:
    """Nothing, where the signature fits and is fresh.

    Several `v1` are allowed, so that a sender may change its secret.

    Raises:
        Forged: no such signature was made with this secret.
        WrongClock: it was, over five minutes from now.
    """
    parts = [part.strip().partition("=") for part in header.split(",")[:_MOST_PARTS]]
    times = [value for name, _, value in parts if name == "t" and _TIME.fullmatch(value)]
    given = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not given:
        raise Forged
    right = _digest(body, secret, times[0])
    fits = [hmac.compare_digest(right.encode(), value.encode()) for value in given]
    if not any(fits):
        raise Forged
    away = int(times[0]) - now
    if abs(away) > TOLERANCE:
        raise WrongClock(away)


def _digest(body: bytes, secret: str, at: str) -> str:
    return hmac.new(secret.encode(), at.encode() + b"." + body, hashlib.sha256).hexdigest()
