"""Letters that tell what is new in a person's groups: once a day or once a week."""

from django.db import models
from django.db.models import Q

from alliance import clock
from alliance.models import Person
from alliance.tenancy.models import TenantForeignKey, TenantModel


class DigestRun(TenantModel):
    """One morning of one alliance; it tells of what was written from `since` to `until`.

    `week_since` is empty on mornings that are not for weekly readers. A run
    whose worker died is taken up where `finished_at` is empty.
    """

    on = models.DateField()
    since = models.DateTimeField()
    week_since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField()
    started_at = models.DateTimeField(default=clock.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-on"]
        constraints = [
            models.UniqueConstraint(fields=["alliance", "on"], name="digest_run_once"),
            models.CheckConstraint(
                condition=Q(until__gt=models.F("since")), name="digest_run_spans_time"
            ),
        ]

    def __str__(self) -> str:
        return f"digests of {self.on}"


class DigestLetter(TenantModel):
    """One person's letter of one morning; its presence keeps a second one away.

    `spent` keeps how many minutes of reading it offered, by the member's id, so
    that a week's letters stay within what the reader wants to spend.
    """

    run = TenantForeignKey(DigestRun, related_name="letters")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    spent = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "run", "person"], name="digest_letter_once")
        ]
        indexes = [
            models.Index(fields=["alliance", "person", "-at"], name="digest_letter_of_person"),
            models.Index(fields=["alliance", "at"], name="digest_letter_by_age"),
        ]

    def __str__(self) -> str:
        return f"digest for {self.person_id}"
