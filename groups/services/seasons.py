"""What time does to groups and their members: quiet, awake again, dormant."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from alliance import clock
from alliance.access import STAFF
from alliance.models import Alliance, Role, Seat
from alliance.tenancy.scope import in_alliance
from groups.models import LIVE_GROUPS, Group, GroupMember, GroupState, MemberState, ReadMark
from groups.queries import activity
from groups.services import members, moves

QUIET_DAYS, QUIET_POSTS = 28, 14
DORMANT_DAYS = 60


def pass_day(alliance: Alliance) -> None:
    """Settles every group and member of one alliance; run again it changes nothing."""
    with in_alliance(alliance):
        due = list(Group.objects.filter(state__in=LIVE_GROUPS).values_list("pk", flat=True))
        sleepers = list(sleeping().values_list("pk", flat=True))
        strangers = list(gone().values_list("pk", flat=True))
    for pk in due:
        with in_alliance(alliance):
            settle(Group.objects.get(pk=pk))
    for pk in sleepers:
        with in_alliance(alliance):
            fall_asleep(GroupMember.objects.get(pk=pk))
    for pk in strangers:
        with in_alliance(alliance):
            members.leave(member=GroupMember.objects.get(pk=pk), by=None)


def gone() -> QuerySet[GroupMember]:
    """Members whose person has no seat any more with which one takes part in groups."""
    seats = Seat.objects.live().filter(role__in=[Role.MEMBER, *STAFF])
    rows: QuerySet[GroupMember] = GroupMember.objects.live().exclude(
        seat__person__in=seats.values("person")
    )
    return rows


@transaction.atomic
def settle(group: Group) -> Group:
    """Quiet with fewer than 14 posts in 28 days, open again with 14; a new group has 28 days."""
    group = moves.locked(group)
    if not group.is_live or group.opened_at is None:
        return group
    since = clock.now() - timedelta(days=QUIET_DAYS)
    is_busy = activity.posts_since(group, since) >= QUIET_POSTS
    if group.state == GroupState.QUIET and is_busy:
        moves.move_group(group, GroupState.OPEN, by=None)
    elif group.state == GroupState.OPEN and not is_busy and group.opened_at <= since:
        moves.move_group(group, GroupState.QUIET, by=None)
    return group


def sleeping() -> QuerySet[GroupMember]:
    """Members who have neither read nor written for 60 days."""
    since = clock.now() - timedelta(days=DORMANT_DAYS)
    rows = GroupMember.objects.filter(state__in=(MemberState.INTRODUCED, MemberState.ACTIVE))
    lately = ReadMark.objects.filter(member=OuterRef("pk"), at__gt=since)
    return rows.annotate(awake_at=Coalesce("last_active_at", "introduced_at")).filter(
        ~Exists(lately), awake_at__lte=since
    )


@transaction.atomic
def fall_asleep(member: GroupMember) -> GroupMember:
    """Dormant, unless they have come back in the meantime."""
    member = moves.locked_member(member)
    if sleeping().filter(pk=member.pk).exists():
        moves.move_member(member, MemberState.DORMANT, by=None)
    return member
