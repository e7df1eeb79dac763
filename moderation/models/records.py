"""What was done, in a log that nobody can edit; and what care remembers for a week."""

from django.db import models

from alliance import clock
from alliance.models import Person, Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel
from moderation.models.cases import Case
from moderation.models.spaces import Space


class LogEntry(TenantModel):
    """One act of moderation: who, what, where, when; `detail` holds no words of the content."""

    append_only = True

    action = models.CharField(max_length=60)
    case = TenantForeignKey(Case, null=True, blank=True, related_name="log")
    space = TenantForeignKey(Space, null=True, blank=True, related_name="+")
    # From the space's own stewards it is kept, as its case is.
    is_outside = models.BooleanField(default=False)
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name_plural = "log entries"
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["alliance", "-at", "-id"], name="moderation_log_recent"),
            models.Index(
                fields=["alliance", "space", "-at", "-id"], name="moderation_log_of_space"
            ),
            models.Index(fields=["alliance", "case"], name="moderation_log_of_case"),
        ]

    def __str__(self) -> str:
        return self.action


class Writing(TenantModel):
    """That somebody wrote something, by the digest of its words; forgotten after a week."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "kind", "subject_id"], name="writing_once_per_subject"
            )
        ]
        indexes = [
            models.Index(fields=["alliance", "person", "-at"], name="writing_of_person"),
            models.Index(fields=["alliance", "at"], name="writing_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
