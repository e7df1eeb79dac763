"""A new member's first steps, and who keeps them company."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel
from members.models.memberships import Membership


class Step(models.TextChoices):
    BUDDY = "buddy", _("A buddy says hello")
    COMMITMENT = "commitment", _("Read and accept what we promise each other")
    INTRODUCTION = "introduction", _("Introduce yourself")
    DETAILS = "details", _("Check your business’s details")
    TEAM = "team", _("Invite your team")
    NEIGHBOUR = "neighbour", _("Buy something from another member")


class WelcomeStep(TenantModel):
    """One step that a member has taken; its presence is the state.

    `hidden_at`: its words are hidden from the other members (set by the
    moderation's room, which knows why).
    """

    append_only = True
    changeable = ("hidden_at",)

    membership = TenantForeignKey(Membership, related_name="welcome_steps")
    step = models.CharField(max_length=12, choices=Step.choices)
    words = models.TextField(max_length=2000, blank=True)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)
    hidden_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "membership", "step"], name="welcome_step_once"
            ),
            models.CheckConstraint(condition=Q(step__in=Step.values), name="welcome_step_known"),
        ]

    def __str__(self) -> str:
        return self.step

    @property
    def is_hidden(self) -> bool:
        """Whether nobody but its writer sees its words now."""
        return self.hidden_at is not None

    @property
    def shown_words(self) -> str:
        """What others read."""
        return "" if self.is_hidden else self.words


class Buddy(TenantModel):
    """A member's person who keeps a new member company."""

    membership = TenantForeignKey(Membership, related_name="buddies")
    seat = TenantForeignKey(Seat, related_name="buddy_of")
    assigned_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "buddies"
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "membership"],
                condition=Q(ended_at__isnull=True),
                name="buddy_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} for {self.membership_id}"
