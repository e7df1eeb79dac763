"""Words as PostgreSQL's text search takes them."""

from typing import Any

from directory.languages import PLAIN, STEMMED
from directory.queries.correction import Corrected

# From wide to narrow: anywhere, tag or above, category or above, the name. How many of them an
# entry fits is its rank, so that one word in a name beats any number of them in a text.
WEIGHTS = ("ABCD", "ABC", "AB", "A")
CONFIGURATIONS = (PLAIN, *(f"commonweal_{name}" for name in STEMMED.values()))


def hits_sql(words: Corrected) -> tuple[str, dict[str, Any]]:
    """A call of `directory_search` and what it is given.

    Each word must be there: as it stands or beginning another (plain), or as
    a form of the same word in one of the languages.
    """
    given: dict[str, Any] = {}
    for number, alternatives in enumerate(words.terms):
        for other, word in enumerate(alternatives):
            given[f"word_{number}_{other}"] = word
    queries = ", ".join(_all_words(words, weights) for weights in WEIGHTS)
    return f"SELECT * FROM directory_search(%(alliance)s, ARRAY[{queries}])", given


def _all_words(words: Corrected, weights: str) -> str:
    each = [
        " || ".join(
            _one_word(f"word_{number}_{other}", weights) for other in range(len(alternatives))
        )
        for number, alternatives in enumerate(words.terms)
    ]
    return " && ".join(f"({one})" for one in each)


def _one_word(name: str, weights: str) -> str:
    # Words hold letters and digits alone (`directory.words`): nothing here is an operator.
    forms = [f"to_tsquery('{PLAIN}', %({name})s || ':*{weights}')"]
    forms += [f"to_tsquery('{c}', %({name})s || ':{weights}')" for c in CONFIGURATIONS[1:]]
    return " || ".join(forms)
