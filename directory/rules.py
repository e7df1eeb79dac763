"""Who may do what with the directory."""

from django.utils.translation import gettext_lazy as _

from alliance.access import Action
from alliance.models import Role

_R = Role

SEE_LISTINGS = Action(
    "directory.see",
    _("See listings, corrections and confirmations at the desk"),
    frozenset({_R.OWNER, _R.MEMBERSHIP, _R.COMMUNITY, _R.AUDITOR}),
)
MANAGE_LISTINGS = Action(
    "directory.manage",
    _("Change listings, take them out, settle corrections, refer customers"),
    frozenset({_R.OWNER, _R.MEMBERSHIP, _R.COMMUNITY}),
)
CONFIRM_OWNERSHIP = Action(
    "directory.confirm_ownership",
    _("Confirm and revoke local ownership"),
    frozenset({_R.OWNER, _R.MEMBERSHIP}),
)
SET_DIRECTORY = Action(
    "directory.set", _("Set the map and the sponsors' slot"), frozenset({_R.OWNER})
)
ACTIONS = (SEE_LISTINGS, MANAGE_LISTINGS, CONFIRM_OWNERSHIP, SET_DIRECTORY)
