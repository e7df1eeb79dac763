"""Customers sent to a member by the staff, and members who pay for a labelled place."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel
from members.models import Business


class Outcome(models.TextChoices):
    WON = "won", _("became a customer")
    NOT_WON = "not_won", _("did not work out")
    NO_ANSWER = "no_answer", _("never came back")


class Referral(TenantModel):
    """Somebody asked the alliance for something, and was sent to a member; no money is in it."""

    append_only = True
    changeable: ClassVar[tuple[str, ...]] = ("outcome", "outcome_words", "answered_at", "contact")

    business = TenantForeignKey(Business, related_name="referrals")
    wanted = models.CharField(max_length=400)
    contact = models.CharField(max_length=200, blank=True)
    seat = TenantForeignKey(Seat, related_name="+")
    given_at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)
    outcome_words = models.CharField(max_length=400, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True)
                | Q(outcome__in=Outcome.values, answered_at__isnull=False),
                name="referral_outcome_whole",
            )
        ]
        indexes = [models.Index(fields=["alliance", "business", "-given_at"], name="referral_of")]

    def __str__(self) -> str:
        return f"referral to {self.business_id}"


class Sponsorship(TenantModel):
    """A member's words in the labelled slot, first day to last; never in the order of results."""

    business = TenantForeignKey(Business, related_name="sponsorships")
    words = models.CharField(max_length=140)
    starts_on = models.DateField()
    ends_on = models.DateField()
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="sponsorship_ends_after_start"
            )
        ]

    def __str__(self) -> str:
        return f"{self.business_id} {self.starts_on} – {self.ends_on}"
