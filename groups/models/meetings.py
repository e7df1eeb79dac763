"""A group's meetings: what is talked about, and what everybody means to do until the next."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock, links
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from gatherings.models import Gathering
from groups.models.groups import Group
from groups.models.members import GroupMember
from moderation.models import Moderable, ModerableQuerySet

LONGEST_ITEM, LONGEST_COMMITMENT = 300, 300
MOST_ITEMS, MOST_MINUTES = 20, 600


class Meeting(Moderable, TenantModel):
    """One meeting of a group; its date, place, answers and calendar are a closed gathering's.

    `starts_at` and `ends_at` are the date's, so that lists need no other table.
    """

    group = TenantForeignKey(Group, related_name="meetings")
    gathering = TenantForeignKey(Gathering, related_name="+")
    planned_by = TenantForeignKey(GroupMember, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[Any] = scoped(ModerableQuerySet)

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "gathering"], name="meeting_has_its_gathering"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="meeting_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "group", "-starts_at", "-id"], name="meeting_of_group")
        ]

    def __str__(self) -> str:
        return self.gathering.title

    def get_absolute_url(self) -> str:
        return reverse("groups:meeting", args=[self.group.slug, self.pk])

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.ends_at <= clock.now()


class AgendaKind(models.TextChoices):
    CHECK_IN = "check_in", _("Check-in")
    HOT_SEAT = "hot_seat", _("Hot seat")
    COMMITMENTS = "commitments", _("Commitments")
    OTHER = "other", _("Something else")


class AgendaItem(TenantModel):
    """One part of a meeting, in order; a hot seat may name whose it is."""

    meeting = TenantForeignKey(Meeting, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=11, choices=AgendaKind.choices)
    minutes = models.PositiveSmallIntegerField()
    member = TenantForeignKey(GroupMember, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=LONGEST_ITEM, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "meeting", "position"], name="agenda_item_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AgendaKind.values), name="agenda_item_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=MOST_MINUTES),
                name="agenda_item_takes_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.get_kind_display()}"


class Commitment(Moderable, TenantModel):
    """What somebody means to do; until it is done or let go it is carried to each next meeting."""

    meeting = TenantForeignKey(Meeting, related_name="commitments")
    group = TenantForeignKey(Group, related_name="commitments")
    member = TenantForeignKey(GroupMember, related_name="commitments")
    words = models.CharField(max_length=LONGEST_COMMITMENT)
    at = models.DateTimeField(default=clock.now)
    done_at = models.DateTimeField(null=True, blank=True)
    let_go_at = models.DateTimeField(null=True, blank=True)
    ended_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = scoped(ModerableQuerySet)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True) | Q(let_go_at__isnull=True),
                name="commitment_ends_one_way",
            )
        ]
        indexes = [
            models.Index(fields=["alliance", "meeting", "at"], name="commitment_of_meeting"),
            models.Index(
                fields=["alliance", "group", "at"],
                condition=Q(done_at__isnull=True, let_go_at__isnull=True),
                name="commitment_open",
            ),
        ]

    def __str__(self) -> str:
        return self.words

    def get_absolute_url(self) -> str:
        return f"{self.meeting.get_absolute_url()}#commitment-{self.pk}"

    @property
    def ended_at(self) -> Any:
        """When it was done or let go; None while it stands."""
        return self.done_at or self.let_go_at


class FeedLink(TenantModel):
    """Where a member's own programs find a group's news and meetings.

    The address is derived from `version`, so that it can be shown again although
    only its hash is stored; a new version makes a new address.
    """

    member = TenantForeignKey(GroupMember, related_name="feed_links")
    version = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64)
    renewed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "member"], name="feed_link_once"),
            models.UniqueConstraint(fields=["alliance", "digest"], name="feed_digest_once"),
        ]

    def __str__(self) -> str:
        return f"feed of {self.member_id}"

    @property
    def secret(self) -> str:
        """The address's secret part, 128 bits."""
        return links.derived_secret("group-feed", f"{self.member_id}:{self.version}")
