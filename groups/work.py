"""Kinds of work that groups put into the staff desk's queue."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from alliance.models import Role
from alliance.staff_queue import Work
from groups.models import Group, GroupKind, GroupMember, MemberState
from groups.rules import MANAGE_GROUPS
from moderation.models import Stewardship


def waiting_requests() -> QuerySet[GroupMember]:
    """Who asks to join a group; circles invite, nobody asks there."""
    asks = GroupMember.objects.filter(state=MemberState.ASKED)
    return asks.exclude(group__kind=GroupKind.CIRCLE)


def without_custodian() -> QuerySet[Group]:
    """Open groups that nobody keeps in order any more."""
    here = Q(space=OuterRef("space")) | Q(space__isnull=True)
    kept = Stewardship.objects.live().filter(here, role=Role.CUSTODIAN)
    return Group.objects.live().filter(~Exists(kept))


KINDS = (
    Work(
        key="groups.requests",
        label=_("People who ask to join a group"),
        act=_("Let in"),
        url_name="groups_staff:requests",
        action=MANAGE_GROUPS,
        waiting=waiting_requests,
        since="joined_at",
    ),
    Work(
        key="groups.without_custodian",
        label=_("Groups without a custodian"),
        act=_("Ask somebody"),
        url_name="groups_staff:groups",
        action=MANAGE_GROUPS,
        waiting=without_custodian,
        since="changed_at",
        query="?show=alone",
    ),
)
