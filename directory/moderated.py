"""What of the directory can be flagged and hidden: listings and their photographs (ADR-0031)."""

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.models import Seat, StoredFile
from directory import addresses
from directory import content as contents
from directory.models import DirectoryEntry, Listing, ListingDraft, Photo
from directory.services import entries, listings
from members.models import Business
from members.queries.businesses import people_seats
from moderation.content import Content


def authors_of(listing: Listing, first: Seat | None = None) -> Sequence[Seat]:
    """Who published what is shown, then everybody else who speaks for the business."""
    shown = listing.shown.seat if listing.shown else None
    ahead = [seat for seat in (first, shown) if seat is not None]
    others = people_seats(listing.business)
    return list(dict.fromkeys([*ahead, *others]))


def words_of(listing: Listing) -> str:
    """Everything that its people wrote, a line each; empty where nobody has."""
    if listing.shown is None:
        return listing.business.blurb
    shown = contents.Content.of(listing.shown.content)
    lines = [
        shown.blurb or "",
        shown.about,
        *shown.tags,
        *shown.offers,
        *shown.asks,
        shown.cause,
        *(picture.words for picture in shown.pictures),
    ]
    return "\n".join(line for line in lines if line)


def _changed(listing: Listing) -> None:
    entries.refresh([listing.business_id])


def _emptied(listing: Listing) -> None:
    """Another version without a word; what was shown before stays in the history of its keepers."""
    Business.objects.filter(pk=listing.business_id).update(blurb="")
    ListingDraft.objects.filter(listing=listing).delete()
    listings.publish(business=listing.business, content=contents.Content(blurb=""), by=None)


def _words_of_photo(photo: Photo) -> str:
    shown = contents.Content.of(photo.listing.shown.content) if photo.listing.shown else None
    found = [p.words for p in shown.pictures if p.photo == str(photo.pk)] if shown else []
    return found[0] if found else str(_("A photograph"))


def _is_shown(photo: Photo) -> bool:
    shown = photo.listing.shown
    if shown is None:
        return False
    pictures = contents.Content.of(shown.content).pictures
    return any(picture.photo == str(photo.pk) for picture in pictures)


def _may_read(listing: Listing, seats: Iterable[Seat]) -> bool:
    # The entry does not say whether it would be public: hiding has taken it out.
    return bool(tuple(seats)) and (
        listing.is_hidden
        or DirectoryEntry.objects.public().filter(business=listing.business_id).exists()
    )


def _emptied_photo(photo: Photo) -> None:
    """The bytes go; the row stays, so that the case still knows what it was about."""
    files = StoredFile.objects.filter(pk__in=[photo.large_id, photo.small_id])
    files.update(content=b"", size=0)


LISTING = Content(
    key="directory.listing",
    model=Listing,
    related=("business",),
    label=gettext_lazy("Listing"),
    authors=authors_of,
    title=lambda listing: listing.business.trade_name,
    words=words_of,
    url=lambda listing: addresses.listing_path(listing.business.slug),
    may_read=_may_read,
    edit_url=lambda listing: (
        f"{reverse('directory:own_listing_edit')}?business={listing.business.slug}"
    ),
    changed=_changed,
    emptied=_emptied,
)
PHOTO = Content(
    key="directory.photo",
    model=Photo,
    related=("listing__business", "seat"),
    label=gettext_lazy("Photograph"),
    authors=lambda photo: authors_of(photo.listing, photo.seat),
    title=lambda photo: photo.listing.business.trade_name,
    words=_words_of_photo,
    url=lambda photo: addresses.listing_path(photo.listing.business.slug),
    may_read=lambda photo, seats: _is_shown(photo) and _may_read(photo.listing, seats),
    edit_url=lambda photo: (
        f"{reverse('directory:own_listing_photographs')}?business={photo.listing.business.slug}"
    ),
    changed=lambda photo: _changed(photo.listing),
    emptied=_emptied_photo,
)
KINDS = (LISTING, PHOTO)
