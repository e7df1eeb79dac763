"""Prompts that keep a group talking: a library of words, a group's week, and each time."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel
from groups.models.groups import Group

LONGEST_WORDS = 1000


class PromptKind(models.TextChoices):
    ASK = "ask", _("Ask for help")
    RESOURCE = "resource", _("Share a resource")
    WIN_FAILURE = "win_failure", _("A win and a failure")


class Cadence(models.TextChoices):
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Once a month")


class Prompt(TenantModel):
    """Words of the alliance's library (no group), or a place in a group's week.

    A group's own prompt without words takes those of the library that the group
    has not read for the longest time. Monthly: the first such weekday of a month.
    """

    group = TenantForeignKey(Group, null=True, blank=True, related_name="prompts")
    kind = models.CharField(max_length=12, choices=PromptKind.choices)
    title = models.CharField(max_length=120, blank=True)
    words = models.TextField(blank=True, validators=[MaxLengthValidator(LONGEST_WORDS)])
    cadence = models.CharField(max_length=8, choices=Cadence.choices, default=Cadence.WEEKLY)
    # 0 is Monday.
    weekday = models.PositiveSmallIntegerField(default=0)
    made_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=PromptKind.values), name="prompt_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(cadence__in=Cadence.values), name="prompt_cadence_known"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="prompt_weekday_known"),
            models.CheckConstraint(
                condition=Q(group__isnull=False) | (~Q(title="") & ~Q(words="")),
                name="prompt_of_the_library_has_words",
            ),
        ]
        indexes = [models.Index(fields=["alliance", "group", "kind"], name="prompt_of_group")]

    def __str__(self) -> str:
        return self.title or self.kind


class PromptRunState(models.TextChoices):
    WAITING = "waiting", _("the facilitators go first")
    POSTED = "posted", _("posted")
    SKIPPED = "skipped", _("skipped")


class PromptRun(TenantModel):
    """One time that a prompt was due; `title` and `words` are as the group reads them.

    `answer` is what a facilitator wrote beforehand: it opens the talk as its
    first reply. `topic_key` is the id of the topic that was started.
    """

    group = TenantForeignKey(Group, related_name="prompt_runs")
    prompt = TenantForeignKey(Prompt, related_name="runs")
    wording = TenantForeignKey(Prompt, related_name="+")
    due_on = models.DateField()
    title = models.CharField(max_length=120)
    words = models.TextField(validators=[MaxLengthValidator(LONGEST_WORDS)])
    state = models.CharField(
        max_length=8, choices=PromptRunState.choices, default=PromptRunState.WAITING
    )
    answer = models.TextField(blank=True, validators=[MaxLengthValidator(4000)])
    answered_by = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    topic_key = models.UUIDField(null=True, blank=True)
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-due_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "group", "prompt", "due_on"], name="prompt_run_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=PromptRunState.values), name="prompt_run_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=PromptRunState.POSTED) | Q(topic_key__isnull=False),
                name="prompt_run_posted_has_a_topic",
            ),
        ]
        indexes = [
            models.Index(fields=["alliance", "group", "-due_on", "-id"], name="prompt_run_of"),
            models.Index(
                fields=["alliance", "due_on"],
                condition=Q(state=PromptRunState.WAITING),
                name="prompt_run_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.due_on}"
