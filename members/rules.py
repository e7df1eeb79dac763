"""Who may do what with members."""

from django.utils.translation import gettext_lazy as _

from alliance.access import Action
from alliance.models import Role

REPRESENT = Action("members.represent", _("Speak for a business"), frozenset({Role.MEMBER}))
ACTIONS = (REPRESENT,)
