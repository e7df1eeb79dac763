"""What was typed, held against the words that stand in this alliance's listings."""

from dataclasses import dataclass
from typing import Any

from django.db import connection

from alliance.tenancy.scope import current_alliance
from directory.languages import PLAIN, STEMMED, configuration
from directory.words import nearest, words_of

# Of pg_trgm: letters that changed places leave few threes in common.
LEAST_SIMILARITY = 0.1
CANDIDATES = 60


@dataclass(frozen=True)
class Word:
    """A word without accents, and the forms under which languages may file the same word."""

    plain: str
    forms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Corrected:
    """The words to look for, each with what else it may mean; `replaced`: typed and taken for."""

    typed: str
    terms: tuple[tuple[Word, ...], ...]
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
    terms: list[tuple[Word, ...]] = []
    replaced = []
    for word in [word for word in words if known[word].means] or words:
        near = [] if known[word].is_there else nearest(known[word].word.plain, _candidates(word))
        if near:
            replaced.append((word, near[0]))
            terms.append(tuple(found.word for found in _known(near).values()))
        else:
            terms.append((known[word].word,))
    return Corrected(typed=query.strip(), terms=tuple(terms), replaced=tuple(replaced))


@dataclass(frozen=True)
class _Known:
    word: Word
    is_there: bool
    means: bool


def _known(words: list[str]) -> dict[str, _Known]:
    given: dict[str, Any] = {
        "words": words,
        "own": configuration(current_alliance().language) or PLAIN,
        "all": [f"commonweal_{name}" for name in STEMMED.values()],
        "alliance": current_alliance().pk,
    }
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, given)
        return {
            typed: _Known(Word(plain, tuple(forms)), is_there, means)
            for typed, plain, forms, is_there, means in cursor.fetchall()
        }


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


# A form that begins with the word itself is found by the word's beginning already.
_KNOWN = """
SELECT typed, plain,
       ARRAY(
           SELECT DISTINCT lexeme
           FROM unnest(%(all)s::regconfig[]) AS c, unnest(to_tsvector(c, typed))
           WHERE NOT starts_with(lexeme, plain) ORDER BY lexeme
       ),
       EXISTS (
           SELECT 1 FROM directory_searchword
           WHERE alliance_id = %(alliance)s AND starts_with(word, plain)
       ) OR typed !~ '^[[:alpha:]]+$',
       to_tsvector(%(own)s::regconfig, typed) <> ''::tsvector
FROM unnest(%(words)s::text[]) AS typed, lower(unaccent(typed)) AS plain
"""
_CANDIDATES = """
SELECT word FROM directory_searchword, lower(unaccent(%(word)s)) AS plain
WHERE alliance_id = %(alliance)s AND similarity(word, plain) >= %(least)s
ORDER BY similarity(word, plain) DESC, word LIMIT %(most)s
"""
