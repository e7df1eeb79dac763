"""A business's standing: what was paid for, what was held, what was ended.

No row says "current": the status of a day is computed from these rows
(`members.status`), so that it cannot disagree with them.
"""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel
from members.models.businesses import Business
from members.models.tiers import Tier


class Relief(models.TextChoices):
    """Why a member pays otherwise than the tier says."""

    NONE = "none", _("none")
    HARDSHIP = "hardship", _("hardship")
    IN_KIND = "in_kind", _("in kind")


class Membership(TenantModel):
    """One business's membership, through all its years; `joined_on` outlives a lapse.

    `agreed_minor` is what was agreed for a term instead of the tier's price:
    a place on its scale, or a relief.
    """

    business = TenantForeignKey(Business, related_name="memberships")
    tier = TenantForeignKey(Tier, related_name="memberships")
    joined_on = models.DateField()
    agreed_minor = models.PositiveIntegerField(null=True, blank=True)
    relief = models.CharField(max_length=8, choices=Relief.choices, default=Relief.NONE)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "business"], name="membership_once"),
            models.CheckConstraint(
                condition=Q(relief__in=Relief.values), name="membership_relief_known"
            ),
        ]
        indexes = [models.Index(fields=["alliance", "joined_on"], name="membership_joined")]

    def __str__(self) -> str:
        return f"membership of {self.business_id}"

    @property
    def term_minor(self) -> int:
        """What a full term costs this member."""
        return self.tier.price_minor if self.agreed_minor is None else self.agreed_minor


class PeriodSource(models.TextChoices):
    PAID = "paid", _("paid")
    IMPORTED = "imported", _("brought from another system")
    GIVEN = "given", _("given by the alliance")


class MembershipPeriod(TenantModel):
    """A term that counts from `paid_on`; both ends belong to it.

    Only a full credit note voids one, once, from its own day on.
    """

    append_only = True
    changeable: ClassVar[tuple[str, ...]] = ("voided_on",)

    membership = TenantForeignKey(Membership, related_name="periods")
    tier = TenantForeignKey(Tier, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    paid_on = models.DateField()
    source = models.CharField(max_length=8, choices=PeriodSource.choices, default=PeriodSource.PAID)
    invoice_line = TenantForeignKey(
        "members.InvoiceLine", null=True, blank=True, related_name="periods"
    )
    recorded_at = models.DateTimeField(default=clock.now)
    voided_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "invoice_line"],
                condition=Q(invoice_line__isnull=False),
                name="period_once_per_line",
            ),
            ExclusionConstraint(
                name="period_no_overlap",
                expressions=[
                    ("alliance", RangeOperators.EQUAL),
                    ("membership", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            RangeBoundary(inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(voided_on__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="period_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(source=PeriodSource.PAID) | Q(invoice_line__isnull=False),
                name="period_paid_has_line",
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "ends_on"], name="period_by_end"),
            models.Index(fields=["alliance", "membership", "starts_on"], name="period_of"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"


class Hold(TenantModel):
    """Membership suspended from `starts_on` until the day before `released_on`."""

    append_only = True
    changeable: ClassVar[tuple[str, ...]] = ("released_on",)

    membership = TenantForeignKey(Membership, related_name="holds")
    starts_on = models.DateField()
    reason = models.CharField(max_length=400)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    released_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "membership"],
                condition=Q(released_on__isnull=True),
                name="hold_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(released_on__isnull=True) | Q(released_on__gte=F("starts_on")),
                name="hold_released_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"hold from {self.starts_on}"


class Cancellation(TenantModel):
    """Membership ended by the member or the staff from `cancelled_on` until `revoked_on`.

    Paying for another term revokes it.
    """

    append_only = True
    changeable: ClassVar[tuple[str, ...]] = ("revoked_on",)

    membership = TenantForeignKey(Membership, related_name="cancellations")
    cancelled_on = models.DateField()
    reason = models.CharField(max_length=400, blank=True)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    revoked_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["cancelled_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "membership"],
                condition=Q(revoked_on__isnull=True),
                name="cancellation_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True) | Q(revoked_on__gte=F("cancelled_on")),
                name="cancellation_revoked_after",
            ),
        ]

    def __str__(self) -> str:
        return f"cancelled on {self.cancelled_on}"


class Status(models.TextChoices):
    """What `members.status` computes; stored in snapshots alone."""

    PENDING = "pending", _("pending")
    NEW = "new", _("new")
    CURRENT = "current", _("current")
    RENEWING = "renewing", _("renewing")
    GRACE = "grace", _("grace")
    LAPSED = "lapsed", _("lapsed")
    CANCELLED = "cancelled", _("cancelled")
    SUSPENDED = "suspended", _("suspended")


# In these a member counts as one: listed, invited, served.
STANDING = (Status.NEW, Status.CURRENT, Status.RENEWING, Status.GRACE)


class StatusSnapshot(TenantModel):
    """A night's look at one membership, for reports; the truth stays computed."""

    append_only = True

    day = models.DateField()
    membership = TenantForeignKey(Membership, related_name="snapshots")
    tier = TenantForeignKey(Tier, related_name="+")
    status = models.CharField(max_length=10, choices=Status.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "day", "membership"], name="snapshot_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="snapshot_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.status}"
