"""How far a member has read, and what they follow or leave aside."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.tenancy.models import TenantForeignKey, TenantModel
from groups.models.members import GroupMember
from groups.models.topics import Topic


class ReadMark(TenantModel):
    """The highest number that a member has seen in a topic."""

    member = TenantForeignKey(GroupMember, related_name="read_marks")
    topic = TenantForeignKey(Topic, related_name="read_marks")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "member", "topic"], name="read_mark_once")
        ]

    def __str__(self) -> str:
        return f"{self.member_id} read {self.topic_id} up to {self.number}"


class Habit(TenantModel):
    """What a member has set for their reading: all before `read_up_to` counts as read."""

    member = TenantForeignKey(GroupMember, related_name="habits")
    read_up_to = models.DateTimeField(default=clock.now)
    # No letter when somebody names them or writes in a topic that they follow.
    no_letters_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alliance", "member"], name="habit_once")]

    def __str__(self) -> str:
        return f"habit of {self.member_id}"


class FollowKind(models.TextChoices):
    TRACK = "track", _("following")
    MUTE = "mute", _("muted")


class Follow(TenantModel):
    """A member follows a topic, with a letter when somebody writes, or wants no more of it."""

    member = TenantForeignKey(GroupMember, related_name="follows")
    topic = TenantForeignKey(Topic, related_name="follows")
    kind = models.CharField(max_length=5, choices=FollowKind.choices)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "member", "topic"], name="follow_once"),
            models.CheckConstraint(
                condition=Q(kind__in=FollowKind.values), name="follow_kind_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["alliance", "topic"], condition=Q(kind="track"), name="follow_of_topic"
            )
        ]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.kind} {self.topic_id}"
