"""Local ownership: what a business says of itself, who confirmed it, and its end.

claimed → verified (one of the staff, or two members) → expired after 24
months, or revoked with a reason and open to appeal. The state of a day is
computed from these rows.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel
from members.models import Business


class Ownership(models.TextChoices):
    PRIVATE = "private", _("privately owned")
    WORKERS = "workers", _("owned by its workers")
    COMMUNITY = "community", _("owned by its community")
    COOPERATIVE = "cooperative", _("a co-operative")


class Attestation(TenantModel):
    """A business's claim on one day; a newer one replaces it.

    `verified_on` is written once, when enough have confirmed.
    """

    append_only = True
    changeable: ClassVar[tuple[str, ...]] = ("verified_on", "withdrawn_on")

    business = TenantForeignKey(Business, related_name="attestations")
    ownership = models.CharField(max_length=12, choices=Ownership.choices)
    local_percent = models.PositiveSmallIntegerField()
    decides_locally = models.BooleanField()
    outlets = models.PositiveSmallIntegerField()
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    claimed_at = models.DateTimeField(default=clock.now)
    verified_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-claimed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ownership__in=Ownership.values), name="attestation_ownership_known"
            ),
            models.CheckConstraint(
                condition=Q(local_percent__range=(50, 100), decides_locally=True, outlets__gte=1),
                name="attestation_is_local",
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "business", "-claimed_at"], name="attestation_of")
        ]

    def __str__(self) -> str:
        return f"attestation of {self.business_id}"


class Confirmation(TenantModel):
    """Somebody who knows says that it is so: one of the staff, or another member."""

    append_only = True

    attestation = TenantForeignKey(Attestation, related_name="confirmations")
    # The person speaks for this member; None: for the alliance.
    business = TenantForeignKey(Business, null=True, blank=True, related_name="+")
    seat = TenantForeignKey(Seat, related_name="+")
    confirmed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "attestation", "business"],
                nulls_distinct=False,
                name="confirmation_once",
            )
        ]

    def __str__(self) -> str:
        return f"confirmation of {self.attestation_id}"


class Revocation(TenantModel):
    """A verified claim is taken back, with the reason that the business reads."""

    append_only = True

    attestation = TenantForeignKey(Attestation, related_name="revocations")
    reason = models.CharField(max_length=1000)
    seat = TenantForeignKey(Seat, related_name="+")
    revoked_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "attestation"], name="revocation_once")
        ]

    def __str__(self) -> str:
        return f"revocation of {self.attestation_id}"


class Appeal(TenantModel):
    """The business asks somebody else to look again; `is_upheld` says whether it was right."""

    append_only = True
    changeable: ClassVar[tuple[str, ...]] = ("decided_at", "decider", "is_upheld", "answer")

    revocation = TenantForeignKey(Revocation, related_name="appeals")
    words = models.CharField(max_length=2000)
    seat = TenantForeignKey(Seat, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decider = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    is_upheld = models.BooleanField(null=True, blank=True)
    answer = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "revocation"], name="appeal_once"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decider__isnull=True, is_upheld__isnull=True)
                | Q(decided_at__isnull=False, decider__isnull=False, is_upheld__isnull=False),
                name="appeal_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"appeal against {self.revocation_id}"
