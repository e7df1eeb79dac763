"""Words as PostgreSQL's text search takes them."""

from typing import Any

from directory.queries.correction import Corrected, Word

# From wide to narrow: anywhere, tag or above, category or above, the name. How many of them an
# entry fits is its rank, so that one word in a name beats any number of them in a text.
WEIGHTS = ("ABCD", "ABC", "AB", "A")


def hits_sql(words: Corrected) -> tuple[str, dict[str, Any]]:
    """A call of `directory_search` and what it is given.

    Each word must be there: as it stands or beginning another, or as a form
    of the same word in one of the languages.
    """
    queries = ", ".join(f"%(fits_{weights})s::tsquery" for weights in WEIGHTS)
    given = {f"fits_{weights}": _all_words(words, weights) for weights in WEIGHTS}
    return f"SELECT * FROM directory_search(%(alliance)s, ARRAY[{queries}])", given


def _all_words(words: Corrected, weights: str) -> str:
    each = (
        " | ".join(_one_word(word, weights) for word in alternatives)
        for alternatives in words.terms
    )
    return " & ".join(f"({one})" for one in each)


def _one_word(word: Word, weights: str) -> str:
    parts = [f"{_quoted(word.plain)}:*{weights}"]
    parts += [f"{_quoted(form)}:{weights}" for form in word.forms]
    return " | ".join(parts)


def _quoted(lexeme: str) -> str:
    doubled = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
