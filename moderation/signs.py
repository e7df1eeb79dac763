"""Signs by which words are held until somebody has seen them. Plain text in, no database."""

import hashlib
import re
import unicodedata

LINK = re.compile(
    r"(?:https?://|www\.)\S+|\b[a-z0-9-]{2,63}\.(?:com|net|org|info|biz|shop|xyz|io|co|ru|top)\b\S*",
    re.IGNORECASE,
)
WORD = re.compile(r"\w+")
# Fewer words than these beside a link say nothing.
LEAST_WORDS_BESIDE = 4
# Shorter words, "thank you" and the like, may be written as often as one likes.
LEAST_DUPLICATE = 30
LONGEST_READ = 50_000
PITCHES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\d{1,2}\s?% (?:off|discount)",
        r"\b(?:promo|discount|coupon) code\b",
        r"\b(?:buy|order|shop|book|sign up|call) (?:now|today)\b",
        r"\blimited[- ]time\b|\bspecial offer\b|\bact now\b|\bwhile (?:stocks|supplies) last\b",
        r"\b(?:dm|message|pm) me (?:for|to)\b",
        r"\bfree (?:quote|consultation|trial)\b",
        r"\bour (?:prices|packages|rates) (?:start|begin)\b",
        r"\bclick (?:here|the link|below)\b",
    )
)


def has_link(words: str) -> bool:
    """Whether an address of another site stands in it."""
    return LINK.search(words[:LONGEST_READ]) is not None


def is_only_links(words: str) -> bool:
    """Whether next to nothing stands beside the links."""
    read = words[:LONGEST_READ]
    beside = LINK.sub(" ", read)
    return has_link(read) and len(WORD.findall(beside)) < LEAST_WORDS_BESIDE


def is_pitch(words: str) -> bool:
    """Whether it reads like an advertisement: two signs of one, or one with a link."""
    read = words[:LONGEST_READ]
    found = sum(1 for pattern in PITCHES if pattern.search(read))
    return found >= 2 or (found == 1 and has_link(read))


def digest(words: str) -> str:
    """The same for words that differ in case, spaces or signs only; "" for short ones."""
    plain = "".join(WORD.findall(unicodedata.normalize("NFKC", words[:LONGEST_READ]).casefold()))
    if len(plain) < LEAST_DUPLICATE:
        return ""
    return hashlib.sha256(plain.encode(errors="replace")).hexdigest()
