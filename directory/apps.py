"""The room at start."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DirectoryConfig(AppConfig):
    """Listings and how they are found."""

    name = "directory"
    verbose_name = _("Directory")
