"""A purchase counted against a pledge, and what became of it."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from pledges.models.drives import PledgeDrive
from pledges.models.pledges import Pledge


class RedemptionState(models.TextChoices):
    CLAIMED = "claimed", _("counted, open to question")
    CONFIRMED = "confirmed", _("confirmed")
    DISPUTED = "disputed", _("questioned")
    REJECTED = "rejected", _("rejected")
    REVERSED = "reversed", _("taken back")


REDEMPTION_TRANSITIONS: dict[str, frozenset[str]] = {
    RedemptionState.CLAIMED: frozenset(
        {RedemptionState.CONFIRMED, RedemptionState.DISPUTED, RedemptionState.REJECTED}
    ),
    RedemptionState.DISPUTED: frozenset({RedemptionState.CONFIRMED, RedemptionState.REJECTED}),
    RedemptionState.CONFIRMED: frozenset({RedemptionState.REVERSED}),
    RedemptionState.REJECTED: frozenset(),
    RedemptionState.REVERSED: frozenset(),
}
# These hold a part of the pledge.
HOLDING_STATES = (RedemptionState.CLAIMED, RedemptionState.DISPUTED, RedemptionState.CONFIRMED)


class WayIn(models.TextChoices):
    SCAN = "scan", _("card scanned")
    CODE = "code", _("code typed")


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    """Reads of redemptions by what they wait for."""

    def disputed(self) -> "RedemptionQuerySet":
        """Those that wait for staff."""
        return self.filter(state=RedemptionState.DISPUTED)


class Redemption(TenantModel):
    """A purchase of `purchase_minor`, of which `amount_minor` counts.

    What is spent beyond one's pledge never lifts another's, so the part that
    counts ends where the pledge is full.
    """

    pledge = TenantForeignKey(Pledge, related_name="redemptions")
    drive = TenantForeignKey(PledgeDrive, related_name="redemptions")
    purchase_minor = models.PositiveIntegerField()
    amount_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    way_in = models.CharField(max_length=10, choices=WayIn.choices)
    entered_by = TenantForeignKey(Seat, related_name="+")
    state = models.CharField(
        max_length=10, choices=RedemptionState.choices, default=RedemptionState.CLAIMED
    )
    claimed_at = models.DateTimeField(default=clock.now)
    confirm_due_at = models.DateTimeField()
    disputed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(RedemptionQuerySet)

    class Meta:
        ordering = ["-claimed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0)
                & models.Q(amount_minor__lte=models.F("purchase_minor")),
                name="redemption_counts_within_purchase",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=RedemptionState.values),
                name="redemption_state_known",
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "pledge", "-claimed_at"], name="redemption_of_pledge"),
            models.Index(fields=["alliance", "drive", "-claimed_at"], name="redemption_of_drive"),
            models.Index(
                fields=["alliance", "confirm_due_at"],
                condition=models.Q(state=RedemptionState.CLAIMED),
                name="redemption_silent_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.state}"

    @property
    def may_be_disputed(self) -> bool:
        """Whether the customer can still say that this is wrong."""
        return self.state == RedemptionState.CLAIMED and clock.now() < self.confirm_due_at


class RedemptionStep(TenantModel):
    """One move of a redemption: when, by whom (nobody: silence or the customer), why."""

    append_only = True

    redemption = TenantForeignKey(Redemption, related_name="steps")
    to_state = models.CharField(max_length=10, choices=RedemptionState.choices)
    reason = models.CharField(max_length=400, blank=True)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["alliance", "redemption"], name="redemption_step_of")]

    def __str__(self) -> str:
        return self.to_state
