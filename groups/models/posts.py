"""Posts, what they said before, their pictures, whom they name and whom they helped."""

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q

from alliance import clock
from alliance.models import Seat, StoredFile
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from groups.models.groups import Group
from groups.models.members import GroupMember
from groups.models.topics import Topic
from moderation.models import Moderable, ModerableQuerySet

LONGEST_WORDS = 20_000


class Post(Moderable, TenantModel):
    """One post; number 1 opens its topic. `html` is what its words look like, made when written.

    `group` is the topic's, so that the search needs no other table.
    """

    topic = TenantForeignKey(Topic, related_name="posts")
    group = TenantForeignKey(Group, related_name="posts")
    author = TenantForeignKey(GroupMember, related_name="posts")
    number = models.PositiveIntegerField()
    words = models.TextField(validators=[MaxLengthValidator(LONGEST_WORDS)])
    html = models.TextField()
    reply_to = TenantForeignKey("groups.Post", null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    helped_count = models.PositiveIntegerField(default=0)
    document = SearchVectorField()

    objects: ClassVar[Any] = scoped(ModerableQuerySet)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "topic", "number"], name="post_number_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="post_numbers_begin_at_one"),
        ]
        indexes = [
            # Read through `groups_search` alone: under row-level security no plan may use it.
            GinIndex(fields=["alliance", "document"], name="post_document"),
            models.Index(
                fields=["alliance", "group", "-created_at", "-id"],
                condition=Q(hidden_at__isnull=True),
                name="post_of_group",
            ),
            models.Index(
                fields=["alliance", "-created_at", "-id"],
                condition=Q(hidden_at__isnull=True),
                name="post_by_time",
            ),
            models.Index(fields=["alliance", "author", "-created_at"], name="post_of_author"),
        ]

    def __str__(self) -> str:
        return f"post {self.number} of {self.topic_id}"

    def get_absolute_url(self) -> str:
        """The page of the topic on which it stands."""
        around = "" if self.number == 1 else f"?from={self.number}"
        return f"{self.topic.get_absolute_url()}{around}#post-{self.number}"

    @property
    def is_opening(self) -> bool:
        """Whether it is the one that opens its topic."""
        return self.number == 1


class PostVersion(TenantModel):
    """What a post said until it was edited; a final removal empties the words, nothing else may."""

    append_only = True
    changeable: ClassVar[tuple[str, ...]] = ("words",)

    post = TenantForeignKey(Post, related_name="versions")
    number = models.PositiveIntegerField()
    words = models.TextField()
    by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "post", "number"], name="post_version_once")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.post_id}"


class PostPicture(Moderable, TenantModel):
    """A picture of a post, written anew in two sizes; `words` say what it shows."""

    post = TenantForeignKey(Post, related_name="pictures")
    large = TenantForeignKey(StoredFile, related_name="+")
    small = TenantForeignKey(StoredFile, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    words = models.CharField(max_length=160)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(ModerableQuerySet)

    class Meta:
        ordering = ["added_at", "id"]
        indexes = [models.Index(fields=["alliance", "post", "added_at"], name="post_picture_of")]

    def __str__(self) -> str:
        return self.words


class Mention(TenantModel):
    """A member whom a post names."""

    post = TenantForeignKey(Post, related_name="mentions")
    member = TenantForeignKey(GroupMember, related_name="mentions")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "post", "member"], name="mention_once")
        ]
        indexes = [models.Index(fields=["alliance", "member", "-at"], name="mention_of_member")]

    def __str__(self) -> str:
        return f"{self.member_id} in {self.post_id}"


class Helped(TenantModel):
    """A member says that a post helped them; taking it back removes the row."""

    post = TenantForeignKey(Post, related_name="helped")
    member = TenantForeignKey(GroupMember, related_name="helped_by")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "post", "member"], name="helped_once")
        ]
        indexes = [models.Index(fields=["alliance", "at"], name="helped_recent")]

    def __str__(self) -> str:
        return f"{self.post_id} helped {self.member_id}"
