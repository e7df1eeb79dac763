"""Words as the search sees them. No Django, no database here."""

import re

from rapidfuzz.distance import OSA

# What a person types; more is no search for a business.
LONGEST_QUERY = 200
MOST_WORDS = 8
_APOSTROPHES = re.compile(r"['’ʼ`´]")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """Words with single spaces between them: “Ben's Café-Bar” is "Bens Café Bar".

    PostgreSQL's parser would else take what looks like an address or a path for one word.
    """
    return _BETWEEN_WORDS.sub(" ", _APOSTROPHES.sub("", text)).strip()


def words_of(query: str) -> list[str]:
    """The words of what was typed, in lower case, each once, at most eight."""
    return list(dict.fromkeys(plain(query).lower().split()))[:MOST_WORDS]


def most_errors(word: str) -> int:
    """How many typing errors a word may have: one in a short word, three in a long one."""
    if len(word) <= 2:
        return 0
    return 1 if len(word) <= 4 else 2 if len(word) <= 8 else 3


def nearest(word: str, candidates: list[str], *, most: int = 3) -> list[str]:
    """The candidates that this word may have been meant for, all with the fewest errors.

    An error is a letter too many, too few, another, or two that changed places
    (optimal string alignment). The word may be the beginning of a longer one.
    """
    limit = most_errors(word)
    found = [(_errors(word, other), other) for other in candidates]
    near = sorted(pair for pair in found if pair[0] <= limit)
    return [other for errors, other in near if errors == near[0][0]][:most]


def _errors(word: str, other: str) -> int:
    cuts = {len(word) - 1, len(word), len(word) + 1, len(other)}
    return min(OSA.distance(word, other[:length]) for length in cuts)
