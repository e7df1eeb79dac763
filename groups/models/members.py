"""A person's place in a group, its states, and what was answered when joining."""

from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from groups.models.groups import Group

LEAST_BUDGET, MOST_BUDGET = 5, 600


class MemberState(models.TextChoices):
    INVITED = "invited", _("invited")
    ASKED = "asked", _("asks to join")
    AGREED = "agreed", _("has not introduced themselves yet")
    INTRODUCED = "introduced", _("introduced")
    ACTIVE = "active", _("active")
    DORMANT = "dormant", _("not here lately")
    LEFT = "left", _("left")


MEMBER_TRANSITIONS: dict[str, frozenset[str]] = {
    MemberState.INVITED: frozenset({MemberState.AGREED, MemberState.LEFT}),
    # The agreements may have changed since they asked: then they are invited.
    MemberState.ASKED: frozenset({MemberState.AGREED, MemberState.INVITED, MemberState.LEFT}),
    MemberState.AGREED: frozenset({MemberState.INTRODUCED, MemberState.LEFT}),
    MemberState.INTRODUCED: frozenset({MemberState.ACTIVE, MemberState.DORMANT, MemberState.LEFT}),
    MemberState.ACTIVE: frozenset({MemberState.DORMANT, MemberState.LEFT}),
    MemberState.DORMANT: frozenset({MemberState.ACTIVE, MemberState.LEFT}),
    # Whoever comes back has a new row.
    MemberState.LEFT: frozenset(),
}
# Who has introduced themselves, and so may write.
WRITING = (MemberState.INTRODUCED, MemberState.ACTIVE, MemberState.DORMANT)
# Who is in the group: reads it and stands in its list.
INSIDE = (MemberState.AGREED, *WRITING)


class Digest(models.TextChoices):
    """How often a group writes to a member."""

    NONE = "none", _("Never")
    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")


class GroupMemberQuerySet(models.QuerySet["GroupMember"]):
    """Reads of members by state."""

    def live(self) -> "GroupMemberQuerySet":
        """Those who have not left: invited and asking ones too."""
        return self.filter(left_at__isnull=True)

    def inside(self) -> "GroupMemberQuerySet":
        """Those who are in the group."""
        return self.filter(state__in=INSIDE)

    def writing(self) -> "GroupMemberQuerySet":
        """Those who have introduced themselves."""
        return self.filter(state__in=WRITING)


class GroupMember(TenantModel):
    """One person's seat in one group, from the first word to the last.

    `joined_at` is when the row began: asked, invited, or joined at once.
    `budget_minutes` is the time a week that they mean to spend here.
    """

    group = TenantForeignKey(Group, related_name="members")
    seat = TenantForeignKey(Seat, related_name="group_memberships")
    state = models.CharField(max_length=10, choices=MemberState.choices)
    joined_at = models.DateTimeField(default=clock.now)
    agreed_at = models.DateTimeField(null=True, blank=True)
    introduced_at = models.DateTimeField(null=True, blank=True)
    last_active_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=6, choices=Digest.choices, default=Digest.WEEKLY)
    muted_at = models.DateTimeField(null=True, blank=True)
    budget_minutes = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(LEAST_BUDGET), MaxValueValidator(MOST_BUDGET)],
    )
    invited_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = scoped(GroupMemberQuerySet)

    class Meta:
        ordering = ["-joined_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "group", "seat"],
                condition=Q(left_at__isnull=True),
                name="group_member_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=MemberState.values), name="group_member_state_known"
            ),
            models.CheckConstraint(
                condition=Q(digest__in=Digest.values), name="group_member_digest_known"
            ),
            models.CheckConstraint(
                condition=Q(state=MemberState.LEFT, left_at__isnull=False)
                | (~Q(state=MemberState.LEFT) & Q(left_at__isnull=True)),
                name="group_member_left_at_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=INSIDE) | Q(agreed_at__isnull=False),
                name="group_member_inside_has_agreed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WRITING) | Q(introduced_at__isnull=False),
                name="group_member_writes_introduced",
            ),
            models.CheckConstraint(
                condition=Q(budget_minutes__isnull=True)
                | Q(budget_minutes__gte=LEAST_BUDGET, budget_minutes__lte=MOST_BUDGET),
                name="group_member_budget_allowed",
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "seat"], name="group_member_of_seat"),
            models.Index(
                fields=["alliance", "group", "-joined_at", "-id"], name="group_member_of_group"
            ),
            models.Index(
                fields=["alliance", "joined_at"],
                condition=Q(state=MemberState.ASKED),
                name="group_member_asks",
            ),
            models.Index(
                fields=["alliance", "last_active_at"],
                condition=Q(state__in=(MemberState.INTRODUCED, MemberState.ACTIVE)),
                name="group_member_active",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} in {self.group_id}: {self.state}"

    @property
    def is_inside(self) -> bool:
        """Whether they are in the group."""
        return self.state in INSIDE

    @property
    def may_write(self) -> bool:
        """Whether they have introduced themselves."""
        return self.state in WRITING


class MemberStep(TenantModel):
    """One move of a member between states: when, by whom, why."""

    append_only = True

    member = TenantForeignKey(GroupMember, related_name="steps")
    state = models.CharField(max_length=10, choices=MemberState.choices)
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["alliance", "member", "at"], name="member_step_of")]

    def __str__(self) -> str:
        return self.state


class JoinAnswer(TenantModel):
    """What somebody answered when asking to join, beside the question as it stood then."""

    append_only = True

    member = TenantForeignKey(GroupMember, related_name="answers")
    position = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=200)
    answer = models.CharField(max_length=1000)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "member", "position"], name="join_answer_once"
            )
        ]

    def __str__(self) -> str:
        return self.question
