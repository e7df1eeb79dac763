"""One listing as its keepers see it: what is shown, what is written, what stands against it."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from directory.content import Content, Picture
from directory.models import (
    DirectoryEntry,
    Listing,
    ListingDraft,
    ListingPause,
    ListingVersion,
    Photo,
)
from members.models import Business
from members.queries.memberships import today

HISTORY = 20


@dataclass(frozen=True)
class Kept:
    """A listing with its rows; without any the directory shows the business's own facts."""

    business: Business
    listing: Listing | None
    shown: ListingVersion | None
    draft: ListingDraft | None
    pauses: tuple[ListingPause, ...]
    public_until: date | None

    @property
    def is_hidden(self) -> bool:
        """Whether it is hidden until somebody has looked at a case."""
        return self.listing is not None and self.listing.is_hidden

    @property
    def is_public(self) -> bool:
        """Whether anybody may see it today."""
        return self.public_until is not None and self.public_until >= today()

    @cached_property
    def content(self) -> Content:
        """What the public sees, or would see."""
        return Content.of(self.shown.content) if self.shown else Content()

    @cached_property
    def written(self) -> Content:
        """What is being written: the draft, else what is shown."""
        return Content.of(self.draft.content) if self.draft else self.content

    @property
    def blurb(self) -> str:
        """The short words as they are being written."""
        return self.business.blurb if self.written.blurb is None else self.written.blurb

    def paused_by(self, kind: str) -> ListingPause | None:
        """What took it out of the directory: the business, or the alliance."""
        return next((pause for pause in self.pauses if pause.by == kind), None)


def kept_of(business: Business) -> Kept:
    """The listing of this business in four reads, whether or not anybody has opened one."""
    listing = Listing.objects.select_related("shown__seat__person").filter(business=business)
    found = listing.first()
    draft, pauses = None, ()
    if found is not None:
        drafts = ListingDraft.objects.filter(listing=found)
        draft = drafts.select_related("seat__person").first()
        pauses = tuple(ListingPause.objects.filter(listing=found, ended_at__isnull=True))
    entry = DirectoryEntry.objects.filter(business=business).values_list("shown_until", flat=True)
    return Kept(
        business=business,
        listing=found,
        shown=found.shown if found else None,
        draft=draft,
        pauses=pauses,
        public_until=entry.first(),
    )


def with_photos(pictures: tuple[Picture, ...]) -> list[tuple[Picture, Photo]]:
    """Each picture with its photograph, in order; one that was forgotten is left out."""
    photos = {
        str(photo.pk): photo
        for photo in Photo.objects.filter(pk__in=[picture.photo for picture in pictures])
    }
    return [(picture, photos[picture.photo]) for picture in pictures if picture.photo in photos]
