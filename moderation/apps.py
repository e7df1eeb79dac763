"""The room at start: its rights, its work for staff, its doors, and what an opening brings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ModerationConfig(AppConfig):
    """Care for what people write."""

    name = "moderation"
    verbose_name = _("Moderation")

    def ready(self) -> None:
        from alliance import access, navigation, staff_queue
        from moderation import ready, receivers, rules, work

        receivers.connect()
        access.register(*rules.ACTIONS)
        ready.connect()
        # Staff come by their desk; stewards have none.
        navigation.register(
            navigation.Door(
                _("Look after"),
                "moderation_staff:cases",
                48,
                rules.SEE_CASES,
                unless=access.SEE_DESK,
            )
        )
        navigation.register_staff(
            navigation.Door(_("Cases"), "moderation_staff:cases", 60, rules.SEE_CASES),
            navigation.Door(_("Stewards"), "moderation_staff:stewards", 61, rules.APPOINT),
            navigation.Door(
                _("Agreements"), "moderation_staff:agreements", 62, rules.SET_AGREEMENTS
            ),
            navigation.Door(_("Moderation log"), "moderation_staff:log", 63, rules.SEE_LOG),
        )
        for kind in work.KINDS:
            staff_queue.register(kind)
