"""The gatherings' room at start: its doors, its work for staff, its place on the home page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatheringsConfig(AppConfig):
    """Meetings, workshops, conferences."""

    name = "gatherings"
    verbose_name = _("Gatherings")

    def ready(self) -> None:
        from alliance import access, navigation, panels, staff_queue
        from alliance.services import keys
        from gatherings import moderated, rules, value, work
        from gatherings import panels as own
        from gatherings.api import READ_GATHERINGS
        from members import value as value_statement
        from moderation import content

        access.register(*rules.ACTIONS)
        content.register(moderated.GATHERING)
        keys.register_scope(READ_GATHERINGS, _("Read all events, drafts too"))
        navigation.register(navigation.Door(_("Events"), "gatherings:events", 15))
        navigation.register_staff(
            navigation.Door(_("Events"), "gatherings_staff:gatherings", 45, rules.SEE_GATHERINGS)
        )
        value_statement.register(*value.FIGURES)
        panels.register(
            panels.Panel(
                "home", "gatherings/_next_events.html", own.next_events, 30, own.next_events_version
            )
        )
        for kind in work.KINDS:
            staff_queue.register(kind)
