"""Who may do what with groups."""

from django.utils.translation import gettext_lazy as _

from alliance.access import STAFF, STEWARDS, Action
from alliance.models import Role
from groups.models import Group, GroupMember, GroupState, MemberState
from groups.models.groups import GROUP_TRANSITIONS
from groups.models.members import MEMBER_TRANSITIONS

_KEEPERS = frozenset({Role.OWNER, Role.COMMUNITY})

# Members, and staff too where they are no business: whoever can be somebody in a group.
TAKE_PART = Action(
    "groups.take_part",
    _("See groups, join them and write in them"),
    frozenset({Role.MEMBER}) | STAFF | STEWARDS,
)
SEE_GROUPS = Action("groups.see", _("See the list of groups and who takes part"), STAFF)
MANAGE_GROUPS = Action("groups.manage", _("Make, open and archive groups"), _KEEPERS)
# Within their group; staff in every group but circles.
LOOK_AFTER = Action(
    "groups.look_after",
    _("Change a group’s words, invite, and let people in"),
    _KEEPERS | {Role.CUSTODIAN, Role.FACILITATOR},
)
ACTIONS = (TAKE_PART, SEE_GROUPS, MANAGE_GROUPS, LOOK_AFTER)


def may_become(group: Group, state: GroupState) -> bool:
    """Whether a group may go from where it is to that state."""
    return state in GROUP_TRANSITIONS[group.state]


def member_may_become(member: GroupMember, state: MemberState) -> bool:
    """Whether a member may go from where they are to that state."""
    return state in MEMBER_TRANSITIONS[member.state]
