"""Groups, members, introductions, prompts at start."""

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once, when the room is ready."""
    from alliance import access, navigation, panels, staff_queue
    from alliance.services import keys
    from groups import moderated, rules, value, work
    from groups import panels as own
    from groups.api.groups import READ_GROUPS
    from members import value as value_statement
    from moderation import content

    access.register(*rules.ACTIONS)
    keys.register_scope(READ_GROUPS, _("Read groups, circles left out"))
    navigation.register(navigation.Door(_("Groups"), "groups:groups", 17, rules.TAKE_PART))
    navigation.register_staff(
        navigation.Door(_("Groups"), "groups_staff:groups", 46, rules.SEE_GROUPS)
    )
    panels.register(panels.Panel("me", "groups/_own_groups.html", own.own_groups, 8))
    value_statement.register(*value.FIGURES)
    content.register(moderated.INTRODUCTION)
    for kind in work.KINDS:
        staff_queue.register(kind)
