"""Audit entries: written in the transaction of what they tell of."""

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
