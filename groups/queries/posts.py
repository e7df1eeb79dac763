"""The posts of a topic, a page of them, and who may see which."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Value

from groups.models import GroupMember, Helped, Post, PostPicture, Topic

SIZE = 20


@dataclass(frozen=True)
class Page:
    """Posts in order with their pictures; where the page before and the next begin."""

    posts: list[Post]
    before: int | None
    after: int | None


def page_of(topic: Topic, *, start: int, member: GroupMember | None) -> Page:
    """The posts from a number on; hidden ones only for who wrote them."""
    rows = Post.objects.filter(topic=topic, number__gte=start)
    found = list(_as_seen(rows, member).order_by("number")[: SIZE + 1])
    after = found[SIZE].number if len(found) > SIZE else None
    found = found[:SIZE]
    shown = [post for post in found if not post.is_hidden or _is_own(post, member)]
    _with_pictures(shown)
    before = max(1, start - SIZE) if start > 1 else None
    return Page(shown, before, after)


def post_at(pk: UUID) -> Post | None:
    """A post with its topic and group."""
    found: Post | None = (
        Post.objects.select_related("topic__group__space", "author__seat__person")
        .filter(pk=pk)
        .first()
    )
    return found


def _as_seen(rows: Any, member: GroupMember | None) -> Any:
    rows = rows.select_related("author__seat__person", "reply_to__author__seat__person").defer(
        "document", "words", "reply_to__document", "reply_to__words", "reply_to__html"
    )
    if member is None:
        return rows.annotate(has_helped_me=Value(False))
    own = Helped.objects.filter(post=OuterRef("pk"), member=member)
    return rows.annotate(has_helped_me=Exists(own))


def _is_own(post: Post, member: GroupMember | None) -> bool:
    return member is not None and post.author.seat.person_id == member.seat.person_id


def _with_pictures(posts: list[Post]) -> None:
    """Puts `shown_pictures` on each; one query."""
    found: dict[UUID, list[PostPicture]] = {}
    rows = PostPicture.objects.seen().filter(
        post__in=[post.pk for post in posts], removed_at__isnull=True
    )
    for picture in rows.order_by("added_at", "id"):
        found.setdefault(picture.post_id, []).append(picture)
    for post in posts:
        post.shown_pictures = found.get(post.pk, [])  # type: ignore[attr-defined]
