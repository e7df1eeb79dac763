"""Businesses, and who speaks for them."""

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped


class SizeBand(models.TextChoices):
    ONE = "1", _("one person")
    FEW = "2-5", _("2 to 5 people")
    SMALL = "6-10", _("6 to 10 people")
    MEDIUM = "11-25", _("11 to 25 people")
    LARGE = "26-50", _("26 to 50 people")
    LARGEST = "51+", _("more than 50 people")


class Segment(models.TextChoices):
    FOOD = "food", _("Food & drink")
    RETAIL = "retail", _("Shops")
    SERVICES = "services", _("Services")
    HEALTH = "health", _("Health & wellness")
    ARTS = "arts", _("Arts & culture")
    TRADES = "trades", _("Trades & home")
    PROFESSIONAL = "professional", _("Professional")
    MAKING = "making", _("Making")


class Business(TenantModel):
    """A member business and where it stands."""

    trade_name = models.CharField(max_length=120)
    legal_name = models.CharField(max_length=160)
    slug = models.SlugField(max_length=80)
    segment = models.CharField(max_length=16, choices=Segment.choices)
    categories = ArrayField(models.CharField(max_length=60), size=3, default=list, blank=True)
    blurb = models.TextField(max_length=600, blank=True)
    founded_year = models.PositiveSmallIntegerField(null=True, blank=True)
    size_band = models.CharField(max_length=8, choices=SizeBand.choices, blank=True)
    # A drive asks how long a business has been where its customers find it.
    at_location_since = models.DateField(null=True, blank=True)
    street = models.CharField(max_length=120, blank=True)
    city = models.CharField(max_length=80, blank=True)
    neighbourhood = models.CharField(max_length=80, blank=True)
    region = models.CharField(max_length=40, blank=True)
    postal_code = models.CharField(max_length=16, blank=True)
    latitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-90)), MaxValueValidator(Decimal(90))],
    )
    longitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-180)), MaxValueValidator(Decimal(180))],
    )
    phone = models.CharField(max_length=32, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["trade_name"]
        verbose_name_plural = "businesses"
        constraints = [
            models.UniqueConstraint(fields=["alliance", "slug"], name="business_slug_once")
        ]

    def __str__(self) -> str:
        return self.trade_name


class RepresentativeKind(models.TextChoices):
    OWNER = "owner", _("owner")
    BILLING = "billing", _("billing")
    REP = "rep", _("representative")
    VOLUNTEER = "volunteer", _("volunteer")


class RepresentativeQuerySet(models.QuerySet["Representative"]):
    """Reads of who speaks for whom."""

    def live(self) -> "RepresentativeQuerySet":
        """Those who speak for a business now: neither they nor their seat have ended or run out."""
        return self.filter(
            models.Q(seat__expires_at__isnull=True) | models.Q(seat__expires_at__gt=clock.now()),
            ended_at__isnull=True,
            seat__ended_at__isnull=True,
        )


class Representative(TenantModel):
    """A person's seat that speaks for a business."""

    business = TenantForeignKey(Business, related_name="representatives")
    seat = TenantForeignKey(Seat, related_name="represents")
    kind = models.CharField(
        max_length=12, choices=RepresentativeKind.choices, default=RepresentativeKind.REP
    )
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(RepresentativeQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "business", "seat"],
                condition=models.Q(ended_at__isnull=True),
                name="representative_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.seat} for {self.business}"
