"""What concerns people rather than words: sanctions, blocks, stewards, notes."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Person, Role, Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from moderation.models.cases import Case, Decision
from moderation.models.spaces import Space


class SanctionKind(models.TextChoices):
    MUTE = "mute", _("no writing for a while")
    SUSPENSION = "suspension", _("no writing until further notice")


class SanctionQuerySet(models.QuerySet["Sanction"]):
    """Reads of sanctions by whether they hold."""

    def live(self) -> "SanctionQuerySet":
        """Those that hold now."""
        now = clock.now()
        return self.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=now), begins_at__lte=now, lifted_at__isnull=True
        )


class Sanction(TenantModel):
    """A person may not write in a space, or anywhere in the alliance, for a while."""

    seat = TenantForeignKey(Seat, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    space = TenantForeignKey(Space, null=True, blank=True, related_name="sanctions")
    kind = models.CharField(max_length=10, choices=SanctionKind.choices)
    begins_at = models.DateTimeField(default=clock.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    decision = TenantForeignKey(Decision, related_name="sanctions")

    objects: ClassVar[Any] = scoped(SanctionQuerySet)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=SanctionKind.values), name="sanction_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind=SanctionKind.MUTE) | Q(ends_at__gt=F("begins_at")),
                name="sanction_mute_ends",
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "person"], name="sanction_of_person"),
            models.Index(
                fields=["alliance", "ends_at"],
                condition=Q(told_at__isnull=True, lifted_at__isnull=True),
                name="sanction_ending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.person_id}"


class BlockQuerySet(models.QuerySet["Block"]):
    """Reads of blocks."""

    def live(self) -> "BlockQuerySet":
        """Those that were not taken back."""
        return self.filter(ended_at__isnull=True)


class Block(TenantModel):
    """Somebody wants to have nothing to do with somebody; only they know of it."""

    blocker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    blocked = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(BlockQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "blocker", "blocked"],
                condition=Q(ended_at__isnull=True),
                name="block_once",
            ),
            models.CheckConstraint(condition=~Q(blocker=F("blocked")), name="block_of_another"),
        ]
        indexes = [models.Index(fields=["alliance", "blocked"], name="block_of")]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"


class PersonalMuteQuerySet(models.QuerySet["PersonalMute"]):
    """Reads of mutes between members."""

    def live(self) -> "PersonalMuteQuerySet":
        """Those that were not taken back."""
        return self.filter(ended_at__isnull=True)


class PersonalMute(TenantModel):
    """Somebody would rather not read what somebody else writes; nobody else knows of it.

    No sanction: the other one writes as before, and everybody else reads it.
    """

    muter = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    muted = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(PersonalMuteQuerySet)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "muter", "muted"],
                condition=Q(ended_at__isnull=True),
                name="personal_mute_once",
            ),
            models.CheckConstraint(condition=~Q(muter=F("muted")), name="personal_mute_of_another"),
        ]
        indexes = [models.Index(fields=["alliance", "muted"], name="personal_mute_of")]

    def __str__(self) -> str:
        return f"{self.muter_id} mutes {self.muted_id}"


STEWARD_ROLES = (Role.CUSTODIAN, Role.FACILITATOR, Role.ADVISOR)


class StewardshipQuerySet(models.QuerySet["Stewardship"]):
    """Reads of stewardships by time."""

    def live(self) -> "StewardshipQuerySet":
        """Charters that count now: accepted, neither ended nor run out."""
        return self.filter(
            accepted_at__isnull=False, ended_at__isnull=True, expires_at__gt=clock.now()
        )

    def invited(self) -> "StewardshipQuerySet":
        """Invitations that were not answered yet."""
        return self.filter(accepted_at__isnull=True, ended_at__isnull=True)


class Stewardship(TenantModel):
    """A person is asked to look after a space, or every space, for twelve months.

    `charter` keeps the words they accepted; `seat` is the steward's seat that
    accepting gave them. `why` says why somebody was asked who is not on the path.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=[(r.value, r.label) for r in STEWARD_ROLES])
    space = TenantForeignKey(Space, null=True, blank=True, related_name="stewardships")
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    why = models.CharField(max_length=400, blank=True)
    charter = models.TextField(blank=True)
    invited_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(default=clock.now)
    accepted_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = scoped(StewardshipQuerySet)

    class Meta:
        ordering = ["-invited_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "person", "role", "space"],
                condition=Q(accepted_at__isnull=True, ended_at__isnull=True),
                name="stewardship_one_invitation",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["alliance", "person", "role", "space"],
                condition=Q(accepted_at__isnull=False, ended_at__isnull=True),
                name="stewardship_one_running",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(role__in=STEWARD_ROLES), name="stewardship_role_known"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True)
                | Q(seat__isnull=False, expires_at__isnull=False) & ~Q(charter=""),
                name="stewardship_accepted_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "seat"], name="stewardship_of_seat"),
            models.Index(fields=["alliance", "space", "role"], name="stewardship_of_space"),
            models.Index(
                fields=["alliance", "expires_at"],
                condition=Q(accepted_at__isnull=False, ended_at__isnull=True),
                name="stewardship_expiring",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}"


class Note(TenantModel):
    """What an advisor keeps about guiding somebody; other advisors and the director read it."""

    append_only = True

    about = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    case = TenantForeignKey(Case, null=True, blank=True, related_name="notes")
    space = TenantForeignKey(Space, null=True, blank=True, related_name="+")
    words = models.TextField(max_length=2000)
    by = TenantForeignKey(Seat, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["alliance", "about", "-at", "-id"], name="moderation_note_about")
        ]

    def __str__(self) -> str:
        return f"note about {self.about_id}"
