"""The lists of topics: unread first, one line each, however many there are.

Unread are looked for among the two hundred topics that were written in last;
beyond those the list goes on by the time of the last post. So a page costs the
same in a group of a hundred thousand topics.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from groups.models import Draft, Follow, FollowKind, Group, GroupMember, Habit, Topic, TopicKind

SIZE, WINDOW = 25, 200
COLUMNS = (
    "id", "number", "kind", "title", "is_tough_ok", "created_at", "last_post_at", "last_number",
    "post_count", "answered_at", "pinned_at", "locked_at", "is_new", "seen", "wish",
    "author__seat__person__name", "last_by__seat__person__name", "author__seat__person_id",
)  # fmt: skip


@dataclass(frozen=True)
class Cursor:
    """The last row of the page before; `is_new` is None beyond the window."""

    is_new: bool | None
    at: datetime
    pk: UUID

    def __str__(self) -> str:
        flag = {None: "-", True: "1", False: "0"}[self.is_new]
        return f"{flag}|{self.at.isoformat()}|{self.pk}"


def read_cursor(text: str) -> Cursor | None:
    """A cursor as `str` wrote it; None where it is none of ours."""
    flag, _, rest = text.partition("|")
    at, _, pk = rest.partition("|")
    try:
        moment, key = datetime.fromisoformat(at), UUID(pk)
    except ValueError:
        return None
    known = {"-": None, "1": True, "0": False}
    if flag not in known or moment.tzinfo is None:
        return None
    return Cursor(known[flag], moment, key)


@dataclass(frozen=True)
class Listed:
    """A page of topics as plain rows, the pinned ones of the first page, and what comes next."""

    pinned: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    after: Cursor | None


def listed(
    group: Group, member: GroupMember | None, *, after: Cursor | None = None, kind: str = ""
) -> Listed:
    """One page of a group's topics for a reader; who is no member has nothing unread. Two queries.

    Which topics are in the window is asked first and by itself: within the larger
    question the planner would join all of the group's before it takes the last.
    """
    base = Topic.objects.listed().filter(group=group)
    if kind in TopicKind.values:
        base = base.filter(kind=kind)
    rows = _as_seen(base, member)
    if after is not None and after.is_new is None:
        return _beyond(rows.filter(pinned_at__isnull=True), after)
    window, end = _window(base, is_first=after is None)
    found = rows.filter(pk__in=window)
    if after is not None:
        found = found.filter(_below(after))
    order = (F("pinned_at").desc(nulls_last=True), "-is_new", "-last_post_at", "-id")
    some = list(found.order_by(*order).values(*COLUMNS)[: 2 * SIZE + 1])
    pinned = [row for row in some if row["pinned_at"] is not None]
    page = some[len(pinned) :][: SIZE + 1]
    if len(page) > SIZE:
        last = page[SIZE - 1]
        return Listed(pinned, page[:SIZE], Cursor(last["is_new"], last["last_post_at"], last["id"]))
    return Listed(pinned, page, end)


def _window(base: QuerySet[Topic], *, is_first: bool) -> tuple[list[UUID], Cursor | None]:
    """The topics among which the unread are looked for, on the first page the pinned ones too;
    and where the window ends, if the list goes on behind it."""
    order = ("-last_post_at", "-id")
    rows = base.filter(pinned_at__isnull=True).order_by(*order)
    newest = rows.values_list("pinned_at", "last_post_at", "pk")[: WINDOW + 1]
    if is_first:
        pinned = base.filter(pinned_at__isnull=False).order_by("-pinned_at", "-id")
        newest = pinned.values_list("pinned_at", "last_post_at", "pk")[:SIZE].union(
            newest, all=True
        )
    found = list(newest)
    within = sorted((row[1:] for row in found if row[0] is None), reverse=True)
    goes_on = len(within) > WINDOW
    beyond = within[WINDOW:]
    ids = [pk for _pinned, at, pk in found if (at, pk) not in beyond]
    return ids, (Cursor(None, *within[WINDOW - 1]) if goes_on else None)


def topic_at(group_or_none: Group | None, number: int, member: GroupMember | None) -> Topic | None:
    """A topic by its number, with the reader's place in it: `seen`, `wish`, `draft`."""
    rows = Topic.objects.filter(number=number).select_related("author__seat__person")
    if group_or_none is not None:
        rows = rows.filter(group=group_or_none)
    if member is not None:
        draft = Draft.objects.filter(seat=member.seat_id, topic=OuterRef("pk"))
        wish = Follow.objects.filter(member=member, topic=OuterRef("pk"))
        rows = rows.annotate(
            own=FilteredRelation("read_marks", condition=Q(read_marks__member=member)),
            seen=Coalesce("own__number", 0),
            wish=Subquery(wish.values("kind")[:1]),
            draft=Subquery(draft.values("words")[:1]),
        )
    found: Topic | None = rows.first()
    return found


def _as_seen(rows: QuerySet[Topic], member: GroupMember | None) -> Any:
    if member is None:
        return rows.annotate(
            is_new=Value(False, BooleanField()), seen=F("last_number"), wish=Value("")
        )
    habit = Habit.objects.filter(member=member).values("read_up_to")[:1]
    return rows.annotate(
        mark=FilteredRelation("read_marks", condition=Q(read_marks__member=member)),
        follow=FilteredRelation("follows", condition=Q(follows__member=member)),
        seen=Coalesce("mark__number", 0),
        wish=Coalesce("follow__kind", Value("")),
        is_new=Case(
            When(
                ~Q(wish=FollowKind.MUTE)
                & Q(last_number__gt=F("seen"))
                & Q(last_post_at__gt=Coalesce(Subquery(habit), Value(member.joined_at))),
                then=Value(True),
            ),
            default=Value(False),
            output_field=BooleanField(),
        ),
    )


def _below(after: Cursor) -> Q:
    older = Q(last_post_at__lt=after.at) | Q(last_post_at=after.at, id__lt=after.pk)
    return Q(is_new=after.is_new) & older | (Q(is_new=False) if after.is_new else Q(pk__in=[]))


def _beyond(rows: Any, after: Cursor) -> Listed:
    found = rows.filter(
        Q(last_post_at__lt=after.at) | Q(last_post_at=after.at, id__lt=after.pk)
    ).order_by("-last_post_at", "-id")
    page = list(found.values(*COLUMNS)[: SIZE + 1])
    last = page[SIZE - 1] if len(page) > SIZE else None
    cursor = Cursor(None, last["last_post_at"], last["id"]) if last else None
    return Listed([], page[:SIZE], cursor)
