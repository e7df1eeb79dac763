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
from alliance.models import Person
from alliance.services import mail
from alliance.tenancy.scope import current_alliance
from groups import reading_time
from groups.models import DigestLetter, GroupMember, TopicKind
from groups.queries import digests, readings
from groups.queries.readings import NewPost, Reading
from groups.services import replies

STOP = "group-digest-stop"
# Beyond these a group's topics are named without their beginning, or only counted.
MOST_TOPICS, MOST_NAMED = 10, 10


class Sheaf:
    """Letters that go out together: who may read what is asked once for all of them.

    What was hidden, and where somebody left, muted a group or stopped its letters
    after that, shows in one question for each letter; then all is asked anew.
    """

    def __init__(self, contexts: Sequence[dict[str, Any]]) -> None:
        self._letters = [context["letter"] for context in contexts]
        self._readings = readings.readings(self._letters)

    def words_of(self, context: dict[str, Any]) -> dict[str, Any] | None:
        """What the letter says; None where its reader has nothing to read any more."""
        reading = self._reading(context["letter"])
        if reading is None or not reading.posts:
            return None
        letter = reading.letter
        groups = _groups(letter, reading.members, reading.posts)
        if letter.spent:
            letter.save(update_fields=["spent"])
        return _said(letter.person, groups, reading.posts)

    def _reading(self, letter: str) -> Reading | None:
        found = self._readings.get(letter)
        if found is None or not found.posts:
            return None
        if readings.standing_of(found) != found.standing:
            self._readings = readings.readings(self._letters)
        return self._readings.get(letter)


def together(contexts: Sequence[dict[str, Any]]) -> mail.Fresh:
    """Who makes the words of letters that go out together."""
    return Sheaf(contexts).words_of


def stop_token(person: Person) -> str:
    """Proof for the link that ends a person's digests here."""
    return links.sign(STOP, {"person": str(person.pk)})


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
        "beginning": f"{beginning}…" if len(first.beginning) >= readings.EXCERPT else beginning,
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
