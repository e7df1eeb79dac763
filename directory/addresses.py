"""Addresses that stand in every row of a list: built by hand, since reversing each costs more
than its row."""

from uuid import UUID


def listing_path(slug: str) -> str:
    """A business's page."""
    return f"/directory/{slug}/"


def photo_path(photo_id: UUID | str, size: str) -> str:
    """A photograph, "small" or "large"; what stands there never changes."""
    return f"/directory/photographs/{photo_id}/{size}.webp"
