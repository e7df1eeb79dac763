"""Letters about a term that ends: rows that are due, swept by beat."""

from django.db import models
from django.db.models import Q

from alliance.tenancy.models import TenantForeignKey, TenantModel
from members.models.memberships import Membership

# Days before (below zero) and after the last day of a term.
OFFSETS = (-30, -7, 0, 7, 21)


class RenewalNotice(TenantModel):
    """One letter about one term's end; sent, or stopped by a renewal or an end."""

    membership = TenantForeignKey(Membership, related_name="notices")
    ends_on = models.DateField()
    offset_days = models.SmallIntegerField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "membership", "ends_on", "offset_days"], name="notice_once"
            ),
            models.CheckConstraint(
                condition=Q(offset_days__in=OFFSETS), name="notice_offset_known"
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(stopped_at__isnull=True),
                name="notice_sent_or_stopped",
            ),
        ]
        indexes = [
            models.Index(
                fields=["alliance", "due_at"],
                condition=Q(sent_at__isnull=True, stopped_at__isnull=True),
                name="notice_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ends_on} {self.offset_days:+d}"
