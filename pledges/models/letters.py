"""Letters of a business to its pledgers, and who wants no more of them."""

from django.core.validators import MaxLengthValidator
from django.db import models

from alliance import clock
from alliance.models import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel
from moderation.models import Moderable
from pledges.models.drives import PledgeDrive

LONGEST = 4_000


class DriveLetter(Moderable, TenantModel):
    """One letter to all who stand by a drive; its words never change.

    While it is hidden nobody else gets it.
    """

    append_only = True
    changeable = ("sent_count", "finished_at", "hidden_at")

    drive = TenantForeignKey(PledgeDrive, related_name="letters")
    subject = models.CharField(max_length=120)
    body = models.TextField(max_length=LONGEST, validators=[MaxLengthValidator(LONGEST)])
    seat = TenantForeignKey(Seat, related_name="+")
    # The job whose progress the page shows; it is forgotten before the letter is.
    job_id = models.UUIDField()
    created_at = models.DateTimeField(default=clock.now)
    sent_count = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["alliance", "drive", "-created_at"], name="letter_of_drive"),
            models.Index(
                fields=["alliance", "created_at"],
                condition=models.Q(finished_at__isnull=True),
                name="letter_unfinished",
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class LetterStop(TenantModel):
    """An address that wants no more letters of this drive; its card and news stay."""

    append_only = True

    drive = TenantForeignKey(PledgeDrive, related_name="letter_stops")
    email_normalised = models.EmailField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["alliance", "drive", "email_normalised"], name="letter_stop_once"
            )
        ]

    def __str__(self) -> str:
        return self.email_normalised
