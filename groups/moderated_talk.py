"""Topics, posts and their pictures as the moderation's room knows them."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.models import Seat
from groups.models import Post, PostPicture, Topic
from groups.queries import access
from groups.services import removal
from moderation.content import Content
from moderation.models import Space


def _topic_words(topic: Topic) -> str:
    opening = Post.objects.filter(topic=topic, number=1).values_list("words", flat=True).first()
    return f"{topic.title}\n\n{opening or ''}".strip()


def _topic_edit(topic: Topic) -> str:
    opening = Post.objects.filter(topic=topic, number=1).values_list("pk", flat=True).first()
    return reverse("groups:edit_post", args=[opening]) if opening else ""


def _post_may_read(post: Post, seats: Iterable[Seat]) -> bool:
    held = tuple(seats)
    if post.topic.is_hidden and not _is_own(post, held):
        return False
    return access.may_read(post.topic.group, held)


def _picture_may_read(picture: PostPicture, seats: Iterable[Seat]) -> bool:
    held = tuple(seats)
    post = picture.post
    if picture.removed_at is not None or (post.is_hidden and not _is_own(post, held)):
        return False
    return _post_may_read(post, held)


def _is_own(post: Post, seats: Sequence[Seat]) -> bool:
    return any(seat.person_id == post.author.seat.person_id for seat in seats)


def _space_of(subject: Any) -> Space | None:
    post = subject.post if isinstance(subject, PostPicture) else subject
    topic = post if isinstance(post, Topic) else post.topic
    space: Space = topic.group.space
    return space


KINDS = (
    Content(
        key="groups.topic",
        model=Topic,
        related=("author__seat__person", "group__space"),
        label=_("Topic in a group"),
        authors=lambda topic: [topic.author.seat],
        title=lambda topic: topic.title,
        words=_topic_words,
        url=lambda topic: topic.get_absolute_url(),
        may_read=lambda topic, seats: access.may_read(topic.group, seats),
        space=_space_of,
        edit_url=_topic_edit,
        changed=removal.topic_changed,
        emptied=removal.empty_topic,
    ),
    Content(
        key="groups.post",
        model=Post,
        related=("author__seat__person", "topic__group__space"),
        label=_("Post in a group"),
        authors=lambda post: [post.author.seat],
        title=lambda post: post.topic.title,
        words=lambda post: post.words,
        url=lambda post: post.get_absolute_url(),
        may_read=_post_may_read,
        space=_space_of,
        edit_url=lambda post: reverse("groups:edit_post", args=[post.pk]),
        changed=removal.post_changed,
        emptied=removal.empty_post,
    ),
    Content(
        key="groups.picture",
        model=PostPicture,
        related=("post__author__seat__person", "post__topic__group__space"),
        label=_("Picture in a group"),
        authors=lambda picture: [picture.post.author.seat],
        title=lambda picture: picture.post.topic.title,
        words=lambda picture: picture.words,
        url=lambda picture: picture.post.get_absolute_url(),
        may_read=_picture_may_read,
        space=_space_of,
        edit_url=lambda picture: reverse("groups:edit_post", args=[picture.post_id]),
        changed=removal.picture_changed,
        emptied=removal.empty_picture,
    ),
)
