"""How much is written in a group."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from groups.models import Group, Post


def posts_since(group: Group, instant: datetime, *, but_topics: Iterable[UUID] = ()) -> int:
    """Posts seen in the group since then, those in the named topics left out."""
    rows = Post.objects.seen().filter(group=group, created_at__gte=instant)
    return int(rows.exclude(topic__in=list(but_topics)).count())
