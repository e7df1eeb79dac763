"""What a digest tells: whose groups have news, and what of it its reader has not read."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q, Value
from django.db.models.functions import Left, Length, Replace

from alliance.models import Seat
from groups.models import (
    LIVE_GROUPS,
    Digest,
    DigestLetter,
    DigestRun,
    Follow,
    FollowKind,
    GroupMember,
    Post,
    ReadMark,
)
from groups.queries import access

MOST_POSTS = 500
EXCERPT = 280


@dataclass(frozen=True)
class Reader:
    """Somebody to whom a letter may go."""

    person_id: UUID
    email: str


@dataclass(frozen=True)
class NewPost:
    """A post as a digest needs it: where it stands, by whom, how it begins, how long it is."""

    group_id: UUID
    topic_id: UUID
    topic_number: int
    topic_kind: str
    title: str
    is_locked: bool
    number: int
    author: str
    beginning: str
    words: int


def readers(run: DigestRun, *, after: UUID | None, limit: int) -> list[Reader]:
    """The next people with news in a group that writes to them this morning, by their ids.

    It looks at when a group was last written in; what of it they may read is
    asked when the letter goes out.
    """
    wanted = Q(digest=Digest.DAILY, group__last_post_at__gte=run.since)
    if run.week_since is not None:
        wanted |= Q(digest=Digest.WEEKLY, group__last_post_at__gte=run.week_since)
    written = DigestLetter.objects.filter(run=run, person=OuterRef("seat__person"))
    rows = GroupMember.objects.inside().filter(
        wanted,
        ~Exists(written),
        muted_at__isnull=True,
        group__state__in=LIVE_GROUPS,
        seat__in=Seat.objects.live(),
        seat__person__is_active=True,
    )
    if after is not None:
        rows = rows.filter(seat__person__gt=after)
    found = rows.order_by("seat__person").values_list("seat__person", "seat__person__email")
    return [Reader(*row) for row in found.distinct()[:limit]]


def members_to_tell(seats: Sequence[Seat], kinds: Collection[str]) -> list[GroupMember]:
    """The person's places in groups that they may read and that write to them so often."""
    rows = GroupMember.objects.inside().filter(
        seat__in=[seat.pk for seat in seats],
        digest__in=kinds,
        muted_at__isnull=True,
        group__in=access.readable_groups(seats).live(),  # type: ignore[attr-defined]
    )
    return list(rows.select_related("group").order_by("group__name", "pk"))


def new_posts(
    members: Iterable[GroupMember],
    *,
    spans: dict[str, tuple[datetime, datetime]],
    unwanted: Collection[UUID],
) -> list[NewPost]:
    """What these places have not read yet, topic by topic; hidden and muted things are not there.

    Args:
        members: one person's places, each in another group.
        spans: from when to when, by how often the place is written to.
        unwanted: people whose posts are left out, the reader among them.
    """
    held = list(members)
    if not held:
        return []
    within = Q(pk__in=[])
    for member in held:
        since, until = spans[member.digest]
        within |= Q(group=member.group_id, created_at__gte=since, created_at__lt=until)
    own = [member.pk for member in held]
    muted = Follow.objects.filter(topic=OuterRef("topic"), member__in=own, kind=FollowKind.MUTE)
    read = ReadMark.objects.filter(
        topic=OuterRef("topic"), member__in=own, number__gte=OuterRef("number")
    )
    rows = (
        Post.objects.seen()
        .filter(within, ~Exists(muted), ~Exists(read))
        .filter(topic__hidden_at__isnull=True, topic__merged_into__isnull=True)
        .exclude(author__seat__person__in=list(unwanted))
        .order_by("-created_at", "-id")
        .annotate(beginning=Left("words", EXCERPT), length=_word_count())
        .values_list(
            "group_id", "topic_id", "topic__number", "topic__kind", "topic__title",
            "topic__locked_at", "number", "author__seat__person__name", "beginning", "length",
        )
    )  # fmt: skip
    return [_new_post(row) for row in rows[:MOST_POSTS]]


def _new_post(row: tuple[Any, ...]) -> NewPost:
    """A row as the query gives it; a topic is locked where it says when."""
    group_id, topic_id, number, kind, title, locked_at, *post = row
    return NewPost(group_id, topic_id, number, kind, title, locked_at is not None, *post)


def spent_since(person_id: UUID, moment: datetime, *, but: DigestLetter) -> dict[str, int]:
    """The minutes that earlier letters since then have offered, by the member's id."""
    letters = DigestLetter.objects.filter(person=person_id, at__gte=moment).exclude(pk=but.pk)
    total: dict[str, int] = {}
    for spent in letters.values_list("spent", flat=True):
        for member, minutes in spent.items():
            total[member] = total.get(member, 0) + minutes
    return total


def _word_count() -> ExpressionWrapper:
    """Spaces and line ends, and one; PostgreSQL counts them without splitting the text."""
    plain = Replace(F("words"), Value("\n"), Value(" "))
    gaps = Length(plain) - Length(Replace(plain, Value(" "), Value("")))
    return ExpressionWrapper(gaps + 1, output_field=IntegerField())
