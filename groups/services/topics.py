"""A topic's own row: held while it changes, counted anew when what may be read changes."""

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from groups.models import GroupMember, MemberState, MemberStep, Post, Topic


def locked(topic: Topic) -> Topic:
    """The topic as it is now, held until the transaction ends."""
    rows = Topic.objects.select_for_update(of=("self",)).select_related("group__space")
    found: Topic = rows.get(pk=topic.pk)
    return found


def must_be_open(topic: Topic, *, is_edit: bool = False) -> None:
    """Raises DomainError where nobody may write in it; a hidden one may be mended by its author."""
    if topic.is_locked:
        raise DomainError(_("This topic is closed; it can still be read."))
    if topic.merged_into_id is not None:
        raise DomainError(_("This topic became part of another one."))
    if topic.is_hidden and not is_edit:
        raise DomainError(_("This topic is not shown any more."))


def count_again(topic: Topic) -> None:
    """Brings count, last post and answer up to date with what may be read; the topic is held."""
    seen = Post.objects.filter(topic=topic, hidden_at__isnull=True)
    found = seen.aggregate(
        posts=Count("pk"),
        answered=Min("created_at", filter=~Q(author=topic.author_id)),
        last=Max("number"),
    )
    last = seen.filter(number=found["last"]).first() if found["last"] else None
    topic.post_count, topic.answered_at = found["posts"], found["answered"]
    if last is not None:
        topic.last_post_at, topic.last_by_id = last.created_at, last.author_id
    topic.save(update_fields=["post_count", "answered_at", "last_post_at", "last_by"])


def be_active(member: GroupMember) -> None:
    """Whoever writes is active; their row is held by the gate."""
    now = clock.now()
    if member.state in (MemberState.INTRODUCED, MemberState.DORMANT):
        member.state = MemberState.ACTIVE
        MemberStep.objects.create(member=member, state=MemberState.ACTIVE, by=member.seat)
    member.last_active_at = now
    member.save(update_fields=["state", "last_active_at"])
