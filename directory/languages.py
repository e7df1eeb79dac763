"""Languages whose word forms the search knows: PostgreSQL's own stemmers."""

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


def configuration(language: str) -> str | None:
    """The text search configuration of a language, or None where we know no word forms."""
    name = STEMMED.get(language[:2])
    return f"commonweal_{name}" if name else None
