"""Pictures of a post: written anew, so that they hold nothing but what they show."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat, StoredFile
from alliance.services import audit, files
from directory.photographs import Photograph, Refused, write_anew
from directory.services.photos import REFUSALS
from groups import markdown
from groups.models import Post, PostPicture, Topic
from groups.queries import people
from groups.services import gate, topics, versions

MOST = 4
LONGEST_WORDS = 160


@dataclass(frozen=True)
class Brought:
    """A file as somebody brought it, and what it shows."""

    content: bytes
    words: str


def keep(*, post: Post, brought: Sequence[Brought], by: Seat) -> None:
    """Keeps the pictures that came with a post; inside the writer's transaction.

    Raises:
        DomainError: more than four, without words, or no picture that we can read.
    """
    there = PostPicture.objects.filter(post=post, removed_at__isnull=True).count() if brought else 0
    if there + len(brought) > MOST:
        raise DomainError(
            _("A post has at most %(most)d pictures.") % {"most": MOST}, field="picture"
        )
    for each in brought:
        words = _said(each.words)
        made = _made(each.content)
        large, small = (
            files.store(name=f"{name}.webp", content=content, content_type="image/webp", by=by)
            for name, content in (("large", made.large), ("small", made.small))
        )
        PostPicture.objects.create(
            post=post, large=large, small=small, width=made.width, height=made.height,
            words=words, seat=by, added_at=clock.now(),
        )  # fmt: skip


@transaction.atomic
def add(*, post: Post, content: bytes, words: str, by: Seat) -> None:
    """One more for one's own post.

    Raises:
        NotIntroduced: the gate says no.
        DomainError: it is another's post, the topic is closed, or `keep` refuses it.
    """
    topic = _own(post, by)
    keep(post=post, brought=[Brought(content, words)], by=by)
    audit.record(by=by, action="post.picture_added", subject=post)
    versions.bump(topic.group_id)


@transaction.atomic
def remove(*, picture: PostPicture, by: Seat) -> None:
    """Takes one's own picture away, its files too.

    Raises:
        NotIntroduced: the gate says no.
        DomainError: it is another's post, or the topic is closed.
    """
    topic = _own(picture.post, by)
    PostPicture.objects.filter(pk=picture.pk).update(removed_at=clock.now())
    audit.record(by=by, action="post.picture_removed", subject=picture.post)
    empty(picture)
    versions.bump(topic.group_id)


def empty(picture: PostPicture) -> None:
    """The row stays, what it showed is gone: both files hold nothing any more."""
    StoredFile.objects.filter(pk__in=[picture.large_id, picture.small_id]).update(
        content=b"", size=0
    )
    PostPicture.objects.filter(pk=picture.pk, removed_at__isnull=True).update(
        removed_at=clock.now()
    )


def _own(post: Post, by: Seat) -> Topic:
    topic: Topic = Topic.objects.select_related("group__space").get(pk=post.topic_id)
    gate.writer(group=topic.group, by=by)
    topic = topics.locked(topic)
    topics.must_be_open(topic, is_edit=True)
    if not people.is_author(post.author_id, by):
        raise DomainError(_("Only its author can change a post."))
    return topic


def _made(content: bytes) -> Photograph:
    try:
        return write_anew(content)
    except Refused as error:
        raise DomainError(str(REFUSALS[error.reason]), field="picture") from error


def _said(words: str) -> str:
    try:
        return markdown.line(words, field="picture_words", longest=LONGEST_WORDS)
    except DomainError as error:
        if words.strip():
            raise
        raise DomainError(
            _("Say what the picture shows: some people hear it instead of seeing it."),
            field="picture_words",
        ) from error
