"""Searching what was written: only in groups that one may read, never what is hidden."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from alliance.models import Seat
from alliance.tenancy.scope import current_alliance
from directory.languages import PLAIN, configuration
from groups.models import Group, Post
from groups.queries import access
from moderation.queries import blocks

SIZE = 25
LONGEST = 120
_END = (datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))
_FIND = """
SELECT post FROM groups_search(
    %s, %s::uuid[], websearch_to_tsquery('{plain}', %s) || websearch_to_tsquery('{own}', %s),
    %s, %s, %s
)
"""


@dataclass(frozen=True)
class Found:
    """Posts, the newest first, and the place from which the search goes on."""

    posts: list[Post]
    after: tuple[datetime, UUID] | None


def search(
    seats: Iterable[Seat],
    words: str,
    *,
    group: Group | None = None,
    after: tuple[datetime, UUID] | None = None,
) -> Found:
    """Posts with these words in the groups that these seats may read, or in one of them."""
    held = tuple(seats)
    words = words.replace("\0", " ").strip()[:LONGEST]
    groups = access.readable_groups(held)
    if group is not None:
        groups = groups.filter(pk=group.pk)
    keys = list(groups.values_list("pk", flat=True))
    if not words or not keys:
        return Found([], None)
    found = _posts(_ids(keys, words, after))
    more = len(found) > SIZE
    found = found[:SIZE]
    last = (found[-1].created_at, found[-1].pk) if more else None
    apart = blocks.blocked_either_way(held[0].person)
    return Found([post for post in found if post.author.seat.person_id not in apart], last)


def _ids(groups: list[UUID], words: str, after: tuple[datetime, UUID] | None) -> list[UUID]:
    before, before_id = after or _END
    own = configuration(current_alliance().language) or PLAIN
    statement = _FIND.format(plain=PLAIN, own=own)
    given: list[Any] = [current_alliance().pk, groups, words, words, before, before_id, SIZE + 1]
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [row[0] for row in cursor.fetchall()]


def _posts(keys: list[UUID]) -> list[Post]:
    rows = (
        Post.objects.seen()
        .filter(pk__in=keys)
        .defer("document", "html")
        .select_related("topic__group", "author__seat__person")
    )
    return sorted(rows, key=lambda post: (post.created_at, post.pk), reverse=True)
