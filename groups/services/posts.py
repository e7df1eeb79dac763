"""Writing in a group: a topic, an answer, another wording, “helped me”.

Page, API, reply by mail and prompt all come through here, and so through the
gate. Locks: the member, the group's version, the topic.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from alliance.tenancy.scope import current_alliance
from groups import markdown
from groups.events import help_given, post_written, topic_started
from groups.models import Group, GroupMember, Helped, Mention, Post, PostVersion, Topic, TopicKind
from groups.models.topics import LONGEST_TITLE
from groups.queries import people
from groups.services import gate, pictures, reading, talk_letters, texts, topics, versions
from groups.services.pictures import Brought
from moderation.services import care

EDITS = 50


@transaction.atomic
def start_topic(
    *,
    group: Group,
    kind: str,
    title: str,
    words: str,
    by: Seat,
    is_tough_ok: bool = False,
    pictures: Sequence[Brought] = (),
) -> Topic:
    """Opens a topic with its first post.

    Raises:
        NotIntroduced: the gate says no (`gate.writer`).
        DomainError: the title, the words or a picture are refused.
    """
    member = gate.writer(group=group, by=by)
    title = markdown.line(title, field="title", longest=LONGEST_TITLE)
    rendered = _rendered(group, words, member)
    versions.bump(group.pk)
    topic = Topic.objects.create(
        group=group,
        author=member,
        number=_next_number(),
        kind=_known(kind),
        title=title,
        is_tough_ok=is_tough_ok,
        created_at=clock.now(),
    )
    post = _write(topic, member, words, rendered, reply_to=None, brought=pictures)
    audit.record(by=by, action="topic.started", subject=topic)
    topic_started.send(Topic, topic=topic, post=post)
    care.look_at(subject=topic, words=f"{title}\n{words}", by=by, in_group=True)
    _after(topic, post, member, rendered)
    return topic


@transaction.atomic
def reply(
    *,
    topic: Topic,
    words: str,
    by: Seat,
    reply_to: Post | None = None,
    pictures: Sequence[Brought] = (),
) -> Post:
    """Writes the next post of a topic.

    Raises:
        NotIntroduced: the gate says no (`gate.writer`).
        DomainError: the topic is locked, hidden or merged, or the words or a
            picture are refused.
    """
    member = gate.writer(group=topic.group, by=by)
    rendered = _rendered(topic.group, words, member)
    versions.bump(topic.group_id)
    topic = topics.locked(topic)
    topics.must_be_open(topic)
    if reply_to is not None and reply_to.topic_id != topic.pk:
        raise DomainError(_("The post that this answers stands in another topic."))
    post = _write(topic, member, words, rendered, reply_to=reply_to, brought=pictures)
    audit.record(by=by, action="post.written", subject=post)
    care.look_at(subject=post, words=words, by=by, in_group=True)
    _after(topic, post, member, rendered)
    return post


@transaction.atomic
def edit(
    *,
    post: Post,
    words: str,
    by: Seat,
    title: str | None = None,
    kind: str | None = None,
    is_tough_ok: bool | None = None,
) -> Post:
    """Words anew; what stood there is kept for its author. An opening post may rename its topic.

    Raises:
        NotIntroduced: the gate says no.
        DomainError: it is another's, locked, or the words are refused.
    """
    topic = Topic.objects.select_related("group__space").get(pk=post.topic_id)
    member = gate.writer(group=topic.group, by=by)
    rendered = _rendered(topic.group, words, member)
    versions.bump(topic.group_id)
    topic = topics.locked(topic)
    post = Post.objects.select_for_update().get(pk=post.pk)
    if not people.is_author(post.author_id, by):
        raise DomainError(_("Only its author can change a post."))
    topics.must_be_open(topic, is_edit=True)
    _change_topic(topic, post, title=title, kind=kind, is_tough_ok=is_tough_ok)
    _change_words(post, topic, words, rendered, by)
    audit.record(by=by, action="post.edited", subject=post)
    subject: Any = topic if post.is_opening else post
    evidence = f"{topic.title}\n{words}" if post.is_opening else words
    care.look_at(subject=subject, words=evidence, by=by, in_group=True)
    _name(post, member, rendered)
    return post


@transaction.atomic
def helped(*, post: Post, by: Seat) -> None:
    """Says that a post helped; saying it twice changes nothing.

    Raises:
        NotIntroduced: the gate says no.
        DomainError: it is one's own, or hidden.
    """
    topic = Topic.objects.select_related("group__space").get(pk=post.topic_id)
    member = gate.writer(group=topic.group, by=by)
    post = Post.objects.select_for_update().get(pk=post.pk)
    if people.is_author(post.author_id, by):
        raise DomainError(_("Somebody else can say that your post helped."))
    if post.is_hidden or topic.is_hidden:
        raise DomainError(_("This post is not shown any more."))
    if Helped.objects.filter(post=post, member=member).exists():
        return
    Helped.objects.create(post=post, member=member)
    Post.objects.filter(pk=post.pk).update(helped_count=F("helped_count") + 1)
    versions.bump(topic.group_id)
    help_given.send(Post, post=post, member=member)


@transaction.atomic
def unhelp(*, post: Post, by: Seat) -> None:
    """Takes “helped me” back; twice changes nothing.

    Raises:
        NotIntroduced: the gate says no.
    """
    topic = Topic.objects.select_related("group__space").get(pk=post.topic_id)
    member = gate.writer(group=topic.group, by=by)
    Post.objects.select_for_update().get(pk=post.pk)
    gone, _rows = Helped.objects.filter(post=post, member=member).delete()
    if gone:
        Post.objects.filter(pk=post.pk).update(helped_count=F("helped_count") - 1)
        versions.bump(topic.group_id)


def _write(
    topic: Topic,
    member: GroupMember,
    words: str,
    rendered: markdown.Rendered,
    *,
    reply_to: Post | None,
    brought: Sequence[Brought],
) -> Post:
    now = clock.now()
    post = Post(
        topic=topic,
        group_id=topic.group_id,
        author=member,
        number=topic.last_number + 1,
        words=markdown.checked(words),
        html=rendered.html,
        reply_to=reply_to,
        created_at=now,
    )
    post.document = texts.document(post.words, title=topic.title if post.is_opening else "")
    post.save(force_insert=True)
    pictures.keep(post=post, brought=brought, by=member.seat)
    topic.last_number = post.number
    topic.post_count += 1
    topic.last_post_at, topic.last_by = now, member
    if topic.answered_at is None and topic.author_id != member.pk:
        topic.answered_at = now
    topic.save(
        update_fields=["last_number", "post_count", "last_post_at", "last_by", "answered_at"]
    )
    Group.objects.filter(pk=topic.group_id).update(last_post_at=now)
    topics.be_active(member)
    return post


def _after(topic: Topic, post: Post, member: GroupMember, rendered: markdown.Rendered) -> None:
    """What follows a post: its names, its reader's place, who hears of it."""
    _name(post, member, rendered)
    reading.mark_read(member=member, topic=topic, number=post.number)
    post_written.send(Post, post=post)
    talk_letters.tell_followers(topic=topic, post=post)


def _name(post: Post, member: GroupMember, rendered: markdown.Rendered) -> None:
    """Keeps whom the post names; each hears of it once, unless it is hidden."""
    known = set(Mention.objects.filter(post=post).values_list("member_id", flat=True))
    new = [
        Mention(post=post, member_id=key) for key in sorted(rendered.mentions - known - {member.pk})
    ]
    Mention.objects.filter(post=post).exclude(member__in=rendered.mentions).delete()
    Mention.objects.bulk_create(new)
    talk_letters.tell_named(post=post, members=[row.member_id for row in new])


def _change_topic(
    topic: Topic, post: Post, *, title: str | None, kind: str | None, is_tough_ok: bool | None
) -> None:
    if not post.is_opening:
        return
    if title is not None:
        topic.title = markdown.line(title, field="title", longest=LONGEST_TITLE)
    if kind is not None:
        topic.kind = _known(kind)
    if is_tough_ok is not None:
        topic.is_tough_ok = is_tough_ok
    topic.save(update_fields=["title", "kind", "is_tough_ok"])


def _change_words(
    post: Post, topic: Topic, words: str, rendered: markdown.Rendered, by: Seat
) -> None:
    words, before = markdown.checked(words), post.words
    post.document = texts.document(words, title=topic.title if post.is_opening else "")
    post.words, post.html = words, rendered.html
    fields = ["words", "html", "document"]
    if words != before:
        last = PostVersion.objects.filter(post=post).aggregate(Max("number"))["number__max"] or 0
        if last >= EDITS:
            raise DomainError(_("This post was changed often enough; write another one."))
        PostVersion.objects.create(post=post, number=last + 1, words=before, by=by)
        post.edited_at = clock.now()
        fields.append("edited_at")
    post.save(update_fields=fields)


def _rendered(group: Group, words: str, member: GroupMember) -> markdown.Rendered:
    named = people.handles_of(group, reader=member.seat) if "@" in words else {}
    return markdown.render(words, named)


def _known(kind: str) -> str:
    if kind not in TopicKind.values:
        raise DomainError(_("Choose what kind of topic it is."), field="kind")
    return kind


def _next_number() -> int:
    """The alliance's next; two topics at one moment wait for each other."""
    with connection.cursor() as cursor:
        name = f"topics:{current_alliance().pk}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    return (Topic.objects.aggregate(Max("number"))["number__max"] or 0) + 1
