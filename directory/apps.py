"""The room at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """Listings and how they are found."""

    name = "directory"
    verbose_name = _("Directory")

    def ready(self) -> None:
        from alliance import access, sitemaps
        from directory import addresses, receivers, rules
        from directory.models import DailyCount, Entry, OpeningHours, Place, SpecialHours
        from members import derived

        access.register(*rules.ACTIONS)
        receivers.connect()
        sitemaps.register_pages("/directory/", "/directory/map/")
        sitemaps.register(
            sitemaps.Section(
                name="listings",
                rows=lambda: Entry.objects.public(),
                key="slug",
                changed="changed_at",
                path=addresses.listing_path,
            )
        )
        derived.register(SpecialHours, OpeningHours, Place, DailyCount, Entry)
