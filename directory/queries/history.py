"""What a listing showed before: who published it, when, and what was another."""

from dataclasses import dataclass

from directory.content import Content
from directory.differences import Change, changes
from directory.models import ListingVersion
from directory.queries.keeping import HISTORY, Kept


@dataclass(frozen=True)
class Version:
    """One version and what it changed; the first one changed nothing."""

    row: ListingVersion
    changes: list[Change]
    is_shown: bool


def history_of(kept: Kept) -> list[Version]:
    """The latest twenty versions, the newest first, in one read."""
    if kept.listing is None:
        return []
    rows = ListingVersion.objects.filter(listing=kept.listing).select_related("seat__person")
    found = list(rows.order_by("-number")[: HISTORY + 1])
    contents = [Content.of(row.content) for row in found]
    shown = kept.listing.shown_id
    return [
        Version(
            row=row,
            changes=changes(contents[place + 1], contents[place]) if place + 1 < len(found) else [],
            is_shown=row.pk == shown,
        )
        for place, row in enumerate(found[:HISTORY])
    ]
