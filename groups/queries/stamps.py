"""Whether anything that a group shows to one of its members has changed: one question."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from alliance.models import Seat
from alliance.tenancy.scope import current_alliance
from groups.models import INSIDE

# Whole rows as text: a column that comes later counts too.
_STAMP = """
SELECT member.id, md5(concat_ws('|', member::text, peers::text, version.number, (
    SELECT string_agg(block::text, ',' ORDER BY block.id) FROM moderation_block AS block
    WHERE block.alliance_id = member.alliance_id AND block.ended_at IS NULL
        AND (block.blocker_id = seat.person_id OR block.blocked_id = seat.person_id)
), (
    SELECT string_agg(mute::text, ',' ORDER BY mute.id) FROM moderation_personalmute AS mute
    WHERE mute.alliance_id = member.alliance_id AND mute.ended_at IS NULL
        AND mute.muter_id = seat.person_id
), (
    SELECT string_agg(draft.id || draft.saved_at::text, ',' ORDER BY draft.id)
    FROM groups_draft AS draft
    WHERE draft.alliance_id = member.alliance_id AND draft.seat_id = member.seat_id
        AND draft.group_id = peers.id
)))
FROM groups_group AS peers
JOIN groups_groupmember AS member
    ON member.alliance_id = peers.alliance_id AND member.group_id = peers.id
JOIN alliance_seat AS seat ON seat.alliance_id = member.alliance_id AND seat.id = member.seat_id
LEFT JOIN groups_talkversion AS version
    ON version.alliance_id = peers.alliance_id AND version.group_id = peers.id
WHERE peers.alliance_id = %s AND peers.slug = %s AND peers.opened_at IS NOT NULL
    AND member.seat_id = ANY (%s) AND member.left_at IS NULL AND member.state = ANY (%s)
"""


@dataclass(frozen=True)
class Stamp:
    """A member and how their group stands to them; another text after every change.

    It covers the group, its talk (`TalkVersion`), the member, their blocks either
    way, whom they mute, and their drafts. What they have read has a version of its own, since it
    changes with every look; agreements and stewards have none.
    """

    member_id: UUID
    text: str


def stamp_of(seats: Iterable[Seat], slug: str) -> Stamp | None:
    """The stamp of who is inside this group with one of these seats; None for all others."""
    held = [seat.pk for seat in seats]
    with connection.cursor() as cursor:
        cursor.execute(_STAMP, [current_alliance().pk, slug, held, list(INSIDE)])
        rows = cursor.fetchall()
    return Stamp(*rows[0]) if len(rows) == 1 else None
