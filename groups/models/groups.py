"""A peer group, its states, and what it asks those who want to join."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from members.models import Segment
from moderation.models import Space

# /groups/<word>/ leads to these pages before it leads to a group.
RESERVED = frozenset(
    {
        "api",
        "board",
        "cohorts",
        "digests",
        "drafts",
        "feed",
        "invitations",
        "library",
        "me",
        "meetings",
        "mine",
        "new",
        "posts",
        "pictures",
        "prepare",
        "reply",
        "requests",
        "search",
        "topics",
    }
)


class GroupKind(models.TextChoices):
    """Who may come in."""

    OPEN = "open", _("Open: every member may join")
    REQUEST = "request", _("On request: members ask to join")
    CIRCLE = "circle", _("Circle: by invitation; nobody else reads it")


class GroupState(models.TextChoices):
    DRAFT = "draft", _("draft")
    OPEN = "open", _("open")
    QUIET = "quiet", _("quiet")
    ARCHIVED = "archived", _("archived")


GROUP_TRANSITIONS: dict[str, frozenset[str]] = {
    GroupState.DRAFT: frozenset({GroupState.OPEN, GroupState.ARCHIVED}),
    GroupState.OPEN: frozenset({GroupState.QUIET, GroupState.ARCHIVED}),
    GroupState.QUIET: frozenset({GroupState.OPEN, GroupState.ARCHIVED}),
    # Opened again, where it was archived by mistake or is wanted after all.
    GroupState.ARCHIVED: frozenset({GroupState.OPEN}),
}
LIVE_GROUPS = (GroupState.OPEN, GroupState.QUIET)


class GroupQuerySet(models.QuerySet["Group"]):
    """Reads of groups by state."""

    def live(self) -> "GroupQuerySet":
        """Those in which people can write."""
        return self.filter(state__in=LIVE_GROUPS)

    def begun(self) -> "GroupQuerySet":
        """Those that were opened once; archived ones can still be read."""
        return self.exclude(opened_at__isnull=True)


class Group(TenantModel):
    """A group of members; its agreements and stewards belong to its `space` (ADR-0030).

    `member_count` counts those who are inside (`INSIDE`) and stands in the row so
    that lists need not count; `last_post_at` moves with each post.
    """

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80)
    purpose = models.CharField(max_length=280, blank=True)
    kind = models.CharField(max_length=8, choices=GroupKind.choices, default=GroupKind.OPEN)
    segment = models.CharField(max_length=16, choices=Segment.choices, blank=True)
    state = models.CharField(max_length=8, choices=GroupState.choices, default=GroupState.DRAFT)
    space = TenantForeignKey(Space, related_name="groups")
    made_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=clock.now)
    last_post_at = models.DateTimeField(null=True, blank=True)
    member_count = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = scoped(GroupQuerySet)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "slug"], name="group_slug_once"),
            models.UniqueConstraint(fields=["alliance", "space"], name="group_space_once"),
            models.CheckConstraint(
                condition=Q(state__in=GroupState.values), name="group_state_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=GroupKind.values), name="group_kind_known"),
            models.CheckConstraint(
                condition=Q(segment="") | Q(segment__in=Segment.values), name="group_segment_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=LIVE_GROUPS) | (Q(opened_at__isnull=False) & ~Q(purpose="")),
                name="group_opens_with_a_purpose",
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "name", "id"], name="group_by_name"),
            models.Index(fields=["alliance", "state", "name", "id"], name="group_by_state"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("groups:group", args=[self.slug])

    @property
    def is_live(self) -> bool:
        """Whether people can write in it."""
        return self.state in LIVE_GROUPS

    @property
    def is_circle(self) -> bool:
        """Whether only those who were invited know what is said in it."""
        return self.kind == GroupKind.CIRCLE


class GroupStep(TenantModel):
    """One move of a group between states: when, by whom, why."""

    append_only = True

    group = TenantForeignKey(Group, related_name="steps")
    state = models.CharField(max_length=8, choices=GroupState.choices)
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["alliance", "group", "at"], name="group_step_of")]

    def __str__(self) -> str:
        return self.state


class JoinQuestion(TenantModel):
    """A question to those who ask to join; one that is no longer asked stays for its answers."""

    group = TenantForeignKey(Group, related_name="questions")
    position = models.PositiveSmallIntegerField()
    words = models.CharField(max_length=200)
    is_asked = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["alliance", "group", "position"], name="join_question_of")]

    def __str__(self) -> str:
        return self.words
