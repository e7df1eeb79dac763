"""By what two rows are recognised as one business, however each is written. No Django here."""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from urllib.parse import urlsplit

_NOISE_WORDS = (
    "the inc incorporated llc llp lp ltd limited co corp corporation company gmbh pllc pc plc "
    "dba and of"
)
_NOISE = frozenset(_NOISE_WORDS.split())
_JOINED = str.maketrans("", "", "'’‘`´.")
_NUMBERS = re.compile(r"\d+")
_OTHER = re.compile(r"[\W_]+")
# Many businesses live under these; the first part of the path tells them apart.
_SHARED_HOSTS = (
    "facebook.com m.facebook.com fb.com instagram.com linktr.ee etsy.com yelp.com google.com "
    "sites.google.com maps.google.com goo.gl linkedin.com twitter.com x.com tiktok.com "
    "youtube.com square.site wixsite.com bit.ly"
)
_SHARED = frozenset(_SHARED_HOSTS.split())
_EXTENSION = re.compile(r"(?i)\s*(?:ext|x|#|;|/)")
ALIKE = 0.87


def name_key(name: str) -> str:
    """Ben's Bakery & Café, LLC → bens bakery cafe."""
    bare = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    plain = "".join(c for c in bare if not unicodedata.combining(c)).translate(_JOINED)
    words = _OTHER.sub(" ", plain).split()
    # A business may be called "The Company"; then that is all there is to go by.
    return " ".join([word for word in words if word not in _NOISE] or words)


def email_key(email: str) -> str:
    """One inbox, one key; the sign of a tag and what follows it left out."""
    local, _at, domain = email.strip().casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" if local else ""


def phone_key(phone: str) -> str:
    """The last ten digits, without an extension; fewer than seven tell nothing."""
    main = _EXTENSION.split(phone)[0]
    digits = re.sub(r"\D", "", main)[-10:]
    return digits if len(digits) >= 7 else ""


def site_key(website: str) -> str:
    """The host without www; of hosts that many share, with the first part of the path."""
    parts = urlsplit(website if "://" in website else f"//{website}")
    host = (parts.netloc.rpartition("@")[2].partition(":")[0]).casefold().removeprefix("www.")
    if host not in _SHARED:
        return host
    first = parts.path.strip("/").partition("/")[0].casefold()
    return f"{host}/{first}" if first else ""


def postal_key(code: str) -> str:
    """The part of a postal code that both short and long ones have."""
    bare = re.sub(r"[\s]", "", code.casefold())
    return bare.partition("-")[0]


def alike(one: str, other: str) -> bool:
    """Whether two name keys are nearly the same: a letter lost, words the other way round."""
    if abs(len(one) - len(other)) > 6 or _numbers(one) != _numbers(other):
        return False
    if sorted(one.split()) == sorted(other.split()):
        return True
    # Pairs of letters first: they are quick to compare, and few names share half of them.
    shared, either = _pairs(one) & _pairs(other), _pairs(one) | _pairs(other)
    if len(shared) * 2 < len(either):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE


@lru_cache(maxsize=20_000)
def _numbers(key: str) -> tuple[str, ...]:
    return tuple(_NUMBERS.findall(key))


@lru_cache(maxsize=20_000)
def _pairs(key: str) -> frozenset[str]:
    return frozenset(key[place : place + 2] for place in range(len(key) - 1))


def blocks(key: str) -> set[str]:
    """Under which of these names that are alike to this one can be found."""
    words = key.split()
    if not words:
        return set()
    letters = key.replace(" ", "")
    longest = max(words, key=len)
    return {f"<{letters[:4]}", f"{letters[-4:]}>", longest}
