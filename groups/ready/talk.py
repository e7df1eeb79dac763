"""Topics and posts at start."""


def register() -> None:
    """Called once, when the room is ready."""
    from alliance import staff_queue
    from groups import moderated_talk, work_talk
    from groups.queries import help as helped
    from moderation import content
    from moderation.queries import path

    content.register(*moderated_talk.KINDS)
    staff_queue.register(work_talk.UNANSWERED)
    path.register_help_counter(helped.given_by_person)
