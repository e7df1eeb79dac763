"""What was done, and what was agreed to: rows that nobody can edit."""

from typing import Any, ClassVar

from django.db import models

from alliance import clock
from alliance.models.people import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped


class AuditEntry(TenantModel):
    """Who did what to which record, in words and with the figures."""

    append_only = True

    at = models.DateTimeField(default=clock.now)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    detail = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["alliance", "-at"], name="audit_recent"),
            models.Index(fields=["alliance", "subject_id"], name="audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Reads of consent by whether it still stands."""

    def live(self) -> "ConsentQuerySet":
        """Consents that were not withdrawn."""
        return self.filter(withdrawals__isnull=True)

    def of(self, email: str, purpose: str) -> "ConsentQuerySet":
        """One address's consents to one purpose."""
        return self.filter(email=email, purpose=purpose)


class Consent(TenantModel):
    """One address agreed to one purpose on one channel, in these words."""

    append_only = True

    email = models.EmailField()
    purpose = models.CharField(max_length=60)
    channel = models.CharField(max_length=20, default="email")
    wording = models.TextField()
    given_at = models.DateTimeField(default=clock.now)
    subject_id = models.UUIDField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(ConsentQuerySet)

    class Meta:
        indexes = [models.Index(fields=["alliance", "email", "purpose"], name="consent_of")]

    def __str__(self) -> str:
        return f"{self.purpose} by {self.channel}"


class ConsentWithdrawal(TenantModel):
    """The end of a consent; its presence is the state."""

    append_only = True

    consent = TenantForeignKey(Consent, related_name="withdrawals")
    withdrawn_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "consent"], name="consent_withdrawn_once")
        ]

    def __str__(self) -> str:
        return f"withdrawal of {self.consent_id}"
