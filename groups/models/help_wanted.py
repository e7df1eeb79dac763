"""Whom a call for help that nobody answers has reached."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.tenancy.models import TenantForeignKey, TenantModel
from groups.models.topics import Topic


class HelpStep(models.TextChoices):
    FACILITATOR = "facilitator", _("reached the facilitator")
    STAFF = "staff", _("reached the staff")


class HelpWantedStep(TenantModel):
    """An unanswered topic was taken to the next: after 24 hours, then after 48."""

    append_only = True

    topic = TenantForeignKey(Topic, related_name="help_steps")
    step = models.CharField(max_length=12, choices=HelpStep.choices)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "topic", "step"], name="help_step_once"),
            models.CheckConstraint(condition=Q(step__in=HelpStep.values), name="help_step_known"),
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} {self.step}"
