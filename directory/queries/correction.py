"""What was typed, held against the words that stand in this alliance's listings."""

from dataclasses import dataclass

from django.db import connection

from alliance.tenancy.scope import current_alliance
from directory.languages import PLAIN, configuration
from directory.words import nearest, words_of

# Of pg_trgm: letters that changed places leave few threes in common.
LEAST_SIMILARITY = 0.1
CANDIDATES = 60


@dataclass(frozen=True)
class Corrected:
    """The words to look for, each with what else it may mean; `replaced`: typed and taken for."""

    typed: str
    terms: tuple[tuple[str, ...], ...]
    replaced: tuple[tuple[str, str], ...] = ()


def correct(query: str) -> Corrected | None:
    """The query's words; one that no listing holds is taken for the nearest that some listing does.

    Words that mean nothing by themselves ("the", "of") are left out, unless
    there are no others. None where nothing was typed that could be found.
    """
    words = words_of(query)
    if not words:
        return None
    known = _known(words)
    meant = [word for word in words if known[word].means] or words
    terms, replaced = [], []
    for word in meant:
        near = [] if known[word].is_there else nearest(known[word].plain, _candidates(word))
        terms.append(tuple(near) or (word,))
        if near:
            replaced.append((word, near[0]))
    return Corrected(typed=query.strip(), terms=tuple(terms), replaced=tuple(replaced))


@dataclass(frozen=True)
class _Word:
    plain: str
    is_there: bool
    means: bool


def _known(words: list[str]) -> dict[str, _Word]:
    own = configuration(current_alliance().language) or PLAIN
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"words": words, "own": own, "alliance": current_alliance().pk})
        return {word: _Word(*rest) for word, *rest in cursor.fetchall()}


def _candidates(word: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            _CANDIDATES,
            {
                "word": word,
                "alliance": current_alliance().pk,
                "least": LEAST_SIMILARITY,
                "most": CANDIDATES,
            },
        )
        return [found for (found,) in cursor.fetchall()]


_KNOWN = """
SELECT typed, lower(unaccent(typed)),
       EXISTS (
           SELECT 1 FROM directory_searchword
           WHERE alliance_id = %(alliance)s AND starts_with(word, lower(unaccent(typed)))
       ) OR typed !~ '^[[:alpha:]]+$',
       to_tsvector(%(own)s::regconfig, typed) <> ''::tsvector
FROM unnest(%(words)s::text[]) AS typed
"""
_CANDIDATES = """
SELECT word FROM directory_searchword
WHERE alliance_id = %(alliance)s
  AND similarity(word, lower(unaccent(%(word)s))) >= %(least)s
ORDER BY similarity(word, lower(unaccent(%(word)s))) DESC, word LIMIT %(most)s
"""
