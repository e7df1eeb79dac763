"""The members' room at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """Businesses, tiers, representatives."""

    name = "members"
    verbose_name = _("Members")

    def ready(self) -> None:
        from alliance import access, panels
        from members import rules
        from members.panels import our_members

        access.register(*rules.ACTIONS)
        panels.register(panels.Panel("home", "members/_our_members.html", our_members, order=50))
