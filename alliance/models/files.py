"""Files that people bring and that the platform makes, kept in the database (ADR-0014)."""

from django.db import models

from alliance import clock
from alliance.models.people import Seat
from alliance.tenancy.models import TenantForeignKey, TenantModel


class StoredFile(TenantModel):
    """A file's bytes under the same policies, backups and exports as every row."""

    name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    seat = TenantForeignKey(Seat, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.name
