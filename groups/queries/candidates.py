"""Whom one could invite to a group, or ask to look after it."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from alliance.models import Role, Seat
from groups.models import Group, GroupMember
from members.models import STANDING, Representative
from members.queries.standing import with_status
from moderation.queries import blocks

SHOWN = 20


def to_invite(group: Group, words: str, seats: Iterable[Seat]) -> list[Representative]:
    """Members' people who are not in the group, by name; nobody whom a block keeps apart."""
    inside = GroupMember.objects.live().filter(group=group).values("seat__person")
    person = next((seat.person for seat in seats), None)
    hidden = blocks.blocked_either_way(person) if person else set()
    rows = _people(words).exclude(seat__person__in=inside).exclude(seat__person__in=hidden)
    return list(rows[:SHOWN])


def to_ask(words: str) -> list[Representative]:
    """Members' people, by name, for whoever looks for a steward."""
    return list(_people(words)[:SHOWN])


def _people(words: str) -> QuerySet[Representative]:
    rows = Representative.objects.live().filter(seat__role=Role.MEMBER)
    rows = with_status(rows, membership="business__memberships__").filter(status__in=STANDING)
    if words:
        rows = rows.filter(
            Q(seat__person__name__icontains=words) | Q(business__trade_name__icontains=words)
        )
    return rows.select_related("seat__person", "business").order_by("seat__person__name", "id")
