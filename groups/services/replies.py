"""Answers by the link from a digest: whoever holds the letter writes as its reader.

The link is good for one topic and 14 days. It shows the topic's title and
nothing that was written there; the gate asks the same as on every other way in.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance import links
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import keys
from alliance.tenancy.scope import current_alliance
from groups.models import GroupMember, Post, Topic
from groups.queries import access
from groups.services import gate, posts

REPLY = "group-reply"
GOOD_FOR = timedelta(days=14)


class Gone(DomainError):
    """There is nothing to answer any more, or not for whom the letter was written."""


@dataclass(frozen=True)
class Way:
    """What a link opens: who writes, and under what."""

    member: GroupMember
    topic: Topic


def url_of(member: GroupMember, topic_id: UUID) -> str:
    """The absolute address under which this member answers this topic."""
    token = links.sign(REPLY, {"member": str(member.pk), "topic": str(topic_id)})
    return current_alliance().url(reverse("groups:reply_by_link", args=[token]))


def opened(token: str) -> Way:
    """What the link leads to, as long as its reader may read it.

    Raises:
        links.BadLink: not ours, or too old (`links.ExpiredLink`).
        Gone: the member left, or the topic is not shown to them any more.
    """
    payload = links.read(REPLY, token, max_age_seconds=int(GOOD_FOR.total_seconds()))
    members = GroupMember.objects.inside().select_related("seat__person", "group__space")
    member = members.filter(pk=payload["member"], seat__in=Seat.objects.live()).first()
    if member is None or not member.seat.person.is_active:
        raise Gone(_("You are not in this group any more, so nobody can write there for you."))
    topic = Topic.objects.listed().filter(pk=payload["topic"]).first()
    seats = list(Seat.objects.live().filter(person=member.seat.person_id))
    readable = access.readable_groups(seats)
    if topic is None or not readable.filter(pk=topic.group_id).exists():
        raise Gone(_("This topic is not shown any more."))
    topic.group = readable.select_related("space").get(pk=topic.group_id)
    return Way(member=member, topic=topic)


@transaction.atomic
def reply(*, way: Way, words: str, form_key: str) -> Post:
    """The answer; the same form again writes nothing.

    Raises:
        NotIntroduced: the gate says no (`gate.writer`).
        DomainError: the topic is locked, or the words are refused.
    """

    def effect() -> dict[str, str]:
        return {"post": str(posts.reply(topic=way.topic, words=words, by=way.member.seat).pk)}

    gate.writer(group=way.topic.group, by=way.member.seat)
    answer = keys.once(
        actor=str(way.member.seat_id),
        operation="groups.reply_by_link",
        key=form_key,
        request={"topic": str(way.topic.pk), "words": words},
        effect=effect,
    )
    return Post.objects.select_related("topic__group").get(pk=answer["post"])
