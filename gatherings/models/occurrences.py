"""One date of a gathering: when it is, how many places it has, what is special about it."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from gatherings.models.gatherings import MOST_PLACES, Audience, Gathering, GatheringState

# So few places that a list says how many.
FEW = 5


class OccurrenceQuerySet(models.QuerySet["Occurrence"]):
    """Reads of dates by time and by who may see them."""

    def ahead(self) -> "OccurrenceQuerySet":
        """Dates that have not ended."""
        return self.filter(ends_at__gt=clock.now())

    def past(self) -> "OccurrenceQuerySet":
        """Dates that are over."""
        return self.filter(ends_at__lte=clock.now())

    def public(self) -> "OccurrenceQuerySet":
        """Dates of published gatherings that anyone may see."""
        return self.published().filter(gathering__audience=Audience.PUBLIC)

    def published(self) -> "OccurrenceQuerySet":
        """Dates of published gatherings that are not hidden, whoever they are for."""
        return self.filter(
            gathering__state=GatheringState.PUBLISHED, gathering__hidden_at__isnull=True
        )

    def open(self) -> "OccurrenceQuerySet":
        """All but those of closed gatherings."""
        return self.exclude(gathering__audience=Audience.CLOSED)

    def standing(self) -> "OccurrenceQuerySet":
        """Dates that take place."""
        return self.filter(cancelled_at__isnull=True)


class Occurrence(TenantModel):
    """One date. `original_day` is its identity: the local day that the rule gave it.

    `title`, `place_name`, `address` and `online_url` are empty where they are
    the gathering's. `taken` counts those who come by answering; it and
    `capacity`, a copy of the gathering's, stand in one row so that the CHECK
    holds whatever happens at the same moment.
    """

    gathering = TenantForeignKey(Gathering, related_name="occurrences")
    original_day = models.DateField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    moved_at = models.DateTimeField(null=True, blank=True)
    title = models.CharField(max_length=120, blank=True)
    place_name = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=200, blank=True)
    online_url = models.URLField(max_length=300, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    cancel_reason = models.CharField(max_length=400, blank=True)
    capacity = models.PositiveIntegerField(null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)
    sequence = models.PositiveIntegerField(default=0)
    # When somebody first said who came, or that nobody did.
    counted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(OccurrenceQuerySet)

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "gathering", "original_day"], name="occurrence_day_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="occurrence_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True)
                | Q(capacity__gte=1, capacity__lte=MOST_PLACES, taken__lte=F("capacity")),
                name="occurrence_taken_within_capacity",
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "starts_at"], name="occurrence_by_start"),
            models.Index(fields=["alliance", "ends_at"], name="occurrence_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.original_day}"

    def get_absolute_url(self) -> str:
        if self.gathering.is_closed:
            return self.gathering.get_absolute_url()
        return reverse("gatherings:occurrence", args=[self.gathering.slug, self.original_day])

    @property
    def name(self) -> str:
        """What this date is called by others than those who wrote it."""
        if self.gathering.is_hidden:
            return self.gathering.shown_title
        return self.title or self.gathering.title

    @property
    def where(self) -> str:
        """Its place and address in one line; empty where it is online alone."""
        if self.place_name or self.address:
            parts = (self.place_name, self.address)
        else:
            parts = (self.gathering.place_name, self.gathering.address)
        return ", ".join(part for part in parts if part)

    @property
    def place(self) -> str:
        """The shortest that says where: the place's name, else its address."""
        named = self if self.is_elsewhere else self.gathering
        return named.place_name or named.address

    @property
    def is_elsewhere(self) -> bool:
        """Whether it has a place of its own, so that the gathering's coordinates are not its."""
        return bool(self.place_name or self.address)

    @property
    def online(self) -> str:
        """The address for those who join from afar; only those who come may see it."""
        return self.online_url or self.gathering.online_url

    @property
    def local_start(self) -> datetime:
        """Its start on the gathering's wall clock."""
        return self.starts_at.astimezone(self.gathering.zone)

    @property
    def local_end(self) -> datetime:
        """Its end on the gathering's wall clock."""
        return self.ends_at.astimezone(self.gathering.zone)

    @property
    def local_day(self) -> date:
        """The day on which it is, on the gathering's wall clock.

        A day, since templates carry instants over to UTC before they write them.
        """
        return self.local_start.date()

    @property
    def month(self) -> date:
        """The first day of its month, by which lists are parted."""
        return self.local_day.replace(day=1)

    @property
    def is_cancelled(self) -> bool:
        """Whether it, or the whole, was called off."""
        return self.cancelled_at is not None or self.gathering.is_cancelled

    @property
    def is_open(self) -> bool:
        """Whether one can still answer: published, not called off, not begun."""
        return (
            self.gathering.state == GatheringState.PUBLISHED
            and self.cancelled_at is None
            and self.starts_at > clock.now()
        )

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.ends_at <= clock.now()

    @property
    def has_begun(self) -> bool:
        """Whether people can be at the door: from an hour before it starts."""
        return (self.starts_at - clock.now()).total_seconds() <= 3600

    @property
    def left(self) -> int | None:
        """How many places are free; None where nobody counts them."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)

    @property
    def is_nearly_full(self) -> bool:
        """Whether one had better answer soon."""
        return self.left is not None and 0 < self.left <= FEW

    @property
    def is_full(self) -> bool:
        """Whether whoever answers now waits."""
        return self.left == 0
