"""What this room does when an alliance opens."""

from typing import Any

from alliance import events
from moderation.services import agreements


def begin_with_agreements(sender: Any, **kwargs: Any) -> None:
    """Every alliance begins with the eight agreements; it may write its own."""
    agreements.begin()


def connect() -> None:
    """Called once, when the room starts."""
    events.alliance_opened.connect(
        begin_with_agreements, dispatch_uid="moderation.begin_with_agreements"
    )
