"""Topics and posts at start."""


def register() -> None:
    """Called once, when the room is ready."""
    from alliance import staff_queue
    from groups import moderated_talk, work_talk
    from moderation import content

    content.register(*moderated_talk.KINDS)
    staff_queue.register(work_talk.UNANSWERED)
