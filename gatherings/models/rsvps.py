"""Somebody's answer to one date: asked, coming, waiting, withdrawn; and who was there."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock, links
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from gatherings.models.occurrences import Occurrence


class RsvpState(models.TextChoices):
    ASKED = "asked", _("not confirmed")
    COMING = "coming", _("coming")
    WAITING = "waiting", _("on the waiting list")
    WITHDRAWN = "withdrawn", _("withdrawn")


RSVP_TRANSITIONS: dict[str, frozenset[str]] = {
    RsvpState.ASKED: frozenset({RsvpState.COMING, RsvpState.WAITING}),
    RsvpState.COMING: frozenset({RsvpState.WITHDRAWN}),
    RsvpState.WAITING: frozenset({RsvpState.COMING, RsvpState.WITHDRAWN}),
    # Whoever withdrew may ask again, by mail or, signed in, at once.
    RsvpState.WITHDRAWN: frozenset({RsvpState.ASKED, RsvpState.COMING, RsvpState.WAITING}),
}
LIVE_STATES = (RsvpState.COMING, RsvpState.WAITING)


class RsvpQuerySet(models.QuerySet["Rsvp"]):
    """Reads of answers by state."""

    def live(self) -> "RsvpQuerySet":
        """Those who come or wait to."""
        return self.filter(state__in=LIVE_STATES)

    def coming(self) -> "RsvpQuerySet":
        """Those who come."""
        return self.filter(state=RsvpState.COMING)

    def waiting(self) -> "RsvpQuerySet":
        """The waiting list, the first in front."""
        return self.filter(state=RsvpState.WAITING).order_by("waiting_since", "id")


class Rsvp(TenantModel):
    """One person's answer to one date.

    A place is taken when the answer is confirmed, not when it is asked for.
    Somebody who came without asking (`is_walk_in`) takes none: the room holds
    them already, and their e-mail may be unknown.
    """

    occurrence = TenantForeignKey(Occurrence, related_name="rsvps")
    email = models.EmailField(blank=True)
    email_normalised = models.EmailField(blank=True)
    name = models.CharField(max_length=80)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="rsvps")
    state = models.CharField(max_length=10, choices=RsvpState.choices, default=RsvpState.ASKED)
    is_walk_in = models.BooleanField(default=False)
    # Counts the changes; a mailed link carries it and is good for one of them.
    version = models.PositiveIntegerField(default=1)
    form_key = models.CharField(max_length=32, blank=True)
    digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    attended_at = models.DateTimeField(null=True, blank=True)
    attended_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")

    objects: ClassVar[Any] = scoped(RsvpQuerySet)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "occurrence", "email_normalised"],
                condition=~Q(email_normalised=""),
                name="rsvp_once_per_person",
            ),
            models.UniqueConstraint(fields=["alliance", "digest"], name="rsvp_digest_once"),
            models.CheckConstraint(
                condition=Q(state__in=RsvpState.values), name="rsvp_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=LIVE_STATES) | Q(confirmed_at__isnull=False),
                name="rsvp_live_was_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(state=RsvpState.WAITING, waiting_since__isnull=False)
                | (~Q(state=RsvpState.WAITING) & Q(waiting_since__isnull=True)),
                name="rsvp_waits_since",
            ),
            models.CheckConstraint(
                condition=Q(attended_at__isnull=True) | Q(state=RsvpState.COMING),
                name="rsvp_who_came_was_coming",
            ),
            models.CheckConstraint(
                condition=Q(is_walk_in=True) | ~Q(email_normalised=""),
                name="rsvp_has_an_email",
            ),
        ]
        indexes = [
            models.Index(
                fields=["alliance", "occurrence", "waiting_since"],
                condition=Q(state=RsvpState.WAITING),
                name="rsvp_queue",
            ),
            models.Index(fields=["alliance", "email_normalised"], name="rsvp_of_email"),
            models.Index(fields=["alliance", "seat"], name="rsvp_of_seat"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("gatherings:rsvp", args=[self.secret])

    @property
    def secret(self) -> str:
        """The address of its page, 128 bits; only the hash is stored."""
        return links.derived_secret("rsvp", str(self.pk))

    @property
    def is_coming(self) -> bool:
        """Whether a place is theirs."""
        return self.state == RsvpState.COMING


class ReminderKind(models.TextChoices):
    DAY = "day", _("a day before")
    HOURS = "hours", _("two hours before")


class Reminder(TenantModel):
    """A reminder that was written: its presence keeps a second one away.

    A date that is moved begins at another instant, and is reminded of again.
    """

    append_only = True

    rsvp = TenantForeignKey(Rsvp, related_name="reminders")
    kind = models.CharField(max_length=8, choices=ReminderKind.choices)
    starts_at = models.DateTimeField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "rsvp", "kind", "starts_at"], name="reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.rsvp_id}"


class InvitationStop(TenantModel):
    """An address that wants no invitations; its presence is the wish."""

    email_normalised = models.EmailField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "email_normalised"], name="invitation_stop_once"
            )
        ]

    def __str__(self) -> str:
        return f"no invitations since {self.at:%Y-%m-%d}"
