"""Who lends, and the people who sit at the lender's desk for them."""

from typing import Any, ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped


class LenderKind(models.TextChoices):
    BANK = "bank", _("bank")
    CREDIT_UNION = "credit_union", _("credit union")
    CDFI = "cdfi", _("community development lender")
    REVOLVING_FUND = "revolving_fund", _("revolving fund")


class LenderQuerySet(models.QuerySet["Lender"]):
    """Reads of lenders by time."""

    def live(self) -> "LenderQuerySet":
        """Lenders that take applications."""
        return self.filter(ended_at__isnull=True)


class Lender(TenantModel):
    """A bank, a credit union, a community lender or a revolving fund; never the platform.

    `licence_note` says under which licence it lends, as it says it itself;
    `cap_minor` is the most that it lends to one business, in minor units.
    """

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=LenderKind.choices)
    licence_note = models.CharField(max_length=400)
    about = models.TextField(max_length=1000, blank=True)
    cap_minor = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(100_00)]
    )
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(LenderQuerySet)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "name"], name="lender_name_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=LenderKind.values), name="lender_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(cap_minor__isnull=True) | models.Q(cap_minor__gte=100_00),
                name="lender_cap_allowed",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("lending_staff:lender", args=[self.pk])


class LenderSeatQuerySet(models.QuerySet["LenderSeat"]):
    """Reads of who sits for whom."""

    def live(self) -> "LenderSeatQuerySet":
        """Neither the place, nor the seat, nor the lender has ended."""
        return self.filter(
            models.Q(seat__expires_at__isnull=True) | models.Q(seat__expires_at__gt=clock.now()),
            ended_at__isnull=True,
            seat__ended_at__isnull=True,
            lender__ended_at__isnull=True,
        )


class LenderSeat(TenantModel):
    """A person's seat that speaks for a lender."""

    lender = TenantForeignKey(Lender, related_name="places")
    seat = TenantForeignKey(Seat, related_name="lends_for")
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(LenderSeatQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "lender", "seat"],
                condition=models.Q(ended_at__isnull=True),
                name="lender_seat_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.seat} for {self.lender}"
