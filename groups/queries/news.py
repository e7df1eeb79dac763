"""What a group's news feed tells its reader."""

from groups.models import GroupMember, Post
from moderation.queries import blocks

MOST = 30


def newest(member: GroupMember) -> list[Post]:
    """The newest posts of a member's group; not what is hidden, nor of whom they block or mute."""
    rows = (
        Post.objects.seen()
        .filter(
            group=member.group_id, topic__hidden_at__isnull=True, topic__merged_into__isnull=True
        )
        .select_related("topic", "author__seat__person")
        .order_by("-created_at", "-id")
    )
    if unwanted := blocks.unwanted_by(member.seat.person):
        rows = rows.exclude(author__seat__person__in=unwanted)
    found = list(rows[:MOST])
    for post in found:
        post.topic.group = member.group
    return found
