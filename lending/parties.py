"""Whom a line of the ledger concerns: a loan, by its number and its page at the desk."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse

from ledger.parties import Party
from lending.models import Loan


def loans(ids: Collection[UUID]) -> dict[UUID, Party]:
    """Those of the ids that are loans, in one query."""
    found = Loan.objects.filter(pk__in=ids).only("alliance_id", "number")
    return {
        loan.pk: Party(loan.reference, reverse("lending_staff:loan", args=[loan.pk]))
        for loan in found
    }
