"""The member's own listing: how it looks now, its draft, its history."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from directory.queries.history import history_of
from directory.queries.keeping import kept_of, with_photos
from directory.views.keepers import Keeper
from directory.visibility import visibility_of


@require_safe
def listing(request: HttpRequest, keeper: Keeper) -> HttpResponse:
    """/me/listing/: whether it is public, what is being written, what was shown before."""
    return render(request, "directory/me/listing.html", overview(request, keeper))


def overview(request: HttpRequest, keeper: Keeper) -> dict[str, Any]:
    """What the member's page and the desk's say of one listing."""
    kept = kept_of(keeper.business)
    return {
        "keeper": keeper,
        "kept": kept,
        "business": keeper.business,
        "visibility": visibility_of(kept, request.membership),  # type: ignore[attr-defined]
        "pause": kept.paused_by(keeper.kind),
        "pictures": with_photos(kept.content.pictures),
        "versions": [
            (version, keeper.url("version", version_id=version.row.pk))
            for version in history_of(kept)
        ],
    }
