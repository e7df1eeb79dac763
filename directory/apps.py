"""The room at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """Listings and how they are found."""

    name = "directory"
    verbose_name = _("Directory")

    def ready(self) -> None:
        from directory import receivers
        from directory.models import DailyCount, Entry, OpeningHours, Place, SpecialHours
        from members import derived

        receivers.connect()
        derived.register(SpecialHours, OpeningHours, Place, DailyCount, Entry)
