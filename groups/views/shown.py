"""Topics and posts as their templates take them: every line ready to be read."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance import clock
from alliance.text import rendered
from groups import phrases_talk
from groups.models import FollowKind, Post, Topic, TopicKind
from groups.queries import powers
from groups.queries.posts import Page
from groups.queries.topics import Cursor, Listed
from groups.views.here import Here
from moderation.queries import blocks
from moderation.queries.blocks import Apart
from moderation.rules import FACILITATE, TEND


def decoded(text: str) -> str:
    """A cursor of an address; empty where it is none of ours."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return ""


def encoded(cursor: Cursor) -> str:
    """A cursor for an address."""
    return urlsafe_b64encode(str(cursor).encode()).decode().rstrip("=")


def encoded_place(place: tuple[datetime, UUID]) -> str:
    """An instant and an id for an address."""
    text = f"{place[0].isoformat()}|{place[1]}"
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def apart_from(here: Here) -> frozenset[Apart]:
    """Whose words the reader finds folded: whom they block, and whom they mute."""
    return blocks.apart_from(here.seats[0].person)


def list_context(here: Here, page: Listed, kind: str, cursor: Cursor | None) -> dict[str, Any]:
    """For `_topics.html`."""
    base = reverse("groups:group", args=[here.group.slug])
    now, kinds = clock.now(), dict(TopicKind.choices)
    line = [(row, _line(row, base, now, kinds)) for row in (*page.pinned, *page.rows)]
    return {
        "group": here.group,
        "base": base,
        "reader": here.reader,
        "lines": [made for _row, made in line],
        "new_count": sum(1 for row, _made in line if row["is_new"]),
        "kinds": [(key, label, key == kind) for key, label in TopicKind.choices],
        "kind": kind,
        "is_first": cursor is None,
        "next": encoded(page.after) if page.after else "",
    }


def _line(row: dict[str, Any], base: str, now: Any, kinds: dict[str, Any]) -> dict[str, Any]:
    unread = row["is_new"] and row["seen"]
    url = f"{base}topics/{row['number']}/"
    if unread:
        url = f"{url}?from={row['seen'] + 1}#post-{row['seen'] + 1}"
    waits = row["kind"] == TopicKind.HELP_WANTED and row["answered_at"] is None
    return {
        "url": url,
        "title": row["title"],
        "kind": "" if row["kind"] == TopicKind.TALK else kinds[row["kind"]],
        "is_new": row["is_new"],
        "is_pinned": row["pinned_at"] is not None,
        "is_locked": row["locked_at"] is not None,
        "is_tough": row["is_tough_ok"],
        "is_muted": row["wish"] == FollowKind.MUTE,
        "is_followed": row["wish"] == FollowKind.TRACK,
        "waits": waits and row["locked_at"] is None,
        "author": row["author__seat__person__name"],
        "last": row["last_by__seat__person__name"] or row["author__seat__person__name"],
        "replies": _replies(max(0, row["post_count"] - 1)),
        "age": phrases_talk.age(row["last_post_at"], now),
        "at": row["last_post_at"].isoformat(),
    }


def _replies(count: int) -> str:
    return ngettext("%d reply", "%d replies", count) % count


def topic_context(here: Here, topic: Topic, part: Any, form: forms.Form) -> dict[str, Any]:
    """For `topic.html`."""
    base = reverse("groups:topic", args=[here.group.slug, topic.number])
    member = here.member
    return {
        "group": here.group,
        "member": member,
        "reader": here.reader,
        "topic": topic,
        "base": base,
        "part": part,
        "form": form,
        "has_draft": bool(getattr(topic, "draft", "")),
        "wish": getattr(topic, "wish", "") or "",
        "may_reply": member is not None and member.may_write and not topic.is_locked
        and not topic.is_hidden and here.group.is_live,
        "must_introduce": here.group.is_live and not (member is not None and member.may_write),
        "may_tend": may_tend(here),
        "is_own_hidden": topic.is_hidden,
    }  # fmt: skip


def may_tend(here: Here) -> bool:
    """Whether they look after this group, in either way."""
    return any(powers.seat_with(here.seats, action, here.group) for action in (TEND, FACILITATE))


def posts_context(here: Here, topic: Topic, page: Page, apart: frozenset[Apart]) -> dict[str, Any]:
    """For `_posts.html`."""
    base = reverse("groups:topic", args=[here.group.slug, topic.number])
    person = here.seats[0].person_id
    now = clock.now()
    may_write = here.member is not None and here.member.may_write
    folded = dict(apart)
    return {
        "group": here.group,
        "topic": topic,
        "base": base,
        "may_write": may_write and not topic.is_locked,
        "may_tend": powers.seat_with(here.seats, TEND, here.group) is not None,
        "lines": [_post(post, person, folded, base, now) for post in page.posts],
    }


def _post(
    post: Post, person: UUID, folded: dict[UUID, bool], base: str, now: Any
) -> dict[str, Any]:
    author = post.author.seat.person
    replied = post.reply_to
    return {
        "post": post,
        "number": post.number,
        "author": author.name,
        "html": rendered(post.html),
        "age": phrases_talk.age(post.created_at, now),
        "at": post.created_at.isoformat(),
        "is_own": author.pk == person,
        "other": "" if post.author.seat.ended_at else author.pk,
        "is_folded": author.pk in folded,
        "is_muted": folded.get(author.pk, False),
        "is_hidden": post.is_hidden,
        "is_edited": post.edited_at is not None,
        "has_helped_me": post.has_helped_me,  # type: ignore[attr-defined]
        "helped_count": post.helped_count,
        "pictures": post.shown_pictures,  # type: ignore[attr-defined]
        "replied_to": replied.author.seat.person.name if replied and not replied.is_hidden else "",
        "replied_url": f"{base}?from={replied.number}#post-{replied.number}" if replied else "",
        "title": _("Post %(number)d by %(name)s") % {"number": post.number, "name": author.name},
    }
