"""Languages: whose word forms the search knows (PostgreSQL's own stemmers), and their names."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.localedata import locale_identifiers

# ISO 639-1 → PostgreSQL's configuration, from which ours is made (commonweal_<name>).
STEMMED = {
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "pt": "portuguese",
}
# Words as they stand, without accents: names, categories, beginnings of words.
PLAIN = "commonweal_plain"
# Names in daily use that the Unicode consortium's list writes otherwise.
OTHERWISE = {"mandarin": "zh", "farsi": "fa", "asl": "ase", "bangla": "bn", "hebrew": "he"}


def configuration(language: str) -> str | None:
    """The text search configuration of a language, or None where we know no word forms."""
    name = STEMMED.get(language[:2])
    return f"commonweal_{name}" if name else None


def name_of(code: str, *, language: str) -> str:
    """A language's name in another: "es" in English is Spanish."""
    return str(_names(language).get(code, code))


def code_of(name: str, *, language: str) -> str | None:
    """The code of a language by its name in this language or in its own, or by the code itself."""
    bare = _bare(name)
    return OTHERWISE.get(bare) or _codes(language).get(bare) or _own_names(language).get(bare)


@lru_cache(maxsize=8)
def _codes(language: str) -> dict[str, str]:
    names = {str(code): str(name) for code, name in _names(language).items()}
    found = {_bare(name): code for code, name in names.items() if code.isalpha()}
    return {code: code for code in names if code.isalpha()} | found


# Reading every language's own file takes a second: asked only where all else failed.
@lru_cache(maxsize=8)
def _own_names(language: str) -> dict[str, str]:
    known = _names(language)
    codes = [code for code in locale_identifiers() if code.isalpha() and code in known]
    return {_bare(Locale.parse(code).language_name or code): code for code in codes}


def _names(language: str) -> Mapping[Any, Any]:
    return Locale.parse(language, sep="-").languages


def _bare(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.strip().casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
