"""What listings show."""

from collections.abc import Collection
from uuid import UUID

from directory.content import Content
from directory.models import Listing, ListingVersion


def shown_contents(business_ids: Collection[UUID]) -> dict[UUID, Content]:
    """What each business's listing shows; one that nobody wrote yet is left out."""
    listings = Listing.objects.filter(business__in=list(business_ids), shown__isnull=False)
    shown = dict(listings.values_list("shown", "business"))
    # Not joined: after a large import the planner knows neither table's size yet.
    versions = ListingVersion.objects.filter(pk__in=shown).values_list("pk", "content")
    return {shown[pk]: Content.of(content) for pk, content in versions}
