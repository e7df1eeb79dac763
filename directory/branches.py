"""The places of a business as the public may see them."""

from directory.content import Branch, Content
from members.models import Business

# About a kilometre: where the street is hidden, the place must not be found by its point.
COARSE = 2


def branches_of(business: Business, content: Content) -> list[Branch]:
    """All places as the public sees them, the business's own first."""
    shows = content.shows
    own = Branch(
        street=business.street if shows.street else "",
        neighbourhood=business.neighbourhood,
        city=business.city,
        region=business.region,
        postal_code=business.postal_code if shows.street else "",
        latitude=_degrees(business.latitude, is_exact=shows.street),
        longitude=_degrees(business.longitude, is_exact=shows.street),
        phone=business.phone if shows.phone else "",
        hours=content.hours,
    )
    return [own, *content.branches]


def _degrees(value: object, *, is_exact: bool) -> float | None:
    if value is None:
        return None
    degrees = float(str(value))
    return degrees if is_exact else round(degrees, COARSE)
