"""What a member has begun to write and not sent."""

from django.core.validators import MaxLengthValidator
from django.db import models

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel
from groups.models.groups import Group
from groups.models.posts import LONGEST_WORDS
from groups.models.topics import LONGEST_TITLE, Topic, TopicKind


class Draft(TenantModel):
    """One for a reply to each topic, and one for a new topic of each group (no topic).

    Nobody but its writer reads it; sending what it became removes it.
    """

    seat = TenantForeignKey(Seat, related_name="+")
    group = TenantForeignKey(Group, related_name="+")
    topic = TenantForeignKey(Topic, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=12, choices=TopicKind.choices, default=TopicKind.TALK)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    words = models.TextField(blank=True, validators=[MaxLengthValidator(LONGEST_WORDS)])
    is_tough_ok = models.BooleanField(default=False)
    saved_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "seat", "group", "topic"],
                name="draft_once",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["alliance", "seat", "-saved_at"], name="draft_of_seat")]

    def __str__(self) -> str:
        return f"draft of {self.seat_id}"
