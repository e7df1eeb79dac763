"""Whose local ownership is confirmed, and until when."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from directory.models import Attestation, Revocation
from directory.ownership import expires_on

__all__ = ["attested_until", "expires_on", "verified"]


def verified() -> QuerySet[Attestation]:
    """Claims that were confirmed and neither replaced nor revoked; some have run out since."""
    standing = (
        Revocation.objects.filter(attestation=OuterRef("pk"))
        .exclude(appeals__is_upheld=True)
        .order_by()
    )
    confirmed = Attestation.objects.filter(verified_on__isnull=False, withdrawn_on__isnull=True)
    return confirmed.exclude(Exists(standing))


def attested_until(business_ids: Collection[UUID] | None = None) -> dict[UUID, date]:
    """The last day on which each business may call itself confirmed; others are left out."""
    rows = verified()
    if business_ids is not None:
        rows = rows.filter(business__in=list(business_ids))
    # The latest of a business comes last, and stays.
    found = rows.order_by("verified_on").values_list("business", "verified_on")
    return {business_id: expires_on(day) for business_id, day in found if day}
