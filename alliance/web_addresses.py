"""Websites that a visitor may be sent to: on the public web, and nowhere inside.

We never fetch them; but neither does a link of ours lead into somebody's own
network. No Django here.
"""

import ipaddress
import re
from urllib.parse import urlsplit

INSIDE = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa")
# What a browser takes for a number of an address: 127.1, 0x7f.1, 2130706433, 0177.0.0.1.
NUMBER = re.compile(r"(?:0x[0-9a-f]*|\d+)", re.IGNORECASE)
# IPv6 addresses that a translator turns into the IPv4 one in their last bits (RFC 6052).
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def is_public_website(address: str) -> bool:
    """Whether this is an http(s) address with a public host and no name or password in it."""
    try:
        parts = urlsplit(address)
        host, _port = (parts.hostname or ""), parts.port
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or "\\" in address:
        return False
    return _is_public_host(host.rstrip("."))


def _is_public_host(host: str) -> bool:
    if ":" in host or "%" in host:
        return _is_public_number(host)
    try:
        # Browsers read ① and full-width letters as the plain ones.
        host = host.encode("idna").decode().lower()
    except UnicodeError:
        return False
    labels = host.split(".")
    if NUMBER.fullmatch(labels[-1]):
        return _is_public_number(host)
    is_inside = any(host == name or host.endswith(f".{name}") for name in INSIDE)
    return len(labels) > 1 and all(labels) and not is_inside


def _is_public_number(host: str) -> bool:
    """Only four plain decimal numbers, or an IPv6 address; other spellings are there to deceive."""
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    inner = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None)
    if isinstance(found, ipaddress.IPv6Address) and found in TRANSLATED:
        inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    return all(each.is_global and not each.is_multicast for each in (found, inner or found))
