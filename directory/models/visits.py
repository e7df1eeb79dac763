"""What visitors did and said: counted without cookies, and corrections that they sent."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel
from members.models import Business


class CountKind(models.TextChoices):
    VIEW = "view", _("looked at the page")
    WEBSITE = "website", _("went to the website")
    CALL = "call", _("called")
    EMAIL = "email", _("wrote")
    DIRECTIONS = "directions", _("asked for the way")


class DailyCount(TenantModel):
    """How often something was done at a listing on a day of the alliance; nobody is in it."""

    business = TenantForeignKey(Business, related_name="counts")
    day = models.DateField()
    kind = models.CharField(max_length=12, choices=CountKind.choices)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "business", "day", "kind"], name="daily_count_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CountKind.values), name="daily_count_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}: {self.count}"


class Correction(TenantModel):
    """A visitor says what is wrong with a listing; settled by the staff, with words for later."""

    append_only = True
    changeable: ClassVar[tuple[str, ...]] = ("settled_at", "settler", "outcome", "email")

    business = TenantForeignKey(Business, related_name="corrections")
    words = models.CharField(max_length=1000)
    # Forgotten when the correction is settled.
    email = models.EmailField(blank=True)
    sent_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settler = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-sent_at", "-id"]
        indexes = [
            models.Index(
                fields=["alliance", "sent_at"],
                condition=Q(settled_at__isnull=True),
                name="correction_open",
            )
        ]

    def __str__(self) -> str:
        return f"correction of {self.business_id}"
