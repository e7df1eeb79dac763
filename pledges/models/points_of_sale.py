"""A shop's own till that tells of purchases by itself, signed with a secret of its own."""

from django.db import models

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel
from members.models import Business


class PointOfSale(TenantModel):
    """One sender of purchases; its secret is shown once and stored encrypted."""

    business = TenantForeignKey(Business, related_name="points_of_sale")
    name = models.CharField(max_length=80)
    # Encrypted (`alliance.secrets`); wiped when it is revoked.
    secret = models.TextField(blank=True)
    secret_ends = models.CharField(max_length=4)
    made_by = TenantForeignKey(Seat, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(revoked_at__isnull=True) & ~models.Q(secret="")
                | models.Q(revoked_at__isnull=False, secret=""),
                name="point_of_sale_wiped_when_revoked",
            ),
        ]

    def __str__(self) -> str:
        return self.name
