"""The directory's room: listings, where they stand, how they are found, what is said of them."""

from directory.models.attestations import (
    Appeal,
    Attestation,
    Confirmation,
    Ownership,
    Revocation,
)
from directory.models.entries import DirectoryEntry, DirectoryEntryQuerySet, SearchWord
from directory.models.leads import Outcome, Referral, Sponsorship
from directory.models.listings import (
    Listing,
    ListingDraft,
    ListingPause,
    ListingVersion,
    PausedBy,
    Photo,
)
from directory.models.places import OpeningHours, Place, SpecialHours
from directory.models.settings import DirectorySettings
from directory.models.visits import Correction, CountKind, DailyCount

__all__ = [
    "Appeal",
    "Attestation",
    "Confirmation",
    "Correction",
    "CountKind",
    "DailyCount",
    "DirectoryEntry",
    "DirectoryEntryQuerySet",
    "DirectorySettings",
    "Listing",
    "ListingDraft",
    "ListingPause",
    "ListingVersion",
    "OpeningHours",
    "Outcome",
    "Ownership",
    "PausedBy",
    "Photo",
    "Place",
    "Referral",
    "Revocation",
    "SearchWord",
    "SpecialHours",
    "Sponsorship",
]
