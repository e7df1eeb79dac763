"""Where parts of a listing are found."""

from urllib.parse import urlencode
from uuid import UUID

# The sizes in which a photograph is kept, by their longer side in pixels.
LARGE, SMALL = "large", "small"


def search_path(**chosen: str) -> str:
    """The directory's search page, narrowed down."""
    return f"/directory/?{urlencode(chosen)}" if chosen else "/directory/"


def listing_path(slug: str) -> str:
    """The path of a listing's page.

    Without `reverse`, which would be half of what a sitemap costs; a test holds
    it against the addresses.
    """
    return f"/directory/{slug}/"


def photo_path(photo_id: UUID | str, size: str = LARGE) -> str:
    """The path of a listing's photograph."""
    return f"/directory/photographs/{photo_id}/{size}.webp"


def tel(phone: str) -> str:
    """A telephone number as a link that calls it."""
    return "tel:" + "".join(c for c in phone if c in "+0123456789")


def directions_url(latitude: float | None, longitude: float | None, address: str) -> str:
    """Where a visitor finds the way: by the point, or by the address where there is none."""
    if latitude is not None and longitude is not None:
        to = urlencode({"to": f"{latitude},{longitude}"})
        return f"https://www.openstreetmap.org/directions?{to}"
    if address:
        return f"https://www.openstreetmap.org/search?{urlencode({'query': address})}"
    return ""
