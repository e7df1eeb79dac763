"""What this room does when something happens to a business."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from directory.services import entries
from members import events


def refresh_entries(sender: Any, *, business_ids: Collection[UUID], **kwargs: Any) -> None:
    """What the public sees follows at once."""
    entries.refresh(business_ids)


def connect() -> None:
    """Called once, when the room starts."""
    events.businesses_changed.connect(refresh_entries, dispatch_uid="directory.refresh_entries")
