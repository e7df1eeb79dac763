"""Finding what an address names, for who may read it: everything else is a 404."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest

from alliance.models import Seat
from groups.models import Group, GroupMember, Post, TalkVersion, Topic
from groups.queries import access, posts, topics


@dataclass(frozen=True)
class Here:
    """A group, and how the visitor stands to it."""

    group: Group
    member: GroupMember | None
    seats: tuple[Seat, ...]

    @property
    def version(self) -> int:
        """The version of the group's talk."""
        return int(getattr(self.group, "talk_version", 0))

    @property
    def by(self) -> Seat:
        """The seat with which they write; 404 for who has none that writes."""
        seat = access.seat_in(self.seats)
        if seat is None:
            raise Http404
        return seat

    @property
    def reader(self) -> GroupMember | None:
        """The member, where they are inside: whose reading is kept."""
        return self.member if self.member is not None and self.member.is_inside else None


def group_at(request: HttpRequest, slug: str) -> Here:
    """The group at this address, for who may read it."""
    seats = tuple(request.seats)  # type: ignore[attr-defined]
    # Nearly every visitor is inside: then one row says all that there is to know.
    own = _own_row(seats, slug)
    if own is not None and own.is_inside and own.group.opened_at is not None:
        own.group.talk_version = own.talk_version
        return Here(own.group, own, seats)
    groups = access.readable_groups(seats).select_related("space")
    group = groups.annotate(talk_version=_version("pk")).filter(slug=slug).first()
    if group is None:
        raise Http404
    return Here(group, access.member_of(group, seats), seats)


def _own_row(seats: tuple[Seat, ...], slug: str) -> Any:
    rows = GroupMember.objects.filter(
        group__slug=slug, seat__in=[seat.pk for seat in seats], left_at__isnull=True
    )
    found = rows.annotate(talk_version=_version("group")).select_related(
        "group__space", "seat__person"
    )
    return found.first()


def _version(key: str) -> Any:
    version = TalkVersion.objects.filter(group=OuterRef(key)).values("number")
    return Coalesce(Subquery(version), 0)


def topic_at(request: HttpRequest, slug: str, number: int) -> tuple[Here, Topic]:
    """A topic of the group; a hidden one for its author alone."""
    here = group_at(request, slug)
    topic = topics.topic_at(None, number, here.reader)
    if topic is None or not _may_see(here.seats, topic):
        raise Http404
    if topic.group_id != here.group.pk:
        raise Elsewhere(topic)
    topic.group = here.group
    return here, topic


class Elsewhere(Exception):
    """The topic stands in another group now; only a reader of that one is led there."""

    def __init__(self, topic: Topic) -> None:
        super().__init__(topic.pk)
        self.topic = topic


def post_at(request: HttpRequest, post_id: UUID) -> tuple[Here, Post]:
    """A post, for who may read its group; a hidden one for its author alone."""
    post = posts.post_at(post_id)
    if post is None:
        raise Http404
    here = group_at(request, post.topic.group.slug)
    if not may_see_post(here.seats, post):
        raise Http404
    return here, post


def may_see_post(seats: Any, post: Post) -> bool:
    """Whether these seats may see the post within a group that they may read."""
    if post.is_hidden and not is_own(seats, post):
        return False
    return _may_see(seats, post.topic)


def is_own(seats: Any, subject: Any) -> bool:
    """Whether one of these people wrote the topic or post."""
    person = subject.author.seat.person_id
    return any(seat.person_id == person for seat in seats)


def _may_see(seats: Any, topic: Topic) -> bool:
    return not topic.is_hidden or is_own(seats, topic)
