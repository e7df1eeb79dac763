"""The room at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GatheringsConfig(AppConfig):
    """Meetings, workshops, conferences."""

    name = "gatherings"
    verbose_name = _("Gatherings")
