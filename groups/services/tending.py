"""Custodians and facilitators at work: lock, pin, move, merge, hide.

Which seat may do it in this group is asked of the moderation's powers; staff
may everywhere.
"""

from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from groups.models import Group, GroupState, Post, Topic
from groups.queries import powers
from groups.services import topics, versions
from moderation.rules import FACILITATE, TEND
from moderation.services import cases

MOST_PINNED = 5
MOST_MERGED = 5_000


@transaction.atomic
def lock(*, topic: Topic, by: Seat) -> None:
    """Nobody writes in it any more; twice changes nothing. Raises DomainError: not a custodian."""
    topic = _held(topic, by, TEND)
    if topic.locked_at is None:
        _set(topic, by, "topic.locked", locked_at=clock.now())


@transaction.atomic
def unlock(*, topic: Topic, by: Seat) -> None:
    """Opens it again. Raises DomainError: not a custodian."""
    _set(_held(topic, by, TEND), by, "topic.unlocked", locked_at=None)


@transaction.atomic
def pin(*, topic: Topic, by: Seat) -> None:
    """Puts it above the others.

    Raises:
        DomainError: not a facilitator, it is not shown, or five are there already.
    """
    topic = _held(topic, by, FACILITATE)
    topics.must_be_open(topic, is_edit=False)
    if topic.is_pinned:
        return
    pinned = Topic.objects.listed().filter(group=topic.group_id, pinned_at__isnull=False)
    if pinned.count() >= MOST_PINNED:
        raise DomainError(
            _("At most %(most)d topics are pinned. Unpin one first.") % {"most": MOST_PINNED}
        )
    _set(topic, by, "topic.pinned", pinned_at=clock.now())


@transaction.atomic
def unpin(*, topic: Topic, by: Seat) -> None:
    """Lets it stand among the others again. Raises DomainError: not a facilitator."""
    _set(_held(topic, by, FACILITATE), by, "topic.unpinned", pinned_at=None)


@transaction.atomic
def move(*, topic: Topic, to: Group, by: Seat) -> Topic:
    """Takes a topic with its posts to another group; its address leads there.

    Raises:
        DomainError: not a custodian of both groups, or the other one is not
            open to as few as this one.
    """
    old = topic.group_id
    versions.bump(old, to.pk)
    topic = _held(topic, by, TEND)
    if topic.group_id == to.pk:
        return topic
    _must_have(by, TEND, to)
    if to.state == GroupState.ARCHIVED or to.opened_at is None:
        raise DomainError(_("That group is not open."), field="group")
    if topic.group.is_circle and not to.is_circle:
        raise DomainError(_("What was said in a circle stays in it."), field="group")
    Topic.objects.filter(pk=topic.pk).update(group=to, pinned_at=None)
    Post.objects.filter(topic=topic).update(group=to)
    audit.record(by=by, action="topic.moved", subject=topic, source=str(old), target=str(to.pk))
    return Topic.objects.select_related("group").get(pk=topic.pk)


@transaction.atomic
def merge(*, topic: Topic, into: Topic, by: Seat) -> Topic:
    """Puts a topic's posts behind those of another of the same group; its address leads there.

    Raises:
        DomainError: not a custodian, the same topic, another group, or too many posts.
    """
    if topic.pk == into.pk:
        raise DomainError(_("Choose another topic."), field="number")
    versions.bump(topic.group_id)
    for each in sorted((topic, into), key=lambda row: row.pk):
        topics.locked(each)
    topic, into = _held(topic, by, TEND), topics.locked(into)
    if into.group_id != topic.group_id or into.is_hidden or into.merged_into_id:
        raise DomainError(_("This group has no such topic."), field="number")
    if topic.merged_into_id is not None:
        raise DomainError(_("This topic became part of another one."))
    if topic.last_number > MOST_MERGED:
        raise DomainError(_("This topic is too long to be merged."), field="number")
    Post.objects.filter(topic=topic).update(topic=into, number=F("number") + into.last_number)
    Topic.objects.filter(merged_into=topic).update(merged_into=into)
    Topic.objects.filter(pk=into.pk).update(last_number=into.last_number + topic.last_number)
    Topic.objects.filter(pk=topic.pk).update(
        merged_into=into, pinned_at=None, post_count=0, last_by=None
    )
    topics.count_again(topics.locked(into))
    audit.record(by=by, action="topic.merged", subject=topic, target=str(into.pk))
    return into


@transaction.atomic
def hide(*, subject: Any, reason: str, by: Seat) -> None:
    """Hides a topic, post or picture at once and opens the case that decides it.

    Raises:
        DomainError: not a custodian, no reason is given, or a case is open already.
    """
    group = _group_of(subject)
    _must_have(by, TEND, group)
    if not reason.strip():
        raise DomainError(_("Say why."), field="reason")
    case = cases.open_case(subject=subject, reason=reason.strip()[:600], by=by)
    cases.hide(case=case, by=by)
    audit.record(by=by, action="talk.hidden", subject=subject)


def _held(topic: Topic, by: Seat, action: Any) -> Topic:
    topic = topics.locked(topic)
    _must_have(by, action, topic.group)
    return topic


def _must_have(by: Seat, action: Any, group: Group) -> None:
    if powers.seat_with([by], action, group) is None:
        raise DomainError(_("Only those who look after this group can do that."))


def _set(topic: Topic, by: Seat, name: str, **fields: Any) -> None:
    versions.bump(topic.group_id)
    Topic.objects.filter(pk=topic.pk).update(**fields)
    audit.record(by=by, action=name, subject=topic)


def _group_of(subject: Any) -> Group:
    if isinstance(subject, Topic):
        return subject.group
    topic = subject.topic if isinstance(subject, Post) else subject.post.topic
    group: Group = topic.group
    return group
