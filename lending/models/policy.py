"""What an alliance has settled about loans; without a row the defaults hold."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance.tenancy.models import TenantModel
from lending.arithmetic.cover import STANDARD


class LendingPolicy(TenantModel):
    """The advance rate A and what is assumed before a lender has made an offer."""

    advance = models.DecimalField(
        _("advance rate"),
        max_digits=4,
        decimal_places=3,
        default=STANDARD.advance,
        validators=[
            MinValueValidator(Decimal("0.01")),
            MaxValueValidator(STANDARD.most_advance),
        ],
    )
    reference_apr = models.DecimalField(
        _("assumed yearly rate"),
        max_digits=6,
        decimal_places=5,
        default=Decimal("0.0399"),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(4))],
    )
    offer_days = models.PositiveSmallIntegerField(
        _("days that an offer stands"),
        default=14,
        validators=[MinValueValidator(3), MaxValueValidator(60)],
    )
    cooling_days = models.PositiveSmallIntegerField(
        _("days to change one's mind"),
        default=3,
        validators=[MinValueValidator(3), MaxValueValidator(14)],
    )

    class Meta:
        verbose_name_plural = "lending policies"
        constraints = [
            models.UniqueConstraint(fields=["alliance"], name="lending_policy_once"),
            models.CheckConstraint(
                condition=models.Q(advance__gt=0, advance__lte=STANDARD.most_advance),
                name="lending_policy_advance_allowed",
            ),
            models.CheckConstraint(
                condition=models.Q(reference_apr__gte=0, reference_apr__lte=4),
                name="lending_policy_apr_allowed",
            ),
            models.CheckConstraint(
                condition=models.Q(cooling_days__gte=3), name="lending_policy_time_to_think"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.advance:.0%}"
