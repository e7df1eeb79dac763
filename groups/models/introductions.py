"""What a member says of themselves before they write: a story, an ask, an offer."""

from typing import Any, ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.urls import reverse

from alliance import clock
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from groups.models.members import GroupMember
from moderation.models import Moderable, ModerableQuerySet

LONGEST_STORY, LONGEST_ASK = 2000, 600


class Introduction(Moderable, TenantModel):
    """One member's introduction in one group; it can be written anew, never taken away."""

    member = TenantForeignKey(GroupMember, related_name="introductions")
    story = models.TextField(validators=[MaxLengthValidator(LONGEST_STORY)])
    ask = models.TextField(validators=[MaxLengthValidator(LONGEST_ASK)])
    offer = models.TextField(validators=[MaxLengthValidator(LONGEST_ASK)])
    at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(ModerableQuerySet)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "member"], name="introduction_once")
        ]

    def __str__(self) -> str:
        return f"introduction of {self.member_id}"

    def get_absolute_url(self) -> str:
        return reverse("groups:member", args=[self.member.group.slug, self.member_id])
