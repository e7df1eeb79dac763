"""What this room tells the shell at start: its doors, its content, what stands beside words."""

from django.utils.translation import gettext_lazy as _

from alliance import beside as slots
from alliance import navigation, panels
from moderation import beside, content, moderated
from moderation import panels as own


def connect() -> None:
    """Called once, when the room starts."""
    content.register(moderated.INTRODUCTION)
    slots.register("flag", beside.flag)
    slots.register("hidden", beside.hidden)
    panels.register(panels.Panel("me", "moderation/_mine_panel.html", own.mine, 60))
    navigation.register_footer(
        navigation.Door(_("How we look after each other"), "moderation:overview", 10)
    )
