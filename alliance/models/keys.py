"""Keys by which programs come in, and the memory of what they asked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from alliance import clock
from alliance.models.people import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel


class AllianceKey(TenantModel):
    """A program's key to one alliance's API: 256 bits, shown once, stored hashed."""

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=8)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40))
    made_by = TenantForeignKey(Seat, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "digest"], name="alliance_key_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_live(self) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and self.expires_at > clock.now()


class IdempotencyRecord(TenantModel):
    """A write's stored answer, kept in the transaction of its effect."""

    actor = models.CharField(max_length=80)
    operation = models.CharField(max_length=60)
    key = models.CharField(max_length=80)
    request_digest = models.CharField(max_length=64)
    answer = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "actor", "operation", "key"], name="idempotency_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.key}"
