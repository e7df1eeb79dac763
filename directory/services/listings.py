"""A listing's life: written as a draft, published, taken out for a while, gone back to."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from directory import events
from directory.content import Content
from directory.models import Listing, ListingDraft, ListingPause, ListingVersion, PausedBy
from directory.services import entries
from members.models import Business
from members.services import businesses


@transaction.atomic
def open_listing(*, business: Business) -> Listing:
    """The business's listing, made by the first who asks for it."""
    listing, _is_new = Listing.objects.get_or_create(business=business)
    return listing


@transaction.atomic
def save_draft(*, business: Business, content: Content, by: Seat) -> ListingDraft:
    """Keeps what is being written; the public sees nothing of it."""
    listing = locked(business)
    draft, _is_new = ListingDraft.objects.update_or_create(
        listing=listing,
        defaults={"content": content.as_json(), "seat": by, "changed_at": clock.now()},
    )
    return draft


@transaction.atomic
def discard_draft(*, business: Business, by: Seat) -> None:
    """Throws away what was being written; what is shown stays.

    Raises:
        DomainError: there is none.
    """
    listing = locked(business)
    gone, _each = ListingDraft.objects.filter(listing=listing).delete()
    if not gone:
        raise DomainError(_("There is no draft."))
    audit.record(by=by, action="listing.draft_discarded", subject=listing)


@transaction.atomic
def publish(*, business: Business, content: Content, by: Seat | None) -> ListingVersion:
    """Shows this content from now on, as a new version; the draft is used up.

    Raises:
        django.core.exceptions.ValidationError: short words that do not fit the business.
    """
    listing = locked(business)
    last = ListingVersion.objects.filter(listing=listing).order_by("-number").first()
    if content.blurb is None:
        content = _with_blurb(content, business.blurb)
    version = ListingVersion.objects.create(
        listing=listing,
        number=last.number + 1 if last else 1,
        content=content.as_json(),
        seat=by,
        published_at=clock.now(),
    )
    listing.shown = version
    listing.save(update_fields=["shown"])
    ListingDraft.objects.filter(listing=listing).delete()
    if by is not None and content.blurb != business.blurb:
        businesses.change_business(business=business, by=by, blurb=content.blurb)
    else:
        entries.refresh([business.pk])
    audit.record(by=by, action="listing.published", subject=listing, number=version.number)
    events.listing_published.send(sender=Listing, listing=listing)
    return version


@transaction.atomic
def pause(*, business: Business, kind: PausedBy, by: Seat, reason: str = "") -> ListingPause:
    """Takes the listing out of the directory until somebody puts it back.

    Raises:
        DomainError: it is out already, or the staff gave no reason.
    """
    listing = locked(business)
    if kind == PausedBy.STAFF and not reason.strip():
        raise DomainError(_("Say why: the business reads it."), field="reason")
    if ListingPause.objects.filter(listing=listing, by=kind, ended_at__isnull=True).exists():
        raise DomainError(_("This listing is out of the directory already."))
    made = ListingPause.objects.create(
        listing=listing, by=kind, reason=reason.strip(), seat=by, started_at=clock.now()
    )
    audit.record(by=by, action="listing.paused", subject=listing, kind=kind, reason=made.reason)
    entries.refresh([business.pk])
    return made


@transaction.atomic
def resume(*, business: Business, kind: PausedBy, by: Seat) -> ListingPause:
    """Puts the listing back, as far as nothing else keeps it out.

    Raises:
        DomainError: it was not taken out by these.
    """
    listing = locked(business)
    found = ListingPause.objects.filter(listing=listing, by=kind, ended_at__isnull=True).first()
    if found is None:
        raise DomainError(_("This listing is in the directory."))
    found.ended_at = clock.now()
    found.save(update_fields=["ended_at"])
    audit.record(by=by, action="listing.resumed", subject=listing, kind=kind)
    entries.refresh([business.pk])
    return found


def locked(business: Business) -> Listing:
    """The business's listing, held until the transaction ends."""
    listing = open_listing(business=business)
    return Listing.objects.select_for_update(of=("self",), no_key=True).get(pk=listing.pk)


def _with_blurb(content: Content, blurb: str) -> Content:
    return Content.of(content.as_json() | {"blurb": blurb})
