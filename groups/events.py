"""What other rooms may react to; each is sent inside the transaction of the change."""

from django.dispatch import Signal

# member: the GroupMember who joined: may read, and has not introduced themselves.
member_joined = Signal()
# member: the GroupMember whose introduction was written for the first time.
member_introduced = Signal()
# topic: the Topic; post: its first Post.
topic_started = Signal()
# post: the Post; the first of a topic too.
post_written = Signal()
# post: the Post that helped; member: the GroupMember who said so.
help_given = Signal()
