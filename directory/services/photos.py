"""The photographs of a listing: brought in, described, put in order, taken out, forgotten.

All of it happens in the draft; the public sees it once that is published.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Alliance, Seat, StoredFile
from alliance.services import audit, files
from alliance.tenancy.scope import in_alliance
from directory.content import Content, Picture
from directory.models import DirectoryEntry, ListingDraft, ListingVersion, Photo
from directory.photographs import Photograph, Reason, Refused, write_anew
from directory.queries.keeping import kept_of
from directory.services import listings
from members.models import Business

MOST = 8
LONGEST_WORDS = 160
KEPT_UNUSED = timedelta(days=30)
REFUSALS = {
    Reason.EMPTY: gettext_lazy("This file is empty."),
    Reason.HEAVY: gettext_lazy("This file is larger than 20 MB."),
    Reason.STRANGE: gettext_lazy(
        "This is no photograph that we can read: bring a JPEG, PNG or WebP."
    ),
    Reason.HUGE: gettext_lazy(
        "This picture has more than 50 million pixels. Make it smaller first."
    ),
    Reason.SMALL: gettext_lazy(
        "This picture is too small or too narrow: at least 120 pixels on each side."
    ),
    Reason.BROKEN: gettext_lazy(
        "This file is damaged. Take the photograph once more from its source."
    ),
}


@transaction.atomic
def add(*, business: Business, content: bytes, words: str, by: Seat) -> Photo:
    """Puts a photograph behind those of the draft.

    Raises:
        DomainError: eight are there already, no words say what it shows, or the
            file is none that becomes a photograph (`directory.photographs`).
    """
    words = _must_be_said(words)
    listing = listings.locked(business)
    written = kept_of(business).written
    if len(written.pictures) >= MOST:
        raise DomainError(
            _("A listing has at most %(most)d photographs. Take one out first.") % {"most": MOST},
            field="file",
        )
    try:
        made = write_anew(content)
    except Refused as error:
        raise DomainError(str(REFUSALS[error.reason]), field="file") from error
    photo = store(listing_id=listing.pk, made=made, by=by)
    pictures = (*written.pictures, Picture(str(photo.pk), words))
    listings.save_draft(business=business, content=replace(written, pictures=pictures), by=by)
    audit.record(by=by, action="listing.photograph_added", subject=listing)
    return photo


def store(*, listing_id: UUID, made: Photograph, by: Seat | None) -> Photo:
    """Both sizes as files, and the row that names them."""
    large, small = (
        files.store(name=f"{name}.webp", content=content, content_type="image/webp", by=by)
        for name, content in (("large", made.large), ("small", made.small))
    )
    return Photo.objects.create(
        listing_id=listing_id,
        large=large,
        small=small,
        width=made.width,
        height=made.height,
        seat=by,
    )


@transaction.atomic
def describe(*, business: Business, photo: str, words: str, by: Seat) -> None:
    """Says anew what a photograph of the draft shows.

    Raises:
        DomainError: it is not in the draft, or nothing is said.
    """
    words = _must_be_said(words)
    written, place = _found(business, photo)
    pictures = [*written.pictures]
    pictures[place] = Picture(photo, words)
    _save(business, written, pictures, by=by)


@transaction.atomic
def move(*, business: Business, photo: str, by_places: int, by: Seat) -> None:
    """Moves one of the draft toward the front (below zero) or the end; at an edge it stays.

    Raises:
        DomainError: it is not in the draft.
    """
    written, place = _found(business, photo)
    pictures = [*written.pictures]
    moved = pictures.pop(place)
    pictures.insert(max(0, place + by_places), moved)
    _save(business, written, pictures, by=by)


@transaction.atomic
def take_out(*, business: Business, photo: str, by: Seat) -> None:
    """Takes a photograph out of the draft; its files are kept for thirty days.

    Raises:
        DomainError: it is not in the draft.
    """
    written, place = _found(business, photo)
    pictures = [picture for n, picture in enumerate(written.pictures) if n != place]
    _save(business, written, pictures, by=by)


def forget_unused(alliance: Alliance) -> int:
    """Deletes what was neither shown nor in the draft for thirty days; how many."""
    with in_alliance(alliance):
        gone = [photo for photo in _unused() if _since(photo) <= clock.now() - KEPT_UNUSED]
        named = [pk for photo in gone for pk in (photo.large_id, photo.small_id)]
        Photo.objects.filter(pk__in=[photo.pk for photo in gone]).delete()
        StoredFile.objects.filter(pk__in=named).delete()
    return len(gone)


def forget_all_unused(alliances: Iterable[Alliance]) -> int:
    """The same in each alliance."""
    return sum(forget_unused(alliance) for alliance in alliances)


def _unused() -> list[Photo]:
    old = Photo.objects.filter(added_at__lte=clock.now() - KEPT_UNUSED)
    shown = ListingVersion.objects.filter(shown_by__isnull=False, listing__photos__in=old)
    drafts = ListingDraft.objects.filter(listing__photos__in=old)
    used = {
        picture["photo"]
        for rows in (shown, drafts)
        for content in rows.distinct("pk").order_by("pk").values_list("content", flat=True)
        for picture in content.get("pictures", ())
    }
    used |= {
        str(pk) for pk in DirectoryEntry.objects.exclude(photo=None).values_list("photo", flat=True)
    }
    return [photo for photo in old if str(photo.pk) not in used]


def _since(photo: Photo) -> datetime:
    """When the version that followed the last one with this photograph was published."""
    versions = ListingVersion.objects.filter(listing=photo.listing_id)
    holds: Any = {"pictures": [{"photo": str(photo.pk)}]}
    last = versions.filter(content__contains=holds).order_by("-number").first()
    if last is None:
        return photo.added_at
    after = versions.filter(number__gt=last.number).order_by("number").first()
    return after.published_at if after else clock.now()


def _found(business: Business, photo: str) -> tuple[Content, int]:
    listings.locked(business)
    written = kept_of(business).written
    for place, picture in enumerate(written.pictures):
        if picture.photo == photo:
            return written, place
    raise DomainError(_("This photograph is not in the draft any more."))


def _save(business: Business, written: Content, pictures: list[Picture], *, by: Seat) -> None:
    content = replace(written, pictures=tuple(pictures))
    listings.save_draft(business=business, content=content, by=by)


def _must_be_said(words: str) -> str:
    if not words.strip():
        raise DomainError(
            _("Say what the photograph shows: some people hear it instead of seeing it."),
            field="words",
        )
    return " ".join(words.split())[:LONGEST_WORDS]
