"""Work that outlives a request: messages to send, long jobs to watch."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from alliance import clock
from alliance.models.files import StoredFile
from alliance.models.people import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel


class OutboxMessage(TenantModel):
    """A message that must be sent once, written with the change that causes it.

    Due rows are claimed with SKIP LOCKED under a lease; the broker only wakes
    the worker (ADR-0005). `key` names the cause, so that a replay adds
    nothing. `context` is emptied once sent: it may hold a link's secret.
    """

    key = models.CharField(max_length=120)
    template = models.CharField(max_length=80)
    to = models.EmailField()
    # Keyed hash of the normalised address, for the limit on one inbox; kept
    # after the address itself has been forgotten.
    to_digest = models.CharField(max_length=64)
    # Whether the address had confirmed that it wants our mail; the limit counts the others.
    is_confirmed = models.BooleanField(default=False)
    context = models.JSONField(default=dict)
    language = models.CharField(max_length=8)
    created_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    leased_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    dead_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "key"], name="outbox_key_once"),
        ]
        indexes = [
            models.Index(
                fields=["alliance", "due_at"],
                condition=models.Q(sent_at__isnull=True, dead_at__isnull=True),
                name="outbox_due",
            ),
            models.Index(fields=["alliance", "to_digest", "created_at"], name="outbox_to_one"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.key}"


class JobState(models.TextChoices):
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


class JobProgress(TenantModel):
    """How far a long job has come; safe to leave and to come back to."""

    title = models.CharField(max_length=120)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.RUNNING)
    message = models.CharField(max_length=200, blank=True)
    result = models.TextField(blank=True)
    result_name = models.CharField(max_length=80, blank=True)
    # Where the result is more than a text: the job ends with a file.
    file = TenantForeignKey(StoredFile, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(done__lte=models.F("total")), name="job_done_within_total"
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.done}/{self.total}"

    @property
    def seconds_left(self) -> int | None:
        """An estimate from the pace so far; None before there is one."""
        if not self.done or self.state != JobState.RUNNING:
            return None
        elapsed = (clock.now() - self.started_at).total_seconds()
        return round(elapsed / self.done * (self.total - self.done))
