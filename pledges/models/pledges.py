"""A customer's promise to buy, and every change of it."""

from typing import Any, ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock, links
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from pledges.amounts import TERMS, amount_is_allowed
from pledges.models.drives import PledgeDrive


class PledgeState(models.TextChoices):
    """`confirmed` is the step from intended to active; no pledge rests in it."""

    INTENDED = "intended", _("waiting for confirmation")
    ACTIVE = "active", _("active")
    FULFILLED = "fulfilled", _("honoured in full")
    LAPSED = "lapsed", _("term over")
    CANCELLED = "cancelled", _("withdrawn")
    RELEASED = "released", _("released")
    VOID = "void", _("void")


PLEDGE_TRANSITIONS: dict[str, frozenset[str]] = {
    PledgeState.INTENDED: frozenset({PledgeState.ACTIVE, PledgeState.RELEASED, PledgeState.VOID}),
    PledgeState.ACTIVE: frozenset(
        {
            PledgeState.FULFILLED,
            PledgeState.LAPSED,
            PledgeState.CANCELLED,
            PledgeState.RELEASED,
            PledgeState.VOID,
        }
    ),
    # A redemption that is taken back makes room again; raising does too.
    PledgeState.FULFILLED: frozenset({PledgeState.ACTIVE, PledgeState.VOID}),
    PledgeState.LAPSED: frozenset({PledgeState.FULFILLED, PledgeState.VOID}),
    PledgeState.CANCELLED: frozenset({PledgeState.VOID}),
    PledgeState.RELEASED: frozenset({PledgeState.VOID}),
    PledgeState.VOID: frozenset(),
}
LIVE_STATES = (PledgeState.INTENDED, PledgeState.ACTIVE, PledgeState.FULFILLED)
# Confirmed, and neither over nor taken back.
STANDING_STATES = (PledgeState.ACTIVE, PledgeState.FULFILLED)
DROPPED_STATES = (PledgeState.CANCELLED, PledgeState.RELEASED, PledgeState.LAPSED)


class Display(models.TextChoices):
    """How a pledger is named in public."""

    FULL = "full", _("My name")
    FIRST = "first", _("My first name only")
    ANONYMOUS = "anonymous", _("Anonymous")


class PledgeQuerySet(models.QuerySet["Pledge"]):
    """Reads of pledges by state."""

    def live(self) -> "PledgeQuerySet":
        """Those that stand, or wait to: at most one per person and drive."""
        return self.filter(state__in=LIVE_STATES)

    def confirmed(self) -> "PledgeQuerySet":
        """Those that were confirmed once, are not void, and are not a friend's now."""
        once = self.filter(confirmed_at__isnull=False, passed_on_at__isnull=True)
        return once.exclude(state=PledgeState.VOID)


class Pledge(TenantModel):
    """One person's promise to one drive.

    `held_minor` is what redemptions claim of it (claimed, disputed and
    confirmed); `honoured_minor` the confirmed part. Both are kept by
    conditional updates under CHECK, so that no interleaving honours more than
    was pledged.
    """

    drive = TenantForeignKey(PledgeDrive, related_name="pledges")
    email = models.EmailField()
    email_normalised = models.EmailField()
    name = models.CharField(max_length=120)
    display = models.CharField(max_length=10, choices=Display.choices, default=Display.FULL)
    amount_minor = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    term_months = models.PositiveSmallIntegerField(choices=[(m, str(m)) for m in TERMS])
    held_minor = models.PositiveIntegerField(default=0)
    honoured_minor = models.PositiveIntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=PledgeState.choices, default=PledgeState.INTENDED
    )
    # Counts the changes; a mailed link carries it and is good for one of them.
    version = models.PositiveIntegerField(default=1)
    form_key = models.CharField(max_length=32, blank=True)
    code = models.CharField(max_length=8)
    card_digest = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clock.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    term_ends_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    # When all of it became a friend's pledge: counted there, and here no more.
    passed_on_at = models.DateTimeField(null=True, blank=True)
    # When the one kind reminder of a pledger at risk was written.
    reminded_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(PledgeQuerySet)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "drive", "email_normalised"],
                condition=models.Q(state__in=LIVE_STATES),
                name="pledge_one_live_per_person",
            ),
            models.UniqueConstraint(fields=["alliance", "code"], name="pledge_code_once"),
            models.UniqueConstraint(fields=["alliance", "card_digest"], name="pledge_card_once"),
            models.CheckConstraint(
                condition=amount_is_allowed("amount_minor"), name="pledge_amount_allowed"
            ),
            models.CheckConstraint(
                condition=models.Q(held_minor__lte=models.F("amount_minor"))
                & models.Q(honoured_minor__lte=models.F("held_minor")),
                name="pledge_honoured_within_pledged",
            ),
            models.CheckConstraint(
                condition=models.Q(passed_on_at__isnull=True)
                | models.Q(state__in=[PledgeState.CANCELLED, PledgeState.VOID], held_minor=0),
                name="pledge_passed_on_has_ended",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=PledgeState.values), name="pledge_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[PledgeState.INTENDED, PledgeState.RELEASED, PledgeState.VOID]
                )
                | models.Q(confirmed_at__isnull=False, term_ends_at__isnull=False),
                name="pledge_active_was_confirmed",
            ),
        ]
        indexes = [
            # Answers a drive's public figures from the index alone.
            models.Index(
                fields=["alliance", "drive", "state"],
                include=["amount_minor", "honoured_minor", "confirmed_at", "passed_on_at"],
                name="pledge_figures",
            ),
            models.Index(
                fields=["alliance", "drive", "-confirmed_at"],
                condition=models.Q(confirmed_at__isnull=False),
                name="pledge_newest",
            ),
            models.Index(
                fields=["alliance", "term_ends_at"],
                condition=models.Q(state=PledgeState.ACTIVE),
                name="pledge_term_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_name}, {self.amount_minor}"

    def get_absolute_url(self) -> str:
        return reverse("pledges:card", args=[self.card_secret])

    @property
    def card_secret(self) -> str:
        """The card's link, 128 bits; only its hash is stored."""
        return links.derived_secret("pledge-card", str(self.pk))

    @property
    def public_name(self) -> str:
        """The name as the pledger wants it seen."""
        if self.display == Display.ANONYMOUS:
            return str(_("A neighbour"))
        return self.name.split()[0] if self.display == Display.FIRST else self.name

    @property
    def remaining_minor(self) -> int:
        """What may still be taken at the till."""
        return self.amount_minor - self.held_minor

    @property
    def code_grouped(self) -> str:
        """The typed code as people read it: K7QX 2M9P."""
        return f"{self.code[:4]} {self.code[4:]}"


class StepKind(models.TextChoices):
    MADE = "made", _("pledged")
    CONFIRMED = "confirmed", _("confirmed")
    RAISED = "raised", _("raised")
    LOWERED = "lowered", _("lowered")
    CANCELLED = "cancelled", _("withdrawn")
    RELEASED = "released", _("released")
    LAPSED = "lapsed", _("term over")
    FULFILLED = "fulfilled", _("honoured in full")
    REOPENED = "reopened", _("open again")
    VOIDED = "voided", _("voided")
    # To a friend: the amount is what stays, or the pledge ends and the friend has all of it.
    PASSED_ON = "passed_on", _("passed on")


class PledgeStep(TenantModel):
    """One change of a pledge: what, from which amount to which, when, why."""

    append_only = True

    pledge = TenantForeignKey(Pledge, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    amount_before_minor = models.PositiveIntegerField()
    amount_after_minor = models.PositiveIntegerField()
    reason = models.CharField(max_length=400, blank=True)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["alliance", "pledge"], name="pledge_step_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_after_minor}"
