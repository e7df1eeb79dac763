"""The room at start: each of its parts says what it brings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GroupsConfig(AppConfig):
    """Peer groups."""

    name = "groups"
    verbose_name = _("Groups")

    def ready(self) -> None:
        from groups.ready import around, groups, talk

        for part in (groups, talk, around):
            part.register()
