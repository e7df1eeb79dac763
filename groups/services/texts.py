"""What the search finds a post by."""

from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db.models import Value

from alliance.tenancy.scope import current_alliance
from directory.languages import PLAIN, configuration


def document(words: str, *, title: str = "") -> Any:
    """Words as they stand and by their stem in the alliance's language; a title weighs more."""
    configurations = [PLAIN]
    if own := configuration(current_alliance().language):
        configurations.append(own)
    parts = [
        SearchVector(Value(text), config=config, weight=weight)
        for config in configurations
        for text, weight in ((title, "A"), (words, "D"))
        if text
    ]
    combined: Any = parts[0]
    for part in parts[1:]:
        combined = combined + part
    return combined


def nothing() -> SearchVector:
    """What the search finds nothing by."""
    return SearchVector(Value(""), config=PLAIN)
