"""Who gives time: shifts, who comes, the hours that were given."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped


class ShiftQuerySet(models.QuerySet["VolunteerShift"]):
    """Reads of shifts by time."""

    def ahead(self) -> "ShiftQuerySet":
        """Shifts that are still to come and take place."""
        return self.filter(cancelled_at__isnull=True, ends_at__gt=clock.now())


class VolunteerShift(TenantModel):
    """Help that is wanted at a time and place; policy work feeds the lobbying share."""

    title = models.CharField(max_length=120)
    description = models.TextField(max_length=2000, blank=True)
    place = models.CharField(max_length=160, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    places = models.PositiveSmallIntegerField(default=1)
    is_policy = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(ShiftQuerySet)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(places__gte=1), name="shift_has_places"),
        ]
        indexes = [models.Index(fields=["alliance", "starts_at"], name="shift_by_start")]

    def __str__(self) -> str:
        return self.title


class ShiftSignup(TenantModel):
    """A person's place on a shift."""

    shift = TenantForeignKey(VolunteerShift, related_name="signups")
    seat = TenantForeignKey(Seat, related_name="shift_signups")
    signed_up_at = models.DateTimeField(default=clock.now)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "shift", "seat"],
                condition=Q(left_at__isnull=True),
                name="signup_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.seat_id} on {self.shift_id}"


class VolunteerHours(TenantModel):
    """Time that somebody gave, in minutes, confirmed by staff; a mistake is taken out with a word.

    `thanked_at` is when staff said thank you.
    """

    seat = TenantForeignKey(Seat, related_name="hours")
    shift = TenantForeignKey(VolunteerShift, null=True, blank=True, related_name="hours")
    on = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    is_policy = models.BooleanField(default=False)
    what = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)
    thanked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "volunteer hours"
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=1440), name="hours_within_a_day"
            ),
            models.UniqueConstraint(
                fields=["alliance", "shift", "seat"],
                condition=Q(shift__isnull=False, removed_at__isnull=True),
                name="hours_once_per_shift",
            ),
        ]
        indexes = [models.Index(fields=["alliance", "on"], name="hours_by_day")]

    def __str__(self) -> str:
        return f"{self.minutes} min on {self.on}"


class VolunteerSkills(TenantModel):
    """What a person can help with, in their own words."""

    seat = TenantForeignKey(Seat, related_name="skills")
    skills = ArrayField(models.CharField(max_length=40), size=12, default=list)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "volunteer skills"
        constraints = [models.UniqueConstraint(fields=["alliance", "seat"], name="skills_once")]

    def __str__(self) -> str:
        return ", ".join(self.skills)
