"""The requests board: asks and offers across the alliance, and what came of them."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel, scoped
from members.models import Segment
from moderation.models import Moderable, ModerableQuerySet

# How long an entry hangs unless it is put up again.
HANGS_FOR = timedelta(days=60)
# So long before that its author is reminded.
ENDS_SOON = timedelta(days=7)
LONGEST_TITLE, LONGEST_WORDS, LONGEST_OUTCOME = 120, 2000, 400
OPEN = Q(closed_at__isnull=True, hidden_at__isnull=True)


class EntryKind(models.TextChoices):
    ASK = "ask", _("Ask")
    OFFER = "offer", _("Offer")


class BoardOutcome(models.TextChoices):
    """What came of it."""

    MET = "met", _("We met")
    HELPED = "helped", _("It helped")
    DEAL = "deal", _("We do business")
    NO_FIT = "no_fit", _("It did not fit")
    WITHDRAWN = "withdrawn", _("I take it down")


class BoardEntryQuerySet(ModerableQuerySet):
    """Reads of the board by what hangs there."""

    def hanging(self) -> "BoardEntryQuerySet":
        """What is neither closed, hidden nor too old."""
        found = self.filter(OPEN, listed_at__gt=clock.now() - HANGS_FOR)
        return found

    def closed(self) -> "BoardEntryQuerySet":
        """What has an outcome; what was taken down is not among them."""
        found = self.filter(closed_at__isnull=False, hidden_at__isnull=True)
        return found.exclude(outcome=BoardOutcome.WITHDRAWN)

    def ending(self) -> "BoardEntryQuerySet":
        """What hangs, and comes down by itself within a week."""
        return self.hanging().filter(listed_at__lte=clock.now() - HANGS_FOR + ENDS_SOON)


class BoardEntry(Moderable, TenantModel):
    """An ask or an offer; it hangs for 60 days from `listed_at`, which moves when it is renewed."""

    kind = models.CharField(max_length=5, choices=EntryKind.choices)
    author = TenantForeignKey(Seat, related_name="board_entries")
    segment = models.CharField(max_length=16, choices=Segment.choices, blank=True)
    title = models.CharField(max_length=LONGEST_TITLE)
    words = models.TextField(validators=[MaxLengthValidator(LONGEST_WORDS)])
    created_at = models.DateTimeField(default=clock.now)
    listed_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=9, choices=BoardOutcome.choices, blank=True)
    outcome_words = models.CharField(max_length=LONGEST_OUTCOME, blank=True)

    objects: ClassVar[Any] = scoped(BoardEntryQuerySet)

    class Meta:
        ordering = ["-listed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EntryKind.values), name="board_entry_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, outcome="")
                | Q(closed_at__isnull=False, outcome__in=BoardOutcome.values),
                name="board_entry_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(segment="") | Q(segment__in=Segment.values),
                name="board_entry_segment_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["alliance", "-listed_at", "-id"], condition=OPEN, name="board_open"
            ),
            models.Index(
                fields=["alliance", "kind", "-listed_at", "-id"],
                condition=OPEN,
                name="board_open_of_kind",
            ),
            models.Index(
                fields=["alliance", "segment", "-listed_at", "-id"],
                condition=OPEN,
                name="board_open_of_segment",
            ),
            models.Index(
                fields=["alliance", "-closed_at", "-id"],
                condition=Q(closed_at__isnull=False, hidden_at__isnull=True),
                name="board_closed",
            ),
            models.Index(fields=["alliance", "author", "-listed_at", "-id"], name="board_own"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("groups:entry", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        """Whether its author has said what came of it."""
        return self.closed_at is not None

    @property
    def expires_at(self) -> datetime:
        """When it comes down by itself."""
        return self.listed_at + HANGS_FOR

    @property
    def ends_soon(self) -> bool:
        """Whether it comes down by itself within a week."""
        now = clock.now()
        return not self.is_closed and now < self.expires_at <= now + ENDS_SOON

    @property
    def is_expired(self) -> bool:
        """Whether it came down by itself."""
        return not self.is_closed and self.expires_at <= clock.now()

    @property
    def is_hanging(self) -> bool:
        """Whether somebody can still answer."""
        return not (self.is_closed or self.is_hidden or self.is_expired)


class BoardAnswerQuerySet(ModerableQuerySet):
    """Reads of answers."""

    def standing(self) -> "BoardAnswerQuerySet":
        """Those that were not taken back."""
        return self.filter(withdrawn_at__isnull=True)


class BoardAnswer(Moderable, TenantModel):
    """What somebody wrote under an entry, until they take it back."""

    entry = TenantForeignKey(BoardEntry, related_name="answers")
    author = TenantForeignKey(Seat, related_name="board_answers")
    words = models.TextField(validators=[MaxLengthValidator(LONGEST_WORDS)])
    created_at = models.DateTimeField(default=clock.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = scoped(BoardAnswerQuerySet)

    class Meta:
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["alliance", "entry", "created_at", "id"], name="board_answer_of")
        ]

    def __str__(self) -> str:
        return f"answer to {self.entry_id}"

    def get_absolute_url(self) -> str:
        return f"{reverse('groups:entry', args=[self.entry_id])}#answer-{self.pk}"


class BoardVersion(TenantModel):
    """What an entry, or an answer under it, said until it was changed; kept for its author.

    A final removal empties the words, nothing else may.
    """

    append_only = True
    changeable: ClassVar[tuple[str, ...]] = ("title", "words")

    entry = TenantForeignKey(BoardEntry, related_name="versions")
    answer = TenantForeignKey(BoardAnswer, null=True, blank=True, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    words = models.TextField(blank=True)
    by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "entry", "answer", "number"],
                nulls_distinct=False,
                name="board_version_once",
            )
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.answer_id or self.entry_id}"
