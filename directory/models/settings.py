"""What an alliance decides about its directory."""

from django.db import models

from alliance.tenancy.models import TenantModel


class DirectorySettings(TenantModel):
    """One row an alliance. Without `tiles_url` the map shows places and no streets.

    `tiles_url` holds {z}, {x} and {y}. `refreshed_on` is the day for which the
    entries were last held against the memberships.
    """

    tiles_url = models.CharField(max_length=300, blank=True)
    tiles_attribution = models.CharField(max_length=200, blank=True)
    refreshed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "directory settings"
        constraints = [models.UniqueConstraint(fields=["alliance"], name="directory_settings_once")]

    def __str__(self) -> str:
        return "settings of the directory"
