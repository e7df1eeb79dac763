"""`{% load ownership %}`: what a claim's state says, and which badge it wears."""

from django import template
from django.utils.translation import gettext_lazy as _

from directory.ownership import State

register = template.Library()

SAID = {
    State.CLAIMED: ("accent", _("waits to be confirmed")),
    State.VERIFIED: ("good", _("confirmed")),
    State.EXPIRING: ("warn", _("confirmed, runs out soon")),
    State.EXPIRED: ("warn", _("has run out")),
    State.REVOKED: ("bad", _("revoked")),
    State.APPEALED: ("bad", _("revoked, appealed")),
    State.REFUSED: ("bad", _("revoked for good")),
    State.WITHDRAWN: ("", _("replaced")),
}


@register.filter
def ownership_kind(state: State) -> str:
    """Good, warn, bad, accent, or nothing for the plain."""
    return SAID[state][0]


@register.filter
def ownership_label(state: State) -> str:
    """The state in words."""
    return str(SAID[state][1])
