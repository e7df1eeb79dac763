"""Consent: who, for what, on which channel, in which words, until when."""

from uuid import UUID

from django.db import transaction

from alliance.models import Consent, ConsentWithdrawal


def give(*, email: str, purpose: str, wording: str, subject_id: UUID | None = None) -> Consent:
    """Records that this address agreed to `purpose` in exactly this wording."""
    return Consent.objects.create(
        email=email.lower(), purpose=purpose, wording=wording, subject_id=subject_id
    )


@transaction.atomic
def withdraw(*, email: str, purpose: str, subject_id: UUID | None = None) -> int:
    """Ends the live consents of this address to `purpose`; the count that ended.

    Withdrawing twice changes nothing.
    """
    live = Consent.objects.live().of(email.lower(), purpose)
    if subject_id is not None:
        live = live.filter(subject_id=subject_id)
    ended = [ConsentWithdrawal(consent=consent) for consent in live]
    ConsentWithdrawal.objects.bulk_create(ended, ignore_conflicts=True)
    return len(ended)


def has(*, email: str, purpose: str, subject_id: UUID | None = None) -> bool:
    """Whether a live consent for exactly this exists."""
    live = Consent.objects.live().of(email.lower(), purpose)
    if subject_id is not None:
        live = live.filter(subject_id=subject_id)
    return live.exists()
