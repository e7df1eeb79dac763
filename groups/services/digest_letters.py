"""A digest's words, asked for in the moment in which it goes out.

Only what its reader may read then, and what is not hidden then, stands in it.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from alliance import clock, links
from alliance.models import Person, Seat
from alliance.tenancy.scope import current_alliance
from groups import reading_time
from groups.models import Digest, DigestLetter, GroupMember, TopicKind
from groups.queries import digests
from groups.queries.digests import NewPost
from groups.services import replies
from moderation.queries import blocks

STOP = "group-digest-stop"
# Beyond these a group's topics are named without their beginning, or only counted.
MOST_TOPICS, MOST_NAMED = 10, 10


def words_of(context: dict[str, Any]) -> dict[str, Any] | None:
    """What the letter says; None where its reader has nothing to read any more."""
    letter = (
        DigestLetter.objects.select_related("run", "person").filter(pk=context["letter"]).first()
    )
    if letter is None or not letter.person.is_active:
        return None
    seats = list(Seat.objects.live().filter(person=letter.person).select_related("person"))
    spans = _spans(letter)
    members = digests.members_to_tell(seats, spans)
    unwanted = blocks.unwanted_by(letter.person) | {letter.person_id}
    posts = digests.new_posts(members, spans=spans, unwanted=unwanted)
    if not posts:
        return None
    groups = _groups(letter, members, posts)
    if letter.spent:
        letter.save(update_fields=["spent"])
    return _said(letter.person, groups, posts)


def stop_token(person: Person) -> str:
    """Proof for the link that ends a person's digests here."""
    return links.sign(STOP, {"person": str(person.pk)})


def _spans(letter: DigestLetter) -> dict[str, tuple[datetime, datetime]]:
    run = letter.run
    spans = {str(Digest.DAILY): (run.since, run.until)}
    if run.week_since is not None:
        spans[str(Digest.WEEKLY)] = (run.week_since, run.until)
    return spans


def _groups(
    letter: DigestLetter, members: Sequence[GroupMember], posts: Sequence[NewPost]
) -> list[dict[str, Any]]:
    spent: dict[str, int] = {}
    if any(member.budget_minutes for member in members):
        spent = digests.spent_since(letter.person_id, _monday(letter), but=letter)
    found = []
    for member in members:
        own = [post for post in posts if post.group_id == member.group_id]
        if own:
            before = spent.get(str(member.pk), 0)
            group, minutes = _group(member, _topics(own), before)
            if member.budget_minutes:
                letter.spent[str(member.pk)] = minutes
            found.append(group)
    return found


def _group(
    member: GroupMember, topics: list[list[NewPost]], before: int
) -> tuple[dict[str, Any], int]:
    """One group's part of the letter, and how many minutes of reading it offers."""
    budget = member.budget_minutes
    minutes = [reading_time.minutes_of(sum(post.words for post in topic)) for topic in topics]
    fits = reading_time.fitting(minutes, reading_time.left_of(budget, before))
    shown = [n for n, is_in in enumerate(fits) if is_in][:MOST_TOPICS]
    rest = [n for n in range(len(topics)) if n not in shown]
    offered = sum(minutes[n] for n in shown)
    part = {
        "name": member.group.name,
        "url": current_alliance().url(member.group.get_absolute_url()),
        "time": _time(before + offered, budget),
        "topics": [_topic(member, topics[n], minutes[n]) for n in shown],
        "named": [_named(member, topics[n]) for n in rest[:MOST_NAMED]],
        "uncounted": max(0, len(rest) - MOST_NAMED),
    }
    return part, offered


def _topics(posts: Sequence[NewPost]) -> list[list[NewPost]]:
    """Posts by topic, each topic's in order; help wanted first, then the newest."""
    by_topic = sorted(posts, key=lambda post: (post.topic_id, post.number))
    topics = [list(rows) for _pk, rows in groupby(by_topic, key=lambda post: post.topic_id)]
    place = {post.topic_id: n for n, post in reversed(list(enumerate(posts)))}
    return sorted(
        topics,
        key=lambda rows: (rows[0].topic_kind != TopicKind.HELP_WANTED, place[rows[0].topic_id]),
    )


def _topic(member: GroupMember, posts: Sequence[NewPost], minutes: int) -> dict[str, Any]:
    first = posts[0]
    beginning = " ".join(first.beginning.split())
    return _named(member, posts) | {
        "kind": str(TopicKind(first.topic_kind).label),
        "count": ngettext("%(n)d new post", "%(n)d new posts", len(posts)) % {"n": len(posts)},
        "minutes": ngettext("about a minute", "about %(n)d minutes", minutes) % {"n": minutes},
        "by": first.author or _("A member"),
        "beginning": f"{beginning}…" if len(first.beginning) >= digests.EXCERPT else beginning,
        "reply_url": replies.url_of(member, first.topic_id)
        if member.may_write and not first.is_locked
        else "",
    }


def _named(member: GroupMember, posts: Sequence[NewPost]) -> dict[str, Any]:
    first = posts[0]
    path = reverse("groups:topic", args=[member.group.slug, first.topic_number])
    beyond = "" if first.number == 1 else f"?from={first.number}#post-{first.number}"
    return {"title": first.title, "url": current_alliance().url(f"{path}{beyond}")}


def _said(person: Person, groups: list[dict[str, Any]], posts: Sequence[NewPost]) -> dict[str, Any]:
    ours, local = current_alliance(), clock.now().astimezone(current_alliance().zone)
    count = len({post.topic_id for post in posts})
    return {
        "name": person.name,
        "day": date_format(local, "l, j F"),
        "headline": ngettext(
            "%(n)d topic with news in your groups", "%(n)d topics with news in your groups", count
        )
        % {"n": count},
        "groups": groups,
        "unsubscribe_url": ours.url(reverse("groups:stop_digests", args=[stop_token(person)])),
        "unsubscribes_in_one_press": True,
    }


def _time(minutes: int, budget: int | None) -> str:
    if budget:
        return _("about %(minutes)d of your %(budget)d minutes this week") % {
            "minutes": minutes,
            "budget": budget,
        }
    return ngettext("about a minute to read", "about %(n)d minutes to read", minutes) % {
        "n": minutes
    }


def _monday(letter: DigestLetter) -> datetime:
    """When the reader's week began."""
    zone, day = current_alliance().zone, letter.run.on
    return datetime.combine(day - timedelta(days=day.weekday()), time.min, tzinfo=zone)
