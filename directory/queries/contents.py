"""What listings show."""

from collections.abc import Collection
from uuid import UUID

from directory.content import Content
from directory.models import Listing


def shown_contents(business_ids: Collection[UUID]) -> dict[UUID, Content]:
    """What each business's listing shows; one that nobody wrote yet is left out."""
    shown = Listing.objects.filter(business__in=list(business_ids), shown__isnull=False)
    rows = shown.values_list("business", "shown__content")
    return {business_id: Content.of(content) for business_id, content in rows}
