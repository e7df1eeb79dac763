"""Which businesses are members in good standing today."""

from collections.abc import Collection
from uuid import UUID

from members.models import STANDING, Membership
from members.queries.standing import with_status


def in_standing(business_ids: Collection[UUID]) -> set[UUID]:
    """Those of these businesses that are."""
    rows = with_status(Membership.objects.filter(business__in=list(business_ids)))
    return set(rows.filter(status__in=STANDING).values_list("business", flat=True))
