"""A listing as it is shown: one value for the page, its data for machines, the card and the API."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from alliance import clock
from alliance.tenancy.scope import current_alliance
from directory import addresses
from directory.branches import branches_of
from directory.content import Branch, Content, Hours
from directory.models import DirectoryEntry, Photo
from directory.phrases import Sign, language_name, sign_of
from directory.queries.attested import attested_until
from directory.queries.contents import shown_contents
from directory.values import Value
from members.models import Business
from members.queries.memberships import today


@dataclass(frozen=True)
class Shot:
    """A photograph with its size in pixels and what it shows, in words."""

    photo: UUID
    words: str
    width: int
    height: int

    @property
    def large(self) -> str:
        return addresses.photo_path(self.photo, addresses.LARGE)

    @property
    def small(self) -> str:
        return addresses.photo_path(self.photo, addresses.SMALL)


@dataclass(frozen=True)
class ShownPlace:
    """An address of the business as far as it is shown, and its hours now."""

    name: str
    street: str
    neighbourhood: str
    city: str
    region: str
    postal_code: str
    latitude: float | None
    longitude: float | None
    phone: str
    hours: Hours
    sign: Sign

    @property
    def town(self) -> str:
        """Oakland, CA 94609."""
        end = f"{self.region} {self.postal_code}".strip()
        return ", ".join(part for part in (self.city, end) if part)

    @property
    def address(self) -> str:
        """The whole in one line."""
        return ", ".join(part for part in (self.street, self.town) if part)

    @property
    def call(self) -> str:
        return addresses.tel(self.phone)

    @property
    def directions(self) -> str:
        """Where to find the way; empty where the street stays hidden."""
        if not self.street:
            return ""
        return addresses.directions_url(self.latitude, self.longitude, self.address)


@dataclass(frozen=True)
class Profile:
    """Everything that a listing's page may show; what is hidden is not in it."""

    business: UUID
    slug: str
    name: str
    segment: str
    kind: str
    categories: tuple[str, ...]
    blurb: str
    about: str
    pictures: tuple[Shot, ...]
    places: tuple[ShownPlace, ...]
    phone: str
    email: str
    website: str
    language_codes: tuple[str, ...]
    values: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
    asks: tuple[str, ...]
    offers: tuple[str, ...]
    cause: str
    accepts_pledges: bool
    is_open_data: bool
    attested_until: date | None
    changed_at: datetime

    @property
    def path(self) -> str:
        return addresses.listing_path(self.slug)

    @property
    def url(self) -> str:
        """Its address on the alliance's site."""
        return current_alliance().url(self.path)

    @property
    def call(self) -> str:
        return addresses.tel(self.phone)

    @property
    def main(self) -> ShownPlace:
        """The business's own place."""
        return self.places[0]

    @property
    def is_one_place(self) -> bool:
        return len(self.places) == 1

    @property
    def more_pictures(self) -> tuple[Shot, ...]:
        """All but the first, which stands at the top."""
        return self.pictures[1:]

    @property
    def line(self) -> str:
        """What it is and where: “Bakery, Café · Temescal”."""
        what = ", ".join(self.categories) or self.kind
        where = self.main.neighbourhood or self.main.city
        return " · ".join(part for part in (what, where) if part)

    @property
    def summary(self) -> str:
        """A sentence or two for search engines and shared links."""
        return self.blurb or f"{self.name}: {self.line}"

    @property
    def languages(self) -> tuple[str, ...]:
        """Their names in the reader's language."""
        return tuple(language_name(code) for code in self.language_codes)

    @property
    def category_links(self) -> list[tuple[str, str]]:
        """Its categories with the lists of who shares them; its kind where it has none."""
        if not self.categories:
            return [(self.kind, addresses.search_path(kind=self.segment))]
        return [(name, addresses.search_path(category=name)) for name in self.categories]

    @property
    def value_links(self) -> list[tuple[str, str]]:
        """What it says of itself, with who says the same."""
        return [(label, addresses.search_path(value=value)) for value, label in self.values]

    @property
    def tag_links(self) -> list[tuple[str, str]]:
        """Its tags with who bears them too."""
        return [(tag, addresses.search_path(tag=tag)) for tag in self.tags]

    @property
    def website_name(self) -> str:
        """The address of its site as people say it."""
        return self.website.partition("://")[2].removeprefix("www.").rstrip("/")


def shown_profile(entry: DirectoryEntry) -> Profile:
    """What the listing of this entry shows; the entry comes with its business."""
    content = shown_contents([entry.business_id]).get(entry.business_id, Content())
    return profile_of(entry.business, content, entry=entry)


def profile_of(
    business: Business, content: Content, *, entry: DirectoryEntry | None = None
) -> Profile:
    """How the business looks with this content: what is shown, or a draft in its preview."""
    attested = entry.attested_until if entry else attested_until([business.pk]).get(business.pk)
    day = today()
    shows = content.shows
    blurb = business.blurb if content.blurb is None or entry else content.blurb
    places = tuple(_place(branch) for branch in branches_of(business, content))
    return Profile(
        business=business.pk,
        slug=business.slug,
        name=business.trade_name,
        segment=business.segment,
        kind=business.get_segment_display(),
        categories=tuple(business.categories),
        blurb=blurb,
        about=content.about,
        pictures=_pictures(business, content),
        places=places,
        phone=business.phone if shows.phone else "",
        email=business.email if shows.email else "",
        website=_web(business.website) if shows.website else "",
        language_codes=content.languages,
        values=tuple((v, str(Value(v).label)) for v in content.values if v in Value.values),
        tags=content.tags,
        asks=content.asks,
        offers=content.offers,
        cause=content.cause,
        accepts_pledges=content.accepts_pledges,
        is_open_data=content.is_open_data,
        attested_until=attested if attested and attested >= day else None,
        changed_at=entry.changed_at if entry else clock.now(),
    )


def _place(branch: Branch) -> ShownPlace:
    now = clock.now().astimezone(current_alliance().zone).replace(tzinfo=None)
    return ShownPlace(
        name=branch.name,
        street=branch.street,
        neighbourhood=branch.neighbourhood,
        city=branch.city,
        region=branch.region,
        postal_code=branch.postal_code,
        latitude=branch.latitude,
        longitude=branch.longitude,
        phone=branch.phone,
        hours=branch.hours,
        sign=sign_of(branch.hours, now),
    )


def _pictures(business: Business, content: Content) -> tuple[Shot, ...]:
    """Those that are there and not hidden, in the content's order."""
    if not content.pictures:
        return ()
    wanted = [picture.photo for picture in content.pictures]
    rows = Photo.objects.filter(listing__business=business, pk__in=wanted, hidden_at__isnull=True)
    there = {str(photo.pk): photo for photo in rows}
    return tuple(
        Shot(found.pk, picture.words, found.width, found.height)
        for picture in content.pictures
        if (found := there.get(picture.photo))
    )


def _web(website: str) -> str:
    """An address that a visitor may be sent to; whatever else was imported is not shown."""
    return website if website.startswith(("http://", "https://")) else ""
