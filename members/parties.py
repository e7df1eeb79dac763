"""Whom a line of the ledger concerns: a business, by its name and its page at the desk."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse

from ledger.parties import Party
from members.models import Business


def businesses(ids: Collection[UUID]) -> dict[UUID, Party]:
    """Those of the ids that are businesses, in one query."""
    found = Business.objects.filter(pk__in=ids).only("alliance_id", "slug", "trade_name")
    return {
        business.pk: Party(
            business.trade_name, reverse("members_staff:member", args=[business.slug])
        )
        for business in found
    }
