"""What is left of a pledge, offered to a friend."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from pledges.models.pledges import Pledge


class TransferState(models.TextChoices):
    OFFERED = "offered", _("offered")
    ACCEPTED = "accepted", _("accepted")
    WITHDRAWN = "withdrawn", _("taken back")
    EXPIRED = "expired", _("not answered in time")


class TransferQuerySet(models.QuerySet["PledgeTransfer"]):
    """Reads of offers by whether they can still be accepted."""

    def waiting(self) -> "TransferQuerySet":
        """Offers whose 14 days are not over."""
        return self.filter(state=TransferState.OFFERED, expires_at__gt=clock.now())


class PledgeTransfer(TenantModel):
    """One offer of one pledger to one friend; one at a time for a pledge.

    `passed_minor` is what the friend took, in minor units of the pledge's
    currency: known once it is accepted, since the giver may buy until then.
    """

    pledge = TenantForeignKey(Pledge, related_name="transfers")
    to_name = models.CharField(max_length=80)
    to_email = models.EmailField()
    state = models.CharField(
        max_length=10, choices=TransferState.choices, default=TransferState.OFFERED
    )
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    received = TenantForeignKey(Pledge, null=True, blank=True, related_name="received_transfers")
    passed_minor = models.PositiveIntegerField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(TransferQuerySet)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "pledge"],
                condition=models.Q(state=TransferState.OFFERED),
                name="transfer_one_offer_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=TransferState.values), name="transfer_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state=TransferState.ACCEPTED, received__isnull=False, passed_minor__gt=0
                )
                | (
                    ~models.Q(state=TransferState.ACCEPTED)
                    & models.Q(received__isnull=True, passed_minor__isnull=True)
                ),
                name="transfer_accepted_says_what",
            ),
        ]
        indexes = [
            models.Index(
                fields=["alliance", "expires_at"],
                condition=models.Q(state=TransferState.OFFERED),
                name="transfer_expiry_due",
            )
        ]

    def __str__(self) -> str:
        return self.state
