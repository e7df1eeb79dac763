"""Whose local ownership is confirmed, and until when."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.db.models import Exists, OuterRef

from directory.models import Attestation, Revocation

VALID_MONTHS = 24


def attested_until(business_ids: Collection[UUID] | None = None) -> dict[UUID, date]:
    """The last day on which each business may call itself confirmed; others are left out."""
    standing = (
        Revocation.objects.filter(attestation=OuterRef("pk"))
        .exclude(appeals__is_upheld=True)
        .order_by()
    )
    verified = Attestation.objects.filter(verified_on__isnull=False, withdrawn_on__isnull=True)
    if business_ids is not None:
        verified = verified.filter(business__in=list(business_ids))
    rows = verified.exclude(Exists(standing)).order_by("verified_on")
    # The latest of a business comes last, and stays.
    return {
        business_id: expires_on(verified_on)
        for business_id, verified_on in rows.values_list("business", "verified_on")
    }


def expires_on(verified_on: date) -> date:
    """The last day of 24 months."""
    return verified_on + relativedelta(months=VALID_MONTHS, days=-1)
