"""Something that people come together for, its states, and who moved it between them."""

from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
)
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.models.places import validate_timezone
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from gatherings import audiences
from gatherings.recurrence import Rule, from_text
from members.models import Business
from moderation.models import Moderable, ModerableQuerySet

HASHTAG = r"^[A-Za-z][A-Za-z0-9_]{1,49}$"
MOST_PLACES = 10_000
LEAST_MINUTES, MOST_MINUTES = 5, 14 * 24 * 60


class Kind(models.TextChoices):
    MEETING = "meeting", _("Meeting")
    WORKSHOP = "workshop", _("Workshop")
    CONFERENCE = "conference", _("Conference")


class Audience(models.TextChoices):
    PUBLIC = "public", _("Everybody")
    MEMBERS = "members", _("Members only; nobody else sees it")
    # Never chosen in a form: an upper room makes them (gatherings.audiences).
    CLOSED = audiences.CLOSED, _("The members of a group")


# What whoever writes a gathering may choose.
OPEN_AUDIENCES = [each for each in Audience.choices if each[0] != Audience.CLOSED]


class Invites(models.TextChoices):
    """Who is written to when it is published."""

    NOBODY = "nobody", _("Nobody; it stands among the events")
    MEMBERS = "members", _("All members, once")


class GatheringState(models.TextChoices):
    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("waits for the staff")
    PUBLISHED = "published", _("published")
    CANCELLED = "cancelled", _("cancelled")


GATHERING_TRANSITIONS: dict[str, frozenset[str]] = {
    GatheringState.DRAFT: frozenset({GatheringState.SUBMITTED, GatheringState.PUBLISHED}),
    GatheringState.SUBMITTED: frozenset({GatheringState.PUBLISHED, GatheringState.DRAFT}),
    GatheringState.PUBLISHED: frozenset({GatheringState.CANCELLED}),
    GatheringState.CANCELLED: frozenset(),
}
SHOWN_STATES = (GatheringState.PUBLISHED, GatheringState.CANCELLED)


class GatheringQuerySet(ModerableQuerySet, models.QuerySet["Gathering"]):
    """Reads of gatherings by who may see them."""

    def shown(self) -> "GatheringQuerySet":
        """What was published and is not hidden, cancelled ones too: whoever follows a link learns
        of it."""
        return self.seen().filter(state__in=SHOWN_STATES)

    def open(self) -> "GatheringQuerySet":
        """All but the closed ones: what this room's pages, staff's too, know of."""
        return self.exclude(audience=Audience.CLOSED)

    def public(self) -> "GatheringQuerySet":
        """What anyone may see."""
        return self.shown().filter(audience=Audience.PUBLIC)

    def to_invite_to(self) -> "GatheringQuerySet":
        """Published ones that members are to be written to about, and were not yet."""
        return self.open().filter(
            hidden_at__isnull=True,
            state=GatheringState.PUBLISHED,
            invites=Invites.MEMBERS,
            invited_at__isnull=True,
        )


class Gathering(Moderable, TenantModel):
    """A meeting, workshop or conference; its dates are its occurrences (ADR-0019).

    `starts_on`, `starts_time` and `minutes` are the first date's, local to
    `timezone`; `repeats` is the rule of the others, empty where there is one
    date alone. `changed_at` moves with every change that a calendar shows.
    While it is hidden only those who were expected already see that there is
    something, when and where; `title` and `words` are their writers' alone.
    """

    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.MEETING)
    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80)
    words = models.TextField(blank=True, validators=[MaxLengthValidator(4000)])
    hashtag = models.CharField(max_length=50, blank=True, validators=[RegexValidator(HASHTAG)])
    business = TenantForeignKey(Business, null=True, blank=True, related_name="gatherings")
    made_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    place_name = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=200, blank=True)
    latitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-90)), MaxValueValidator(Decimal(90))],
    )
    longitude = models.DecimalField(
        max_digits=9,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(-180)), MaxValueValidator(Decimal(180))],
    )
    # Only those who come see it.
    online_url = models.URLField(max_length=300, blank=True)
    timezone = models.CharField(max_length=64, validators=[validate_timezone])
    starts_on = models.DateField()
    starts_time = models.TimeField()
    minutes = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(LEAST_MINUTES), MaxValueValidator(MOST_MINUTES)]
    )
    repeats = models.CharField(max_length=120, blank=True)
    capacity = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)]
    )
    audience = models.CharField(max_length=8, choices=Audience.choices, default=Audience.PUBLIC)
    invites = models.CharField(max_length=8, choices=Invites.choices, default=Invites.NOBODY)
    state = models.CharField(
        max_length=10, choices=GatheringState.choices, default=GatheringState.DRAFT
    )
    # Rises with each change, so that a calendar takes the newer of two.
    sequence = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    invited_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(default=clock.now)

    objects: ClassVar[Any] = scoped(GatheringQuerySet)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "slug"], name="gathering_slug_once"),
            models.CheckConstraint(
                condition=Q(state__in=GatheringState.values), name="gathering_state_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="gathering_kind_known"),
            models.CheckConstraint(
                condition=Q(audience__in=Audience.values), name="gathering_audience_known"
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1, capacity__lte=MOST_PLACES),
                name="gathering_capacity_allowed",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=LEAST_MINUTES, minutes__lte=MOST_MINUTES),
                name="gathering_has_a_length",
            ),
        ]
        indexes = [models.Index(fields=["alliance", "state"], name="gathering_by_state")]

    def __str__(self) -> str:
        return self.shown_title

    @property
    def shown_title(self) -> str:
        """What others call it."""
        if not self.is_hidden:
            return self.title
        kind = {
            Kind.MEETING: _("A meeting"),
            Kind.WORKSHOP: _("A workshop"),
            Kind.CONFERENCE: _("A conference"),
        }
        return str(kind[Kind(self.kind)])

    @property
    def shown_words(self) -> str:
        """What others read of its words."""
        return "" if self.is_hidden else self.words

    def get_absolute_url(self) -> str:
        if self.is_closed:
            return audiences.page_of(self)
        return reverse("gatherings:gathering", args=[self.slug])

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which its hours are meant."""
        return ZoneInfo(self.timezone)

    @cached_property
    def rule(self) -> Rule | None:
        """How it repeats; None for one date alone."""
        return from_text(self.repeats) if self.repeats else None

    @property
    def is_closed(self) -> bool:
        """Whether an upper room says who sees it."""
        return self.audience == Audience.CLOSED

    @property
    def is_draft(self) -> bool:
        """Whether nobody but its writers and the staff sees it."""
        return self.state in (GatheringState.DRAFT, GatheringState.SUBMITTED)

    @property
    def is_cancelled(self) -> bool:
        """Whether all of it was called off."""
        return self.state == GatheringState.CANCELLED


class GatheringStep(TenantModel):
    """One move of a gathering between states: when, by whom, why."""

    append_only = True

    gathering = TenantForeignKey(Gathering, related_name="steps")
    from_state = models.CharField(max_length=10, choices=GatheringState.choices)
    to_state = models.CharField(max_length=10, choices=GatheringState.choices)
    reason = models.CharField(max_length=400, blank=True)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
