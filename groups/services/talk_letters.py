"""Letters of a group's talk: somebody named you, somebody wrote in what you follow.

They say where, never what: a post may be hidden before its letter is read.
One letter a topic until its reader has come back.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from alliance import links
from alliance.services import outbox
from alliance.tenancy.scope import current_alliance
from groups.models import (
    Follow,
    FollowKind,
    GroupMember,
    Habit,
    Mention,
    Post,
    ReadMark,
    Topic,
)
from moderation.queries import blocks

STOP = "talk-letters-stop"
MOST = 500


def tell_named(*, post: Post, members: Iterable[UUID]) -> None:
    """Writes to those whom a post names for the first time; not of what is hidden."""
    members = list(members)
    if not members or _is_hidden(post):
        return
    for member in _willing(GroupMember.objects.filter(pk__in=members), post):
        _send("named", f"talk-named:{post.pk}:{member.pk}", member, post)


def tell_followers(*, topic: Topic, post: Post) -> None:
    """Writes to those who follow the topic and have read it since their last letter."""
    if _is_hidden(post):
        return
    following = Follow.objects.filter(topic=topic, kind=FollowKind.TRACK, member=OuterRef("pk"))
    named = Mention.objects.filter(post=post, member=OuterRef("pk"))
    members = GroupMember.objects.filter(Exists(following), ~Exists(named)).exclude(
        pk=post.author_id
    )
    found = _willing(members, post)
    marks = dict(
        ReadMark.objects.filter(topic=topic, member__in=[row.pk for row in found]).values_list(
            "member_id", "number"
        )
    )
    for member in found:
        read = marks.get(member.pk, 0)
        _send("written", f"talk-written:{topic.pk}:{member.pk}:{read}", member, post)


def _willing(members: QuerySet[GroupMember], post: Post) -> list[GroupMember]:
    """Those inside who want letters and have muted neither group nor topic; nobody apart."""
    stopped = Habit.objects.filter(member=OuterRef("pk"), no_letters_at__isnull=False)
    muted = Follow.objects.filter(member=OuterRef("pk"), topic=post.topic_id, kind=FollowKind.MUTE)
    author = GroupMember.objects.select_related("seat__person").get(pk=post.author_id).seat.person
    rows = (
        members.inside()  # type: ignore[attr-defined]
        .filter(~Exists(stopped), ~Exists(muted), Q(muted_at__isnull=True))
        .exclude(seat__person__in=blocks.not_told_of(author))
        .select_related("seat__person", "group")
    )
    return list(rows.order_by("pk")[:MOST])


def _is_hidden(post: Post) -> bool:
    # As care has left it a moment ago.
    return Post.objects.filter(
        Q(hidden_at__isnull=False) | Q(topic__hidden_at__isnull=False), pk=post.pk
    ).exists()


def _send(name: str, key: str, member: GroupMember, post: Post) -> None:
    ours = current_alliance()
    token = links.sign(STOP, {"member": str(member.pk)})
    topic = post.topic
    outbox.enqueue(
        key=key,
        template=f"groups/email/{name}",
        to=member.seat.person.email,
        context={
            "name": member.seat.person.name,
            "group": member.group.name,
            "url": ours.url(
                f"{reverse('groups:topic', args=[member.group.slug, topic.number])}"
                f"?from={post.number}#post-{post.number}"
            ),
            "unsubscribe_url": ours.url(reverse("groups:stop_talk_letters", args=[token])),
            "unsubscribes_in_one_press": True,
        },
        confirmed=True,
    )
