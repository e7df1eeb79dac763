"""Others' secrets that we must be able to use: encrypted, for one alliance and one purpose."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from alliance.tenancy.scope import current_alliance


class Unreadable(Exception):
    """Encrypted for another alliance or purpose, under another SECRET_KEY, or changed since."""


def encrypt(secret: str, *, purpose: str) -> str:
    """What may be stored; only this installation can read it, in this alliance."""
    return _fernet(purpose).encrypt(secret.encode()).decode()


def decrypt(stored: str, *, purpose: str) -> str:
    """The secret again.

    Raises:
        Unreadable: it was not encrypted here, for this.
    """
    try:
        return _fernet(purpose).decrypt(stored.encode()).decode()
    except InvalidToken:
        # Without the cause: what was stored has no place in a log.
        raise Unreadable from None


def _fernet(purpose: str) -> Fernet:
    # A key of its own for each alliance and purpose: a row that is copied
    # to the neighbour, or into another column, is nothing there.
    info = f"commonweal.secrets:{purpose}:{current_alliance().pk}".encode()
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(
        settings.SECRET_KEY.encode()
    )
    return Fernet(base64.urlsafe_b64encode(key))
