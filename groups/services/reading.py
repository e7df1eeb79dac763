"""How far somebody has read, what they follow, what they leave aside."""

from typing import Any
from uuid import UUID

from django.db import connection, transaction

from alliance import clock, memory
from alliance.tenancy.models import uuid7
from alliance.tenancy.scope import current_alliance
from groups.models import Follow, FollowKind, GroupMember, Habit, Topic

_KEPT_SECONDS = 24 * 3600
_MARK = """
INSERT INTO groups_readmark (id, alliance_id, member_id, topic_id, number, at)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (alliance_id, member_id, topic_id)
DO UPDATE SET number = EXCLUDED.number, at = EXCLUDED.at
WHERE groups_readmark.number < EXCLUDED.number
"""


def mark_read(*, member: GroupMember, topic: Topic, number: int) -> None:
    """They have seen the topic up to this post; it never goes back."""
    with connection.cursor() as cursor:
        cursor.execute(
            _MARK, [uuid7(), current_alliance().pk, member.pk, topic.pk, number, clock.now()]
        )
        if cursor.rowcount:
            changed(member.pk)


@transaction.atomic
def read_all(*, member: GroupMember) -> None:
    """All that was written so far counts as read."""
    now = clock.now()
    made = Habit.objects.filter(member=member).update(read_up_to=now)
    if not made:
        Habit.objects.bulk_create(
            [Habit(member=member, read_up_to=now)],
            update_conflicts=True,
            unique_fields=["alliance", "member"],
            update_fields=["read_up_to"],
        )
    changed(member.pk)


@transaction.atomic
def follow(*, member: GroupMember, topic: Topic, kind: FollowKind) -> None:
    """Follows or mutes a topic; the later wish counts.

    Whoever follows asks for letters again, if they had stopped them.
    """
    Follow.objects.bulk_create(
        [Follow(member=member, topic=topic, kind=kind, at=clock.now())],
        update_conflicts=True,
        unique_fields=["alliance", "member", "topic"],
        update_fields=["kind", "at"],
    )
    if kind == FollowKind.TRACK:
        want_letters(member=member)
    changed(member.pk)


@transaction.atomic
def unfollow(*, member: GroupMember, topic: Topic) -> None:
    """Neither follows nor mutes it any more."""
    Follow.objects.filter(member=member, topic=topic).delete()
    changed(member.pk)


@transaction.atomic
def stop_letters(*, member: GroupMember) -> None:
    """No letters of this group's talk any more; twice changes nothing."""
    now = clock.now()
    Habit.objects.bulk_create(
        [Habit(member=member, read_up_to=member.joined_at, no_letters_at=now)],
        update_conflicts=True,
        unique_fields=["alliance", "member"],
        update_fields=["no_letters_at"],
    )


@transaction.atomic
def want_letters(*, member: GroupMember) -> None:
    """Letters again."""
    Habit.objects.filter(member=member).update(no_letters_at=None)


def changed(member_id: UUID) -> None:
    """What was kept of this member's pages is of no use any more."""
    memory.keep(_key(member_id), uuid7().hex, seconds=_KEPT_SECONDS)


def version(member_id: UUID) -> str:
    """Another whenever the member's reading has changed."""
    return _begun(member_id, memory.recall(_key(member_id)))


def recall_with_version(member_id: UUID, key: str) -> tuple[Any, str]:
    """What `keep_with_version` kept under this key, while the member's reading is as it was then;
    and the version of the reading."""
    found = memory.recall_all(_key(member_id), key)
    now = _begun(member_id, found.get(_key(member_id)))
    was, value = found.get(key) or (None, None)
    return (value if was == now else None), now


def keep_with_version(key: str, value: object, was: str, *, seconds: int) -> None:
    """Keeps it for so long at most, for as long as the member's reading has this version."""
    memory.keep(key, (was, value), seconds=seconds)


def _begun(member_id: UUID, known: Any) -> str:
    if known is None:
        known = uuid7().hex
        memory.add(_key(member_id), known, seconds=_KEPT_SECONDS)
    return str(known)


def _key(member_id: UUID) -> str:
    return f"talk-reading:{member_id}"
