"""What was written, as plain values that a test compares whole."""

from typing import Any

from alliance.models import AuditEntry, OutboxMessage
from groups.models import Group, GroupMember


def mails() -> list[tuple[str, str]]:
    """Every letter of the room, oldest first: template and address."""
    rows = OutboxMessage.objects.filter(template__startswith="groups/").order_by("id")
    return [(m.template.removeprefix("groups/email/"), m.to) for m in rows]


def steps_of(member: GroupMember) -> list[tuple[str, str]]:
    """A member's history: state and why."""
    return list(member.steps.order_by("id").values_list("state", "why"))


def moves_of(group: Group) -> list[tuple[str, str, Any]]:
    """A group's history: state, why, whose seat."""
    return list(group.steps.order_by("id").values_list("state", "why", "by"))


def people_of(group: Group) -> list[tuple[str, str]]:
    """Everybody of a group, by when they came: name and state."""
    rows = GroupMember.objects.filter(group=group).order_by("id")
    return list(rows.values_list("seat__person__name", "state"))


def counted(group: Group) -> int:
    """The group's count of members as it is stored now."""
    return Group.objects.get(pk=group.pk).member_count


def audited(*actions: str) -> list[tuple[str, Any]]:
    """The audit log's entries of these actions, with the seat."""
    rows = AuditEntry.objects.filter(action__in=actions).order_by("id")
    return [(e.action, e.seat_id) for e in rows]
