"""What an alliance asks of drives; its row holds only where it differs from the defaults."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from alliance.tenancy.models import TenantModel

# Field: default, least, most. The validators, the CHECKs and the staff's page read them here.
NUMBERS: dict[str, tuple[int, int, int]] = {
    "private_days": (15, 1, 60),
    "private_pledgers": (15, 1, 1000),
    "standard_pledgers": (100, 1, 10_000),
    "standard_months": (24, 0, 240),
    "starter_pledgers": (25, 1, 10_000),
    "starter_months": (12, 0, 240),
    "at_risk_days": (45, 1, 180),
}


def _number(name: str) -> "models.PositiveSmallIntegerField[Any, Any]":
    default, least, most = NUMBERS[name]
    return models.PositiveSmallIntegerField(
        default=default, validators=[MinValueValidator(least), MaxValueValidator(most)]
    )


def _within(name: str) -> models.Q:
    _default, least, most = NUMBERS[name]
    return models.Q(**{f"{name}__gte": least, f"{name}__lte": most})


class PledgePolicy(TenantModel):
    """One row per alliance; without it the defaults hold.

    Days and months are whole; pledgers are people with a standing pledge.
    """

    # A drive that seeks a loan starts among the owner's own circle.
    has_private_phase = models.BooleanField(default=True)
    private_days = _number("private_days")
    private_pledgers = _number("private_pledgers")
    standard_pledgers = _number("standard_pledgers")
    standard_months = _number("standard_months")
    starter_pledgers = _number("starter_pledgers")
    starter_months = _number("starter_months")
    # A borrower pledges at a neighbour first.
    asks_reciprocity = models.BooleanField(default=True)
    at_risk_days = _number("at_risk_days")

    class Meta:
        verbose_name_plural = "pledge policies"
        constraints = [
            models.UniqueConstraint(fields=["alliance"], name="pledge_policy_once"),
            *(
                models.CheckConstraint(condition=_within(name), name=f"policy_{name}_fits")
                for name in NUMBERS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard_pledgers} / {self.starter_pledgers}"
