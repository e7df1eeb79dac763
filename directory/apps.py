"""The room at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """Listings and how they are found."""

    name = "directory"
    verbose_name = _("Directory")

    def ready(self) -> None:
        from alliance import access, navigation, panels
        from directory import front_page, receivers, rules
        from directory.models import DailyCount, Entry, OpeningHours, Place, SpecialHours
        from directory.queries.versions import directory_version
        from members import derived

        access.register(*rules.ACTIONS)
        navigation.register(navigation.Door(_("Directory"), "directory:directory", 5))
        panels.register(
            panels.Panel(
                "home", "directory/_high_street.html", front_page.high_street, 20, directory_version
            )
        )
        receivers.connect()
        derived.register(SpecialHours, OpeningHours, Place, DailyCount, Entry)
