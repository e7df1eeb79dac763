"""Locks, and moves between states with who and when."""

from django.db.models import F
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from groups.models import (
    INSIDE,
    Group,
    GroupMember,
    GroupState,
    GroupStep,
    MemberState,
    MemberStep,
)
from groups.rules import may_become, member_may_become


def locked(group: Group) -> Group:
    """The group as it is now, held until the end of the transaction."""
    row: Group = (
        Group.objects.select_for_update(of=("self",)).select_related("space").get(pk=group.pk)
    )
    return row


def locked_member(member: GroupMember) -> GroupMember:
    """The member as they are now, held until the end of the transaction."""
    rows = GroupMember.objects.select_for_update(of=("self",))
    row: GroupMember = rows.select_related("group__space", "seat__person").get(pk=member.pk)
    return row


def move_group(group: Group, state: GroupState, *, by: Seat | None, why: str = "") -> None:
    """Writes a locked group's next state and the step.

    Raises:
        DomainError: it cannot go there from where it is.
    """
    if not may_become(group, state):
        raise DomainError(_("This group is %(state)s.") % {"state": group.get_state_display()})
    now = clock.now()
    group.state, group.changed_at = state, now
    if state == GroupState.OPEN and group.opened_at is None:
        group.opened_at = now
    group.save(update_fields=["state", "changed_at", "opened_at"])
    GroupStep.objects.create(group=group, state=state, at=now, by=by, why=why)


def move_member(member: GroupMember, state: MemberState, *, by: Seat | None, why: str = "") -> None:
    """Writes a locked member's next state, its instant and the step; keeps the group's count.

    Raises:
        DomainError: they cannot go there from where they are.
    """
    if not member_may_become(member, state):
        raise DomainError(_("That has been settled already."))
    was_inside = member.is_inside
    now = clock.now()
    member.state = state
    changed = ["state"]
    for reached, field in (
        (MemberState.AGREED, "agreed_at"),
        (MemberState.INTRODUCED, "introduced_at"),
        (MemberState.LEFT, "left_at"),
    ):
        if state == reached:
            setattr(member, field, now)
            changed.append(field)
    if state in (MemberState.INTRODUCED, MemberState.ACTIVE):
        member.last_active_at = now
        changed.append("last_active_at")
    member.save(update_fields=changed)
    step(member, state, by=by, why=why)
    count_members(member.group_id, int(member.is_inside) - int(was_inside))


def step(member: GroupMember, state: str, *, by: Seat | None, why: str = "") -> None:
    """Notes that a member came into this state."""
    MemberStep.objects.create(member=member, state=state, at=clock.now(), by=by, why=why)


def begin(group: Group, seat: Seat, state: MemberState, *, by: Seat | None) -> GroupMember:
    """A new row of a person in a locked group."""
    now = clock.now()
    member = GroupMember.objects.create(
        group=group,
        seat=seat,
        state=state,
        joined_at=now,
        agreed_at=now if state in INSIDE else None,
        invited_by=by if state == MemberState.INVITED else None,
    )
    step(member, state, by=by)
    count_members(group.pk, int(state in INSIDE))
    return member


def count_members(group_id: object, more: int) -> None:
    """Moves the group's count of members."""
    if more:
        Group.objects.filter(pk=group_id).update(member_count=F("member_count") + more)
