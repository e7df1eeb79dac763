"""What staff should look at: purchases that come oddly fast or oddly alike."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from pledges.models.drives import PledgeDrive
from pledges.models.redemptions import Redemption


class Oddity(models.TextChoices):
    """Why staff should look."""

    BUSY_SEAT = "busy_seat", _("one person entered very many purchases within an hour")
    WHOLE_AT_ONCE = "whole_at_once", _("many pledges were spent whole on their first day")
    SAME_AMOUNT = "same_amount", _("the same amount again and again")
    BUSY_PLEDGE = "busy_pledge", _("one pledge was used many times in a day")
    MANY_SHOPS = "many_shops", _("one customer entered purchases at many shops in a day")


class VelocityFlagQuerySet(models.QuerySet["VelocityFlag"]):
    """Reads of flags."""

    def open(self) -> "VelocityFlagQuerySet":
        """Those that nobody has looked at."""
        return self.filter(cleared_at__isnull=True)


class VelocityFlag(TenantModel):
    """Something odd about a drive's purchases; it blocks nothing and waits for staff."""

    drive = TenantForeignKey(PledgeDrive, related_name="velocity_flags")
    # The purchase with which it became odd.
    redemption = TenantForeignKey(Redemption, related_name="velocity_flags")
    reason = models.CharField(max_length=16, choices=Oddity.choices)
    raised_at = models.DateTimeField(default=clock.now)
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=400, blank=True)

    objects: ClassVar[Any] = scoped(VelocityFlagQuerySet)

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "drive", "reason"],
                condition=models.Q(cleared_at__isnull=True),
                name="velocity_flag_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(cleared_at__isnull=True, cleared_by__isnull=True)
                | models.Q(cleared_at__isnull=False, cleared_by__isnull=False) & ~models.Q(note=""),
                name="velocity_flag_cleared_with_a_note",
            ),
            models.CheckConstraint(
                condition=models.Q(reason__in=Oddity.values), name="velocity_flag_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return self.reason
