"""Links that carry their own proof: signed, bound to a purpose and an alliance, expiring."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from typing import Any

from django.conf import settings
from django.core import signing

from alliance.tenancy.scope import current_alliance


class BadLink(Exception):
    """Forged, cut off, meant for another purpose or another alliance."""


class ExpiredLink(BadLink):
    """Once good, now too old."""


def sign(purpose: str, payload: dict[str, Any]) -> str:
    """A token for a link of this alliance; `payload` is readable to its holder."""
    return signing.dumps(payload, salt=_salt(purpose), compress=True)


def read(purpose: str, token: str, *, max_age_seconds: int) -> dict[str, Any]:
    """What was signed.

    Raises:
        ExpiredLink: older than `max_age_seconds`.
        BadLink: not signed by us, for this purpose, in this alliance.
    """
    try:
        payload = signing.loads(token, salt=_salt(purpose), max_age=max_age_seconds)
    except signing.SignatureExpired as error:
        raise ExpiredLink from error
    except (signing.BadSignature, ValueError) as error:
        raise BadLink from error
    if not isinstance(payload, dict):
        raise BadLink
    return payload


def derived_secret(purpose: str, name: str) -> str:
    """128 bits that only this installation can compute, as 22 URL-safe characters.

    Lets a card's link be written again into a later message although only its
    hash is stored.
    """
    return urlsafe_b64encode(_derived(purpose, name)[:16]).decode().rstrip("=")


def derived_digits(purpose: str, name: str, *, digits: int) -> str:
    """So many decimal digits that only this installation can compute, for people to type.

    Short ones can be guessed: whoever takes them counts the tries
    (`alliance.limits.tries`).
    """
    number = int.from_bytes(_derived(purpose, name), "big") % 10**digits
    return f"{number:0{digits}d}"


def digest(secret: str) -> str:
    """How a secret of high entropy is stored: enough to recognise, not to use."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret(*, bits: int = 256) -> str:
    """A fresh random secret, URL-safe."""
    return secrets.token_urlsafe(bits // 8)


def _derived(purpose: str, name: str) -> bytes:
    message = f"{_salt(purpose)}:{name}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).digest()


def _salt(purpose: str) -> str:
    return f"{purpose}:{current_alliance().pk}"
