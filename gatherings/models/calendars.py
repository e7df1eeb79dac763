"""The secret address of a person's own calendar."""

from django.db import models

from alliance import clock, links
from alliance.models import Person
from alliance.tenancy.models import TenantModel


class CalendarLink(TenantModel):
    """Where a calendar program finds the dates that a person comes to, in one alliance.

    The address is derived from `version`, so that it can be shown again although
    only its hash is stored; a new version makes a new address.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64)
    renewed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alliance", "person"], name="calendar_link_once"),
            models.UniqueConstraint(fields=["alliance", "digest"], name="calendar_digest_once"),
        ]

    def __str__(self) -> str:
        return f"calendar of {self.person_id}"

    @property
    def secret(self) -> str:
        """The address's secret part, 128 bits."""
        return links.derived_secret("calendar", f"{self.person_id}:{self.version}")
