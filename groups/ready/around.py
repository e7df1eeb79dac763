"""Digests, board, meetings at start."""


def register() -> None:
    """Called once, when the room is ready."""
    from alliance.services import mail
    from gatherings import audiences
    from groups.around_audience import CIRCLE
    from groups.around_content import KINDS
    from groups.services import board_letters, board_reminders, digest_letters, digests
    from moderation import content

    audiences.register(CIRCLE)
    content.register(*KINDS)
    mail.register_fresh_together(digests.TEMPLATE, digest_letters.together)
    mail.register_fresh(board_letters.TEMPLATE, board_letters.words_of)
    mail.register_fresh(board_reminders.TEMPLATE, board_reminders.words_of)
