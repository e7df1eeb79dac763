"""Entries, places and words made anew from what stands: the only writer of all four.

Everything public reads these rows, so they are written in the transaction of
whatever changed, and held against the memberships once a day.
"""

import json
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from alliance import clock
from alliance.models import Alliance
from alliance.tenancy.models import uuid7
from alliance.tenancy.scope import across_alliances, current_alliance, in_alliance
from directory.content import Content
from directory.facets import facets_of
from directory.languages import STEMMED, configuration
from directory.models import DirectoryEntry, DirectorySettings, Photo, SearchWord
from directory.queries.attested import attested_until
from directory.queries.contents import shown_contents
from directory.queries.windows import shown_until
from directory.services import places
from directory.texts import Texts, texts_of
from members.models import Business
from members.queries.memberships import today

CHUNK = 500


_waiting: ContextVar[set[UUID] | None] = ContextVar("waiting", default=None)


@contextmanager
def all_at_once() -> Iterator[None]:
    """Within it changes are noted, and their entries written once at its end: for whole histories.

    Nothing inside it may rely on what the directory shows.
    """
    waiting: set[UUID] = set()
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    refresh(waiting)


@transaction.atomic
def refresh(business_ids: Collection[UUID] | None = None) -> int:
    """Writes the entries of these businesses anew, of all where none are given; how many."""
    if business_ids is not None and not business_ids:
        return 0
    if business_ids is not None and (waiting := _waiting.get()) is not None:
        waiting.update(business_ids)
        return 0
    found = Business.objects.order_by("pk")
    if business_ids is not None:
        found = found.filter(pk__in=list(business_ids))
    windows, attested = shown_until(business_ids), attested_until(business_ids)
    count = 0
    for chunk in _chunks(found.iterator(CHUNK)):
        _write(chunk, windows=windows, attested=attested)
        count += len(chunk)
    return count


@transaction.atomic
def hold_against_memberships() -> int:
    """Puts right the last days of entries where a membership says otherwise; how many there were.

    Called once on each of the alliance's days: a term that begins after a gap
    brings its member back then.
    """
    windows, attested = shown_until(), attested_until()
    known = DirectoryEntry.objects.values_list("business", "shown_until", "attested_until")
    differ = [
        pk
        for pk, until, attested_day in known
        if windows.get(pk) != until or attested.get(pk) != attested_day
    ]
    missing = set(windows) - {pk for pk, _until, _attested in known}
    settings, _is_new = DirectorySettings.objects.get_or_create()
    settings.refreshed_on = today()
    settings.save(update_fields=["refreshed_on"])
    return refresh([*differ, *missing])


def keep_all() -> int:
    """Does this for each alliance whose day has begun since it was last looked at; how many."""
    with across_alliances(reason="Find directories that nobody has looked at today."):
        looked = dict(DirectorySettings.objects.values_list("alliance", "refreshed_on"))
    done = 0
    for alliance in Alliance.objects.all():
        last = looked.get(alliance.pk)
        if last is None or last < clock.now().astimezone(alliance.zone).date():
            with in_alliance(alliance):
                hold_against_memberships()
                forget_unused_words()
            done += 1
    return done


@transaction.atomic
def forget_unused_words() -> int:
    """Removes words that stand in no listing any more, so that nothing is corrected to them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM directory_searchword AS known WHERE known.alliance_id = %(alliance)s "
            "AND NOT EXISTS (SELECT 1 FROM (SELECT DISTINCT lexeme FROM directory_entry AS e, "
            "unnest(e.document) WHERE e.alliance_id = %(alliance)s) AS used "
            "WHERE used.lexeme = known.word)",
            {"alliance": current_alliance().pk},
        )
        return int(cursor.rowcount)


def _chunks(businesses: Iterable[Business]) -> Iterable[list[Business]]:
    chunk: list[Business] = []
    for business in businesses:
        chunk.append(business)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _write(
    businesses: list[Business], *, windows: dict[UUID, date], attested: dict[UUID, date]
) -> None:
    ids = [business.pk for business in businesses]
    contents = shown_contents(ids)
    photos = _first_photos(contents)
    rows = []
    for business in businesses:
        content = contents.get(business.pk, Content())
        photo = photos.get(business.pk)
        rows.append(
            _row(business, content)
            | {
                "shown_until": _day(windows.get(business.pk)),
                "attested_until": _day(attested.get(business.pk)),
                "photo_id": str(photo.pk) if photo else None,
                "photo_words": _words_of(content, photo),
            }
        )
    places.rewrite(businesses, contents)
    with connection.cursor() as cursor:
        told = json.dumps(rows)
        cursor.execute(_UPSERT, (told, current_alliance().pk, clock.now()))
        cursor.execute(_WORDS, (told,))
        words = [word for (word,) in cursor.fetchall()]
    SearchWord.objects.bulk_create((SearchWord(word=word) for word in words), ignore_conflicts=True)


def _first_photos(contents: dict[UUID, Content]) -> dict[UUID, Photo]:
    """Each business's first photograph that is not hidden."""
    wanted = [picture.photo for content in contents.values() for picture in content.pictures]
    seen = Photo.objects.filter(pk__in=wanted, hidden_at__isnull=True).only("pk")
    there = {str(photo.pk): photo for photo in seen}
    firsts = {
        pk: next((there[p.photo] for p in content.pictures if p.photo in there), None)
        for pk, content in contents.items()
    }
    return {pk: photo for pk, photo in firsts.items() if photo}


def _words_of(content: Content, photo: Photo | None) -> str:
    """What this photograph of the content shows; nothing where there is none."""
    return next((p.words for p in content.pictures if photo and p.photo == str(photo.pk)), "")


def _row(business: Business, content: Content) -> dict[str, Any]:
    texts: Texts = texts_of(business, content, language=current_alliance().language)
    languages = (current_alliance().language, *content.languages)
    return {
        "id": str(uuid7()),
        "business_id": str(business.pk),
        "slug": business.slug,
        "name": business.trade_name,
        "segment": business.segment,
        "categories": business.categories,
        "blurb": business.blurb,
        "neighbourhood": business.neighbourhood,
        "city": business.city,
        "accepts_pledges": content.accepts_pledges,
        "is_open_data": content.is_open_data,
        "facets": facets_of(business, content),
        "configurations": sorted({c for code in languages if (c := configuration(code))}),
        **texts.by_weight(),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


_WEIGHTS = (("a", "A"), ("b", "B"), ("c", "C"), ("d", "D"))


def _document() -> str:
    """Each text with its weight: as it stands, and in the word forms of the row's languages."""
    parts = [
        f"setweight(to_tsvector('commonweal_plain', r.{column}), '{weight}')"
        for column, weight in _WEIGHTS
    ]
    for name in STEMMED.values():
        forms = " || ".join(
            f"setweight(to_tsvector('commonweal_{name}', r.{column}), '{weight}')"
            for column, weight in _WEIGHTS
        )
        known = f"'commonweal_{name}' = ANY (r.configurations)"
        parts.append(f"CASE WHEN {known} THEN {forms} ELSE '' END")
    return " || ".join(parts)


_COLUMNS = {
    "id": "uuid",
    "business_id": "uuid",
    "slug": "text",
    "name": "text",
    "segment": "text",
    "categories": "text[]",
    "blurb": "text",
    "neighbourhood": "text",
    "city": "text",
    "photo_id": "uuid",
    "photo_words": "text",
    "accepts_pledges": "boolean",
    "is_open_data": "boolean",
    "attested_until": "date",
    "facets": "text[]",
    "shown_until": "date",
}
_READ = {**_COLUMNS, "configurations": "text[]", **{c: "text" for c, _w in _WEIGHTS}}
_KEPT = [name for name in _COLUMNS if name not in ("id", "business_id")]
_UPSERT = f"""
INSERT INTO directory_entry (alliance_id, changed_at, document, {", ".join(_COLUMNS)})
SELECT given.alliance, given.now, {_document()}, {", ".join(f"r.{name}" for name in _COLUMNS)}
FROM jsonb_to_recordset(%s::jsonb) AS r({", ".join(f"{n} {t}" for n, t in _READ.items())}),
     (SELECT %s::uuid AS alliance, %s::timestamptz AS now) AS given
ON CONFLICT (alliance_id, business_id) DO UPDATE SET
    changed_at = excluded.changed_at, document = excluded.document,
    {", ".join(f"{name} = excluded.{name}" for name in _KEPT)}
"""
# As they stand, without accents: no word forms, which nobody has typed.
_WORDS = """
SELECT DISTINCT lexeme
FROM jsonb_to_recordset(%s::jsonb) AS r(a text, b text, c text, d text),
     unnest(to_tsvector('commonweal_plain', concat_ws(' ', r.a, r.b, r.c, r.d)))
WHERE length(lexeme) BETWEEN 3 AND 60 AND lexeme ~ '^[[:alpha:]]+$'
"""
