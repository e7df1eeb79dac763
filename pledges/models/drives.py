"""A business's appeal for pledges, its states, and who moved it between them."""

from datetime import datetime
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock, links
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from members.models import Business
from moderation.models import Moderable, ModerableQuerySet
from pledges.amounts import SUGGESTED_MINOR, TERMS, amount_is_allowed


class DriveState(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PRIVATE = "private", _("in its own circle")
    GATHERING = "gathering", _("gathering pledges")
    QUALIFIED = "qualified", _("qualified")
    UNQUALIFIED = "unqualified", _("not enough pledges")
    FINANCED = "financed", _("financed")
    SERVING = "serving", _("being honoured")
    COMPLETED = "completed", _("completed")
    ENDED_EARLY = "ended_early", _("ended early")


DRIVE_TRANSITIONS: dict[str, frozenset[str]] = {
    DriveState.DRAFT: frozenset({DriveState.IN_REVIEW}),
    DriveState.IN_REVIEW: frozenset({DriveState.PRIVATE, DriveState.GATHERING, DriveState.DRAFT}),
    DriveState.PRIVATE: frozenset(
        {DriveState.GATHERING, DriveState.UNQUALIFIED, DriveState.ENDED_EARLY}
    ),
    DriveState.GATHERING: frozenset(
        {
            DriveState.QUALIFIED,
            DriveState.UNQUALIFIED,
            DriveState.SERVING,
            DriveState.ENDED_EARLY,
        }
    ),
    DriveState.QUALIFIED: frozenset(
        {DriveState.FINANCED, DriveState.SERVING, DriveState.ENDED_EARLY}
    ),
    DriveState.UNQUALIFIED: frozenset(),
    # Back to qualified: the lender or the borrower stepped back before the money was paid out.
    DriveState.FINANCED: frozenset(
        {DriveState.SERVING, DriveState.QUALIFIED, DriveState.ENDED_EARLY}
    ),
    DriveState.SERVING: frozenset({DriveState.COMPLETED, DriveState.ENDED_EARLY}),
    DriveState.COMPLETED: frozenset(),
    DriveState.ENDED_EARLY: frozenset(),
}
OPEN_STATES = (DriveState.GATHERING,)
# Approved, and neither ended nor completed.
RUNNING_STATES = (
    DriveState.PRIVATE,
    DriveState.GATHERING,
    DriveState.QUALIFIED,
    DriveState.FINANCED,
    DriveState.SERVING,
)
# A business has one drive at a time in these.
UNDER_WAY_STATES = (
    DriveState.IN_REVIEW,
    DriveState.PRIVATE,
    DriveState.GATHERING,
    DriveState.QUALIFIED,
    DriveState.FINANCED,
)
# Pledges of these drives are taken at the till.
HONOURING_STATES = RUNNING_STATES
# What anyone may read, once it has opened to all.
PUBLIC_STATES = tuple(
    s for s in DriveState if s not in (DriveState.DRAFT, DriveState.IN_REVIEW, DriveState.PRIVATE)
)
PRIVATE_LINK = "drive-private"


class Rung(models.TextChoices):
    """How much a drive must show before a lender hears of it (ADR-0008)."""

    STANDARD = "standard", _("standard")
    STARTER = "starter", _("starter")


class DriveQuerySet(ModerableQuerySet, models.QuerySet["PledgeDrive"]):
    """Reads of drives by who may see them."""

    def public(self) -> "DriveQuerySet":
        """Drives that anyone may read: all that opened, also those that have ended since."""
        return self.filter(state__in=PUBLIC_STATES, opened_at__isnull=False)

    def open(self) -> "DriveQuerySet":
        """Drives that take pledges from everybody now."""
        return self.filter(state__in=OPEN_STATES, gathering_ends_at__gt=clock.now())


class PledgeDrive(Moderable, TenantModel):
    """A business asks its customers to promise purchases over the next months.

    `title`, `purpose`, `story`, `money_use` and `perk` are as they were
    written. Everybody but the writer reads them through `shown_title` and its
    neighbours, which say nothing while the words are hidden: the amounts, the
    days and the pledges stay where they are (ADR-0031).
    """

    business = TenantForeignKey(Business, related_name="drives")
    made_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    slug = models.SlugField(max_length=80)
    title = models.CharField(max_length=120)
    purpose = models.CharField(max_length=200)
    story = models.TextField(max_length=8000)
    money_use = models.TextField(max_length=1000)
    target_pledgers = models.PositiveIntegerField(
        default=100, validators=[MinValueValidator(1), MaxValueValidator(100_000)]
    )
    suggested_minor = models.PositiveIntegerField(default=SUGGESTED_MINOR)
    currency = models.CharField(max_length=3)
    term_months = models.PositiveSmallIntegerField(
        default=12, choices=[(months, _("%d months") % months) for months in TERMS]
    )
    seeks_loan = models.BooleanField(default=False)
    rung = models.CharField(max_length=10, choices=Rung.choices, default=Rung.STANDARD)
    # The owner wants the private phase also where the alliance does not ask for it.
    starts_private = models.BooleanField(default=False)
    # One line that a customer gets for buying; never for bringing anybody.
    perk = models.CharField(max_length=120, blank=True)
    gathering_days = models.PositiveSmallIntegerField(
        default=60, validators=[MinValueValidator(7), MaxValueValidator(60)]
    )
    state = models.CharField(max_length=16, choices=DriveState.choices, default=DriveState.DRAFT)
    created_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    private_ends_at = models.DateTimeField(null=True, blank=True)
    private_digest = models.CharField(max_length=64, blank=True)
    # When it opened to all.
    opened_at = models.DateTimeField(null=True, blank=True)
    gathering_ends_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(DriveQuerySet)

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "slug"], name="drive_slug_once"),
            models.UniqueConstraint(
                fields=["alliance", "private_digest"],
                condition=~models.Q(private_digest=""),
                name="drive_private_link_once",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=DriveState.values), name="drive_state_known"
            ),
            models.CheckConstraint(
                condition=amount_is_allowed("suggested_minor"), name="drive_suggested_allowed"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[DriveState.DRAFT, DriveState.IN_REVIEW])
                | models.Q(opened_at__isnull=False, gathering_ends_at__isnull=False)
                # Never opened to all: it is private, or ended there.
                | models.Q(
                    state__in=[
                        DriveState.PRIVATE,
                        DriveState.UNQUALIFIED,
                        DriveState.ENDED_EARLY,
                    ],
                    private_ends_at__isnull=False,
                ),
                name="drive_opened_has_dates",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=DriveState.PRIVATE)
                | (
                    models.Q(private_ends_at__isnull=False, opened_at__isnull=True)
                    & ~models.Q(private_digest="")
                ),
                name="drive_private_has_link",
            ),
        ]
        indexes = [models.Index(fields=["alliance", "state"], name="drive_by_state")]

    def __str__(self) -> str:
        return self.shown_title

    def get_absolute_url(self) -> str:
        """Its page: the private one as long as, or where, it never opened to all."""
        if self.private_digest and self.opened_at is None:
            return reverse("pledges:private", args=[self.private_secret])
        return reverse("pledges:drive", args=[self.slug])

    @property
    def private_secret(self) -> str:
        """The private link's secret, 128 bits; only its hash is stored."""
        return links.derived_secret(PRIVATE_LINK, str(self.pk))

    @property
    def pledging_ends_at(self) -> datetime | None:
        """When the phase in which it takes pledges ends; None outside of such a phase."""
        if self.state == DriveState.PRIVATE:
            return self.private_ends_at
        return self.gathering_ends_at if self.state in OPEN_STATES else None

    @property
    def is_open(self) -> bool:
        """Whether it takes pledges at this moment, from all or from the owner's own circle."""
        ends = self.pledging_ends_at
        return ends is not None and ends > clock.now()

    @property
    def days_left(self) -> int | None:
        """Whole days until its phase ends, 0 on the last; None when it takes no pledges."""
        ends = self.pledging_ends_at
        if ends is None or ends <= clock.now():
            return None
        return (ends - clock.now()).days

    @property
    def money_use_lines(self) -> list[str]:
        """What the money does, a line each."""
        return [line.strip() for line in self.money_use.splitlines() if line.strip()]

    @property
    def shown_title(self) -> str:
        """What others call it."""
        if not self.is_hidden:
            return self.title
        return str(_("Drive of %(business)s") % {"business": self.business.trade_name})

    @property
    def shown_purpose(self) -> str:
        """What others read of its purpose."""
        return "" if self.is_hidden else self.purpose

    @property
    def shown_story(self) -> str:
        """What others read of its story."""
        return "" if self.is_hidden else self.story

    @property
    def shown_perk(self) -> str:
        """The thank-you that others read."""
        return "" if self.is_hidden else self.perk

    @property
    def shown_money_use_lines(self) -> list[str]:
        """What others read of what the money does."""
        return [] if self.is_hidden else self.money_use_lines


class DriveStep(TenantModel):
    """One move of a drive between states: when, by whom, why."""

    append_only = True

    drive = TenantForeignKey(PledgeDrive, related_name="steps")
    from_state = models.CharField(max_length=16, choices=DriveState.choices)
    to_state = models.CharField(max_length=16, choices=DriveState.choices)
    reason = models.CharField(max_length=400, blank=True)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
