"""Signing in, as people do it."""

import base64
import hmac
import struct
import time
from uuid import uuid4

from tests.e2e.letters import Letters
from tests.e2e.visitor import Visitor


def fresh_email(name: str = "eve") -> str:
    """An address that nobody has used in this run."""
    return f"{name}-{uuid4().hex[:10]}@example.com"


def by_password(visitor: Visitor, email: str, password: str, *, status: int = 200) -> None:
    """On the sign-in page: opens the fold, types, presses."""
    page = visitor.page
    fold = page.locator("details", has_text="Sign in with a password")
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    page.locator("#id_login").fill(email)
    page.locator("#id_password").fill(password)
    visitor.press("Sign in with the password", status=status)


def ask_for_code(visitor: Visitor, email: str) -> None:
    """On the sign-in page: has a code sent."""
    visitor.page.locator("#code-email").fill(email)
    visitor.press("Send me a sign-in code")


def by_code(visitor: Visitor, email: str, letters: Letters) -> None:
    """On the sign-in page: has a code sent, reads it in the mail, types it."""
    known = letters.count(email, subject="Sign-In Code")
    ask_for_code(visitor, email)
    letter = letters.wait(email, subject="Sign-In Code", count=known + 1)
    visitor.page.get_by_label("Code").fill(letter.code)
    visitor.press("Confirm")


def totp(secret: str, at: float | None = None) -> str:
    """What an authenticator app shows for this secret (RFC 6238)."""
    key = base64.b32decode(secret.replace(" ", "").upper() + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int((at or time.time()) // 30))
    digest = hmac.digest(key, counter, "sha1")
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
