"""Something written is looked at: the case, its flags, decisions, and the appeal."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Person, Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from moderation.models.agreements import Agreement
from moderation.models.spaces import Space


class CaseState(models.TextChoices):
    OPEN = "open", _("waiting for a decision")
    AUTO_HIDDEN = "auto_hidden", _("hidden until it is decided")
    DECIDED = "decided", _("decided")
    APPEALED = "appealed", _("appealed")
    FINAL = "final", _("final")


CASE_TRANSITIONS: dict[str, frozenset[str]] = {
    # A decision that nothing is wrong leaves nothing to appeal: it is final at once.
    CaseState.OPEN: frozenset({CaseState.AUTO_HIDDEN, CaseState.DECIDED, CaseState.FINAL}),
    # Whoever looks after the place may show it again before they decide.
    CaseState.AUTO_HIDDEN: frozenset({CaseState.OPEN, CaseState.DECIDED, CaseState.FINAL}),
    CaseState.DECIDED: frozenset({CaseState.APPEALED, CaseState.FINAL}),
    CaseState.APPEALED: frozenset({CaseState.FINAL}),
    CaseState.FINAL: frozenset(),
}
UNDECIDED = (CaseState.OPEN, CaseState.AUTO_HIDDEN)


class Origin(models.TextChoices):
    FLAGS = "flags", _("flagged")
    CARE = "care", _("held by the rules")
    STAFF = "staff", _("opened by whoever looks after it")


class Stage(models.TextChoices):
    FIRST = "first", _("decision")
    APPEAL = "appeal", _("decision on the appeal")


class Outcome(models.TextChoices):
    KEEP = "keep", _("It stays as it is")
    EDIT_REQUEST = "edit_request", _("Hidden until it is changed")
    HIDE = "hide", _("Hidden")
    WARN = "warn", _("It stays, with a warning")
    MUTE = "mute", _("Hidden, and no writing for seven days")
    REMOVE = "remove", _("Removed")
    SUSPEND = "suspend", _("Hidden, and no writing until further notice")


HIDES = frozenset(
    {Outcome.EDIT_REQUEST, Outcome.HIDE, Outcome.MUTE, Outcome.REMOVE, Outcome.SUSPEND}
)


def late() -> Q:
    """Cases that are overdue now, as `Case.is_overdue` says it of one."""
    now = clock.now()
    untouched = Q(state__in=UNDECIDED, first_action_at__isnull=True, first_due_at__lt=now)
    return untouched | Q(state=CaseState.APPEALED, appeal_due_at__lt=now)


class CaseQuerySet(models.QuerySet["Case"]):
    """Reads of cases by what they wait for."""

    def undecided(self) -> "CaseQuerySet":
        """Wait for a first decision; at most one for each thing written."""
        return self.filter(state__in=UNDECIDED)

    def untouched(self) -> "CaseQuerySet":
        """Nobody has acted on them yet."""
        return self.undecided().filter(first_action_at__isnull=True)

    def appealed(self) -> "CaseQuerySet":
        """Wait for somebody else to hear the appeal."""
        return self.filter(state=CaseState.APPEALED)

    def overdue(self) -> "CaseQuerySet":
        """Nobody acted within a day, or nobody heard the appeal within three."""
        return self.filter(late())

    def in_time(self) -> "CaseQuerySet":
        """All others."""
        return self.exclude(late())


class Case(TenantModel):
    """One thing that somebody wrote is looked at.

    `kind` is the content's key and `subject_id` its id (`moderation.content`);
    `title` and `words` are what stood there when the case began, so that the
    evidence outlives a later edit. `author` is whom a sanction would reach.
    `is_outside` keeps it from the stewards of its own space.
    """

    kind = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    title = models.CharField(max_length=200)
    words = models.TextField()
    space = TenantForeignKey(Space, null=True, blank=True, related_name="cases")
    author = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    is_outside = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.OPEN)
    origin = models.CharField(max_length=6, choices=Origin.choices)
    reason = models.CharField(max_length=400, blank=True)
    opened_at = models.DateTimeField(default=clock.now)
    first_due_at = models.DateTimeField()
    first_action_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    appealed_at = models.DateTimeField(null=True, blank=True)
    appeal_due_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(CaseQuerySet)

    class Meta:
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "kind", "subject_id"],
                condition=Q(state__in=UNDECIDED),
                name="case_one_undecided",
            ),
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="case_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=CaseState.APPEALED) | Q(appeal_due_at__isnull=False),
                name="case_appeal_has_due_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNDECIDED) | Q(decided_at__isnull=False),
                name="case_decided_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "-opened_at", "-id"], name="case_recent"),
            models.Index(fields=["alliance", "state", "-opened_at", "-id"], name="case_by_state"),
            models.Index(fields=["alliance", "space", "-opened_at", "-id"], name="case_by_space"),
            models.Index(fields=["alliance", "subject_id"], name="case_of_subject"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("moderation_staff:case", args=[self.pk])

    @property
    def is_undecided(self) -> bool:
        return self.state in UNDECIDED

    @property
    def is_overdue(self) -> bool:
        """Whether nobody acted within a day, or nobody heard the appeal within three."""
        now = clock.now()
        if self.state == CaseState.APPEALED:
            return self.appeal_due_at is not None and self.appeal_due_at < now
        return self.is_undecided and self.first_action_at is None and self.first_due_at < now


class CaseAuthor(TenantModel):
    """A person who answered for the words when the case began; none of them decides it."""

    append_only = True

    case = TenantForeignKey(Case, related_name="authors")
    seat = TenantForeignKey(Seat, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "case", "person"], name="case_author_once")
        ]
        indexes = [
            models.Index(fields=["alliance", "person", "-opened_at", "-id"], name="case_of_author")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.case_id}"


class Flag(TenantModel):
    """A member says which agreement was broken; `words` is what they saw.

    `weight` is trust × accuracy at that time (`moderation.weights`). `upheld`
    is None until the case is decided.
    """

    append_only = True
    changeable = ("upheld",)

    case = TenantForeignKey(Case, related_name="flags")
    agreement = TenantForeignKey(Agreement, related_name="+")
    by = TenantForeignKey(Seat, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=600, blank=True)
    words = models.TextField()
    weight = models.DecimalField(max_digits=3, decimal_places=2)
    upheld = models.BooleanField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "case", "person"], name="flag_once_per_person"
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=Decimal("0.2"), weight__lte=2), name="flag_weight_allowed"
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "person", "-at", "-id"], name="flag_of_person"),
            models.Index(fields=["alliance", "at"], name="flag_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id} by {self.person_id}"


class Decision(TenantModel):
    """What was decided and why, with the agreement it rests on; never edited."""

    append_only = True

    case = TenantForeignKey(Case, related_name="decisions")
    stage = models.CharField(max_length=6, choices=Stage.choices)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    agreement = TenantForeignKey(Agreement, null=True, blank=True, related_name="+")
    reasons = models.TextField(max_length=2000)
    by = TenantForeignKey(Seat, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "case", "stage"], name="decision_once_per_stage"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.KEEP) | Q(agreement__isnull=False),
                name="decision_names_agreement",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="decision_outcome_known"
            ),
        ]
        indexes = [models.Index(fields=["alliance", "at"], name="decision_by_time")]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.get_outcome_display()}"

    @property
    def hides(self) -> bool:
        return self.outcome in HIDES


class Appeal(TenantModel):
    """The author asks somebody else to look again; once."""

    append_only = True

    case = TenantForeignKey(Case, related_name="appeals")
    by = TenantForeignKey(Seat, related_name="+")
    words = models.TextField(max_length=2000)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "case"], name="case_appeal_once")
        ]
        indexes = [models.Index(fields=["alliance", "at"], name="case_appeal_by_time")]

    def __str__(self) -> str:
        return f"appeal in {self.case_id}"
