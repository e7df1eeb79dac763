"""The pledges' room at start: its doors, its work for staff, its place on the home page."""

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class PledgesConfig(AppConfig):
    """Drives, pledges, redemptions."""

    name = "pledges"
    verbose_name = _("Pledges")

    def ready(self) -> None:
        from alliance import access, navigation, panels, sitemaps, staff_queue
        from alliance.services import keys
        from members import value as value_statement
        from members.rules import REPRESENT
        from moderation import content
        from pledges import moderated, rules, value, work
        from pledges import panels as own
        from pledges.api import READ_PLEDGES
        from pledges.models import PledgeDrive

        access.register(*rules.ACTIONS)
        content.register(*moderated.KINDS)
        keys.register_scope(READ_PLEDGES, _("Read pledges"))
        navigation.register(
            navigation.Door(_("Pledge"), "pledges:drives", 10),
            navigation.Door(_("Till"), "pledges:till", 40, REPRESENT),
            navigation.Door(_("My drive"), "pledges:own_drives", 41, REPRESENT),
        )
        navigation.register_staff(
            navigation.Door(_("Drives"), "pledges_staff:drives", 10, rules.SEE_DRIVES),
            navigation.Door(_("Purchases"), "pledges_staff:purchases", 11, rules.SEE_DRIVES),
            navigation.Door(
                _("Questioned purchases"), "pledges_staff:disputes", 12, rules.SETTLE_DISPUTES
            ),
            navigation.Door(
                _("Odd purchases"), "pledges_staff:velocity", 13, rules.SETTLE_DISPUTES
            ),
        )
        sitemaps.register_pages("/pledge/", "/honour/")
        sitemaps.register(
            sitemaps.Section(
                name="drives",
                rows=lambda: PledgeDrive.objects.public().seen(),
                key="slug",
                changed="opened_at",
                path=lambda slug: reverse("pledges:drive", args=[slug]),
            )
        )
        value_statement.register(*value.FIGURES)
        panels.register(
            panels.Panel(
                "home", "pledges/_open_drives.html", own.open_drives, 10, own.drives_version
            )
        )
        panels.register(panels.Panel("staff", "pledges/staff/_figures.html", own.figures, 10))
        panels.register(
            panels.Panel(
                "listing", "pledges/_listing_drive.html", own.listing_drive, 10, own.drives_version
            )
        )
        for kind in work.KINDS:
            staff_queue.register(kind)
