"""E-mail addresses as people mean them, and where a request comes from."""

import hashlib
import hmac
import ipaddress

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

# Providers that ignore dots in the local part.
DOTLESS = frozenset({"gmail.com", "googlemail.com"})


def normalise_email(email: str) -> str:
    """One inbox, one spelling: lower case, no +tag, no dots where they are ignored."""
    local, _, domain = email.strip().lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    return f"{local}@{domain}"


def email_digest(email: str) -> str:
    """A keyed hash of the normalised address, to count by without keeping it."""
    message = normalise_email(email).encode()
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()


def client_network(request: HttpRequest) -> str:
    """The /24 or /56 that a request comes from: what one household or office shares."""
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        return "unknown"
    prefix = 24 if address.version == 4 else 56
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False))
