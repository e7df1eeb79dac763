"""What a group talks about, one subject at a time."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from groups.models.groups import Group
from groups.models.members import GroupMember
from moderation.models import Moderable, ModerableQuerySet

LONGEST_TITLE = 120


class TopicKind(models.TextChoices):
    """What a topic is for."""

    TALK = "talk", _("Talk")
    HELP_WANTED = "help_wanted", _("Help wanted")
    RESOURCE = "resource", _("Resource")
    WIN_FAILURE = "win_failure", _("Win & failure")
    MEETING = "meeting", _("Meeting")


class TopicQuerySet(ModerableQuerySet):
    """Reads of topics by what may be seen."""

    def listed(self) -> "TopicQuerySet":
        """Those that lists show: neither hidden nor merged into another."""
        return self.filter(hidden_at__isnull=True, merged_into__isnull=True)

    def unanswered(self) -> "TopicQuerySet":
        """Help wanted that nobody but its author has written under yet."""
        return self.listed().filter(
            kind=TopicKind.HELP_WANTED, answered_at__isnull=True, locked_at__isnull=True
        )


class Topic(Moderable, TenantModel):
    """One subject of a group; its first post opens it.

    `number` is its address, unique in the alliance, so that it stays when the
    topic moves to another group. `last_number` is its newest post's number,
    which only grows; `post_count` the posts that may be read.
    """

    group = TenantForeignKey(Group, related_name="topics")
    author = TenantForeignKey(GroupMember, related_name="topics")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=TopicKind.choices, default=TopicKind.TALK)
    title = models.CharField(max_length=LONGEST_TITLE)
    is_tough_ok = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    last_post_at = models.DateTimeField(default=clock.now)
    last_by = TenantForeignKey(GroupMember, null=True, blank=True, related_name="+")
    last_number = models.PositiveIntegerField(default=0)
    post_count = models.PositiveIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    pinned_at = models.DateTimeField(null=True, blank=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    merged_into = TenantForeignKey("groups.Topic", null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = scoped(TopicQuerySet)

    class Meta:
        ordering = ["-last_post_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "number"], name="topic_number_once"),
            models.CheckConstraint(condition=Q(kind__in=TopicKind.values), name="topic_kind_known"),
            models.CheckConstraint(
                condition=Q(post_count__lte=models.F("last_number")), name="topic_counts_its_posts"
            ),
        ]
        indexes = [
            models.Index(
                fields=["alliance", "group", "-last_post_at", "-id"],
                condition=Q(hidden_at__isnull=True, merged_into__isnull=True),
                name="topic_by_last_post",
            ),
            models.Index(
                fields=["alliance", "group", "pinned_at"],
                condition=Q(pinned_at__isnull=False),
                name="topic_pinned",
            ),
            models.Index(
                fields=["alliance", "created_at"],
                condition=Q(
                    kind="help_wanted",
                    answered_at__isnull=True,
                    hidden_at__isnull=True,
                    merged_into__isnull=True,
                    locked_at__isnull=True,
                ),
                name="topic_help_waits",
            ),
            models.Index(
                fields=["alliance", "group", "created_at"],
                condition=Q(kind="help_wanted"),
                name="topic_help_of_group",
            ),
            models.Index(fields=["alliance", "created_at", "id"], name="topic_by_creation"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("groups:topic", args=[self.group.slug, self.number])

    @property
    def is_locked(self) -> bool:
        """Whether nobody can write in it any more."""
        return self.locked_at is not None

    @property
    def is_pinned(self) -> bool:
        """Whether it stands above the others."""
        return self.pinned_at is not None


class TalkVersion(TenantModel):
    """Grows with every change of what a group's talk shows; what is kept of it hangs on it."""

    group = TenantForeignKey(Group, related_name="talk_versions")
    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "group"], name="talk_version_once")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.group_id}"
