"""The room at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """Listings and how they are found."""

    name = "directory"
    verbose_name = _("Directory")

    def ready(self) -> None:
        from alliance import access, navigation, panels, sitemaps, staff_queue
        from directory import addresses, front_page, moderated, receivers, rules, value, work
        from directory import panels as own
        from directory.models import DailyCount, DirectoryEntry, OpeningHours, Place, SpecialHours
        from directory.queries.versions import directory_version
        from members import derived
        from members import value as value_statement
        from moderation import content

        access.register(*rules.ACTIONS)
        content.register(*moderated.KINDS)
        navigation.register(navigation.Door(_("Directory"), "directory:directory", 5))
        panels.register(
            panels.Panel(
                "home", "directory/_high_street.html", front_page.high_street, 20, directory_version
            )
        )
        receivers.connect()
        for kind in work.KINDS:
            staff_queue.register(kind)
        value_statement.register(*value.FIGURES)
        navigation.register_staff(
            navigation.Door(_("Listings"), "directory_staff:listings", 26, rules.SEE_LISTINGS),
            navigation.Door(
                _("Local ownership"), "directory_staff:ownership", 26, rules.SEE_LISTINGS
            ),
            navigation.Door(
                _("Corrections"), "directory_staff:corrections", 27, rules.SEE_LISTINGS
            ),
            navigation.Door(_("Referrals"), "directory_staff:referrals", 27, rules.SEE_LISTINGS),
            navigation.Door(
                _("Map and sponsors"), "directory_staff:settings", 28, rules.SET_DIRECTORY
            ),
        )
        panel = "directory/_listing_panel.html"
        panels.register(panels.Panel("me", panel, own.own_listing, 34))
        panels.register(panels.Panel("member", panel, own.listing_of_member, 34))
        sitemaps.register_pages("/directory/", "/directory/map/")
        sitemaps.register(
            sitemaps.Section(
                name="listings",
                rows=lambda: DirectoryEntry.objects.public(),
                key="slug",
                changed="changed_at",
                path=addresses.listing_path,
            )
        )
        derived.register(SpecialHours, OpeningHours, Place, DailyCount, DirectoryEntry)
