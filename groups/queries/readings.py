"""What letters that go out together may tell, read for all of their readers at once."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import (
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Left, Length, Replace

from alliance import clock
from alliance.tenancy.scope import current_alliance
from groups.models import (
    INSIDE,
    LIVE_GROUPS,
    Digest,
    DigestLetter,
    DigestRun,
    Follow,
    FollowKind,
    GroupMember,
    Post,
    ReadMark,
    TalkVersion,
)
from groups.queries import access
from moderation.queries import blocks

MOST_POSTS = 500
EXCERPT = 280
_WRITTEN_TO = (Digest.DAILY, Digest.WEEKLY)
# `_written_to` for one reader, asked before each letter: building it would cost a seventh of it.
_STANDING = """
SELECT member.id, version.number
FROM groups_groupmember AS member
JOIN alliance_seat AS seat ON seat.alliance_id = member.alliance_id AND seat.id = member.seat_id
JOIN alliance_person AS person ON person.id = seat.person_id
JOIN groups_group AS peers
    ON peers.alliance_id = member.alliance_id AND peers.id = member.group_id
LEFT JOIN groups_talkversion AS version
    ON version.alliance_id = member.alliance_id AND version.group_id = member.group_id
WHERE member.alliance_id = %s AND member.id = ANY (%s) AND member.state = ANY (%s)
    AND member.digest = ANY (%s) AND member.muted_at IS NULL AND seat.ended_at IS NULL
    AND (seat.expires_at IS NULL OR seat.expires_at > %s) AND person.is_active
    AND peers.state = ANY (%s)
"""


class Place(NamedTuple):
    """A group, and from when to when a letter tells of it."""

    group_id: UUID
    since: datetime
    until: datetime


@dataclass(frozen=True)
class NewPost:
    """A post as a digest needs it: where it stands, by whom, how it begins, how long it is."""

    pk: UUID
    created_at: datetime
    group_id: UUID
    topic_id: UUID
    topic_number: int
    topic_kind: str
    title: str
    is_locked: bool
    number: int
    author_id: UUID | None
    author: str
    beginning: str
    words: int


@dataclass(frozen=True)
class Reading:
    """A letter, its reader's places in groups that it tells of, and what is new there for them.

    `standing` is how the reader stood when this was read (`standing_of`).
    """

    letter: DigestLetter
    members: list[GroupMember]
    posts: list[NewPost]
    standing: dict[UUID, int]


def readings(letters: Collection[str]) -> dict[str, Reading]:
    """What each of these letters may tell, by its id; the number of queries is the same for many.

    A letter that was forgotten, or whose reader is gone, is not there.
    """
    rows = DigestLetter.objects.filter(pk__in=letters).select_related("run", "person")
    found = [row for row in rows if row.person.is_active]
    people = {row.person_id for row in found}
    # Asked before all that it vouches for: what changes in between has another number later.
    told = _told(access.places_read_by(people))
    members = {row.pk: told.get(row.person_id, []) for row in found}
    places = {row.pk: _places(row.run, members[row.pk]) for row in found}
    news = _news({place for held in places.values() for place in held.values()})
    everyone = [member for held in told.values() for member in held]
    seen, muted = _seen(everyone, news), _muted(everyone)
    apart = blocks.unwanted_by_each(people)
    return {
        str(row.pk): Reading(
            letter=row,
            members=list(places[row.pk]),
            posts=_unread(
                places[row.pk], news, seen, muted, apart[row.person_id] | {row.person_id}
            ),
            standing=_standing(members[row.pk]),
        )
        for row in found
    }


def standing_of(reading: Reading) -> dict[UUID, int]:
    """How its reader stands now: the same as then, where nothing has changed that counts.

    A place that they left, muted or stopped is missing; what was hidden, shown,
    moved or written in a group has made another version of its talk.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _STANDING,
            [
                current_alliance().pk, list(reading.standing), list(INSIDE), list(_WRITTEN_TO),
                clock.now(), list(LIVE_GROUPS),
            ],
        )  # fmt: skip
        return dict(cursor.fetchall())


def _standing(members: Iterable[GroupMember]) -> dict[UUID, int]:
    return {member.pk: member.version for member in members}  # type: ignore[attr-defined]


def _written_to(rows: QuerySet[GroupMember]) -> QuerySet[GroupMember]:
    """Those of these places that are written to, each with the version of its group's talk."""
    version = TalkVersion.objects.filter(group=OuterRef("group")).values("number")[:1]
    return (
        rows.order_by()
        .filter(
            digest__in=_WRITTEN_TO,
            muted_at__isnull=True,
            group__state__in=LIVE_GROUPS,
            seat__person__is_active=True,
        )
        .annotate(version=Subquery(version))
    )


def _told(rows: QuerySet[GroupMember]) -> dict[UUID, list[GroupMember]]:
    """Each person's places that are written to, by the groups' names."""
    found: dict[UUID, list[GroupMember]] = {}
    for member in _written_to(rows).select_related("group", "seat").order_by("group__name", "pk"):
        found.setdefault(member.seat.person_id, []).append(member)
    return found


def _places(run: DigestRun, members: Iterable[GroupMember]) -> dict[GroupMember, Place]:
    """What this morning tells each of these members of."""
    spans = {str(Digest.DAILY): run.since, str(Digest.WEEKLY): run.week_since}
    return {
        member: Place(member.group_id, since, run.until)
        for member in members
        if (since := spans.get(member.digest)) is not None
    }


def _news(places: Collection[Place]) -> dict[Place, list[NewPost]]:
    """What was written there and is not hidden."""
    found: dict[Place, list[NewPost]] = {place: [] for place in places}
    if not places:
        return found
    groups: dict[tuple[datetime, datetime], list[UUID]] = {}
    for place in places:
        groups.setdefault(place[1:], []).append(place.group_id)
    within = Q(pk__in=[])
    for (since, until), held in groups.items():
        within |= Q(group__in=held, created_at__gte=since, created_at__lt=until)
    rows = (
        Post.objects.seen()
        .filter(within, topic__hidden_at__isnull=True, topic__merged_into__isnull=True)
        .order_by()
        .annotate(beginning=Left("words", EXCERPT), length=_word_count())
        .values_list(
            "pk", "created_at", "group_id", "topic_id", "topic__number", "topic__kind",
            "topic__title", "topic__locked_at", "number", "author__seat__person_id",
            "author__seat__person__name", "beginning", "length",
        )
    )  # fmt: skip
    by_group: dict[UUID, list[NewPost]] = {}
    for row in rows:
        post = _new_post(row)
        by_group.setdefault(post.group_id, []).append(post)
    for place in places:
        found[place] = [
            post
            for post in by_group.get(place.group_id, ())
            if place.since <= post.created_at < place.until
        ]
    return found


def _new_post(row: tuple[Any, ...]) -> NewPost:
    """A row as the query gives it; a topic is locked where it says when."""
    pk, at, group_id, topic_id, topic_number, kind, title, locked_at, *post = row
    return NewPost(
        pk, at, group_id, topic_id, topic_number, kind, title, locked_at is not None, *post
    )


def _seen(
    members: Iterable[GroupMember], news: dict[Place, list[NewPost]]
) -> dict[tuple[UUID, UUID], int]:
    """How far each member has read each topic that has news."""
    topics = {post.topic_id for posts in news.values() for post in posts}
    rows = ReadMark.objects.filter(member__in=[each.pk for each in members], topic__in=topics)
    return {
        (member, topic): n for member, topic, n in rows.values_list("member", "topic", "number")
    }


def _muted(members: Iterable[GroupMember]) -> set[tuple[UUID, UUID]]:
    """Which topics each member wants no more of."""
    rows = Follow.objects.filter(member__in=[each.pk for each in members], kind=FollowKind.MUTE)
    return set(rows.values_list("member_id", "topic_id"))


def _unread(
    places: dict[GroupMember, Place],
    news: dict[Place, list[NewPost]],
    seen: dict[tuple[UUID, UUID], int],
    muted: set[tuple[UUID, UUID]],
    unwanted: set[UUID],
) -> list[NewPost]:
    """What one reader has not read of it, and wants to, the newest first."""
    posts = [
        post
        for member, place in places.items()
        for post in news[place]
        if post.author_id not in unwanted
        and (member.pk, post.topic_id) not in muted
        and post.number > seen.get((member.pk, post.topic_id), 0)
    ]
    posts.sort(key=lambda post: (post.created_at, post.pk), reverse=True)
    return posts[:MOST_POSTS]


def _word_count() -> ExpressionWrapper:
    """Spaces and line ends, and one; PostgreSQL counts them without splitting the text."""
    plain = Replace(F("words"), Value("\n"), Value(" "))
    gaps = Length(plain) - Length(Replace(plain, Value(" "), Value("")))
    return ExpressionWrapper(gaps + 1, output_field=IntegerField())
