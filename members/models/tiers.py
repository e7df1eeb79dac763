"""What membership costs, for how long, and under which terms."""

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance.tenancy.models import TenantModel, scoped


class TermKind(models.TextChoices):
    ROLLING = "rolling", _("from the day of joining")
    FIXED = "fixed", _("a fixed year for everybody")


class Proration(models.TextChoices):
    NONE = "none", _("the full price whenever one joins")
    MONTHLY = "monthly", _("by the months that are left")
    DAILY = "daily", _("by the days that are left")


class TierQuerySet(models.QuerySet["Tier"]):
    """Reads of tiers by whether they can be chosen."""

    def live(self) -> "TierQuerySet":
        """Tiers that are not retired."""
        return self.filter(retired_at__isnull=True)

    def open_to_join(self) -> "TierQuerySet":
        """Tiers that the joining page offers."""
        return self.live().filter(is_public=True)


class Tier(TenantModel):
    """A kind of membership, priced a term in minor units of the alliance's currency.

    With `least_minor` and `most_minor` the member chooses within them, and
    `price_minor` is what is suggested. A fixed term ends the day before the
    next `rollover_month`/`rollover_day`.
    """

    name = models.CharField(max_length=60)
    description = models.CharField(max_length=300, blank=True)
    price_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    least_minor = models.PositiveIntegerField(null=True, blank=True)
    most_minor = models.PositiveIntegerField(null=True, blank=True)
    term_kind = models.CharField(max_length=8, choices=TermKind.choices, default=TermKind.ROLLING)
    term_months = models.PositiveSmallIntegerField(
        default=12, validators=[MinValueValidator(1), MaxValueValidator(36)]
    )
    rollover_month = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    # Up to the 28th, so that the day exists every year.
    rollover_day = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    proration = models.CharField(max_length=8, choices=Proration.choices, default=Proration.MONTHLY)
    allows_hardship = models.BooleanField(default=False)
    allows_in_kind = models.BooleanField(default=False)
    seats = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    benefits = models.TextField(max_length=1000, blank=True)
    is_public = models.BooleanField(default=True)
    retired_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(TierQuerySet)

    class Meta:
        ordering = ["price_minor", "name"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "name"], name="tier_name_once"),
            models.CheckConstraint(
                condition=Q(least_minor__isnull=True, most_minor__isnull=True)
                | Q(least_minor__lte=F("price_minor"), most_minor__gte=F("price_minor")),
                name="tier_price_within_scale",
            ),
            models.CheckConstraint(
                condition=Q(term_kind__in=TermKind.values) & Q(proration__in=Proration.values),
                name="tier_terms_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A scale has both ends; the database takes an unknown one for within bounds."""
        if (self.least_minor is None) != (self.most_minor is None):
            name = "most_minor" if self.most_minor is None else "least_minor"
            raise ValidationError({name: _("A scale has a least and a most amount.")})

    @property
    def has_scale(self) -> bool:
        """Whether the member chooses the amount."""
        return self.least_minor is not None

    @property
    def benefit_lines(self) -> list[str]:
        """What it brings, a line each."""
        return [line.strip() for line in self.benefits.splitlines() if line.strip()]
