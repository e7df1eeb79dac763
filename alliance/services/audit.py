"""Audit entries: written in the transaction of what they tell of."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from alliance.models import AuditEntry, Seat


def record(*, by: Seat | None, action: str, subject: models.Model, **detail: Any) -> AuditEntry:
    """Appends who did what to which record; `detail` holds plain figures and words.

    No personal data of customers belongs into `detail`: entries are never edited.
    """
    return AuditEntry.objects.create(
        seat=by,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        detail=detail,
    )


def record_many(
    *, by: Seat | None, action: str, subjects: Iterable[tuple[models.Model, dict[str, Any]]]
) -> None:
    """Appends an entry for each subject with its detail, all in one statement."""
    AuditEntry.objects.bulk_create(
        AuditEntry(
            seat=by,
            action=action,
            subject_type=subject._meta.label_lower,
            subject_id=subject.pk,
            detail=detail,
        )
        for subject, detail in subjects
    )
