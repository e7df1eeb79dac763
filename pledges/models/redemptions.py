"""A purchase counted against a pledge, and what became of it."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat, StoredFile
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from pledges.models.drives import PledgeDrive
from pledges.models.pledges import Pledge
from pledges.models.points_of_sale import PointOfSale


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
    """How a purchase came to be counted; each way belongs to one side."""

    SCAN = "scan", _("card scanned")
    CODE = "code", _("code typed")
    ENTRY = "entry", _("entered by name")
    TILL_CODE = "till_code", _("the till’s code")
    RECEIPT = "receipt", _("photo of the receipt")
    POINT_OF_SALE = "pos", _("the till by itself")


# Who says so; the other side confirms, rejects or questions it.
PEOPLES_WAYS = (WayIn.SCAN, WayIn.CODE, WayIn.ENTRY)
CUSTOMERS_WAYS = (WayIn.TILL_CODE, WayIn.RECEIPT)


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    """Reads of redemptions by what they wait for."""

    def disputed(self) -> "RedemptionQuerySet":
        """Those that wait for staff."""
        return self.filter(state=RedemptionState.DISPUTED)

    def to_confirm(self) -> "RedemptionQuerySet":
        """Customers' own entries that wait for the business."""
        return self.filter(state=RedemptionState.CLAIMED, way_in__in=CUSTOMERS_WAYS)


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
    # Whoever of the business entered it; nobody where the customer or a till did.
    entered_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    point_of_sale = TenantForeignKey(PointOfSale, null=True, blank=True, related_name="redemptions")
    # What the point of sale calls it: the same once more is the same purchase.
    event_id = models.CharField(max_length=120, blank=True)
    # Forgotten 90 days after the decision.
    photo = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
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
            models.CheckConstraint(
                condition=models.Q(
                    way_in__in=PEOPLES_WAYS,
                    entered_by__isnull=False,
                    point_of_sale__isnull=True,
                    event_id="",
                )
                | models.Q(
                    way_in__in=CUSTOMERS_WAYS,
                    entered_by__isnull=True,
                    point_of_sale__isnull=True,
                    event_id="",
                )
                | models.Q(
                    way_in=WayIn.POINT_OF_SALE,
                    entered_by__isnull=True,
                    point_of_sale__isnull=False,
                )
                & ~models.Q(event_id=""),
                name="redemption_somebody_said_so",
            ),
            models.CheckConstraint(
                condition=models.Q(photo__isnull=True) | models.Q(way_in=WayIn.RECEIPT),
                name="redemption_photo_of_a_receipt",
            ),
            models.UniqueConstraint(
                fields=["alliance", "point_of_sale", "event_id"],
                condition=models.Q(point_of_sale__isnull=False),
                name="redemption_event_once",
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
            models.Index(
                fields=["alliance", "decided_at"],
                condition=models.Q(photo__isnull=False),
                name="redemption_photo_kept",
            ),
            models.Index(
                fields=["alliance", "entered_by", "-claimed_at"],
                condition=models.Q(entered_by__isnull=False),
                name="redemption_by_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.state}"

    @property
    def is_customers(self) -> bool:
        """Whether the customer says so, and the business is to confirm it."""
        return self.way_in in CUSTOMERS_WAYS

    @property
    def is_waiting(self) -> bool:
        """Whether the other side can still answer."""
        return self.state == RedemptionState.CLAIMED and clock.now() < self.confirm_due_at

    @property
    def was_confirmed_early(self) -> bool:
        """Whether somebody confirmed it before its 72 hours were over."""
        decided = self.decided_at
        return (
            self.state == RedemptionState.CONFIRMED
            and decided is not None
            and decided < self.confirm_due_at
        )

    @property
    def may_be_disputed(self) -> bool:
        """Whether the customer can still say that this is wrong."""
        return self.is_waiting and not self.is_customers


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
