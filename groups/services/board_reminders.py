"""A week before an entry comes down by itself its author hears of it, and keeps it up in one press.

The letter's link is the proof: whoever holds it can keep that entry up, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from alliance import links
from alliance.errors import DomainError
from alliance.models import Alliance, Seat
from alliance.services import outbox
from alliance.tenancy.scope import across_alliances, current_alliance, in_alliance
from groups.models import BoardEntry
from groups.services import board

TEMPLATE = "groups/email/board_ends"
KEEP = "board-keep"
# A letter that was left lying may still put up again what came down.
GOOD_FOR = timedelta(days=30)
BATCH = 500


class Gone(DomainError):
    """There is nothing to keep up any more, or not for whom the letter was written."""


@dataclass(frozen=True)
class Kept:
    """What a link opens; `is_done` where it was pressed already."""

    entry: BoardEntry
    is_done: bool


def alliances_with_ending() -> Sequence[UUID]:
    """Which alliances have an entry that comes down within a week."""
    with across_alliances(reason="Find alliances with board entries that come down soon."):
        rows = BoardEntry.objects.ending().order_by()
        return sorted(set(rows.values_list("alliance_id", flat=True)))


def remind(alliance: Alliance) -> int:
    """Writes to the authors of what comes down within a week, once for each time it was put up.

    How many entries end soon; run again it writes nothing more.
    """
    with in_alliance(alliance):
        rows = BoardEntry.objects.ending().select_related("author__person")
        ending = list(rows.order_by("listed_at", "id")[:BATCH])
        outbox.enqueue_all(
            template=TEMPLATE,
            letters=[
                outbox.Letter(
                    key=f"board-ends:{entry.pk}:{entry.listed_at.isoformat()}",
                    to=entry.author.person.email,
                    context={"entry": str(entry.pk), "listed_at": entry.listed_at.isoformat()},
                )
                for entry in ending
            ],
        )
    return len(ending)


def words_of(context: dict[str, Any]) -> dict[str, Any] | None:
    """What the letter says; None where it does not end soon any more, or its reader has gone."""
    rows = BoardEntry.objects.ending().select_related("author__person")
    entry = rows.filter(pk=context["entry"]).first()
    if entry is None or entry.listed_at.isoformat() != context["listed_at"] or not _is_here(entry):
        return None
    return {
        "name": entry.author.person.name,
        "title": entry.title,
        "ends_at": entry.expires_at,
        "url": url_of(entry),
        "close_url": current_alliance().url(reverse("groups:close_entry", args=[entry.pk])),
    }


def url_of(entry: BoardEntry) -> str:
    """The absolute address under which this entry is kept up for another 60 days."""
    told = {"entry": str(entry.pk), "listed_at": entry.listed_at.isoformat()}
    return current_alliance().url(reverse("groups:keep_entry", args=[links.sign(KEEP, told)]))


def opened(token: str) -> Kept:
    """What the link leads to.

    Raises:
        links.BadLink: not ours, or too old (`links.ExpiredLink`).
        Gone: it is closed or hidden, or its author is not here any more.
    """
    told = links.read(KEEP, token, max_age_seconds=int(GOOD_FOR.total_seconds()))
    rows = BoardEntry.objects.filter(pk=told["entry"], hidden_at__isnull=True)
    entry = rows.select_related("author__person").first()
    if entry is None or entry.is_closed or not _is_here(entry):
        raise Gone(_("This does not hang on the board any more."))
    return Kept(entry=entry, is_done=entry.listed_at.isoformat() != told["listed_at"])


def keep_up(kept: Kept) -> BoardEntry:
    """Another 60 days from now; pressed again it changes nothing.

    Raises:
        NotIntroduced, NotKnownYet: its author has introduced themselves in no group any more.
        DomainError: it was closed meanwhile, or they are silenced.
    """
    if kept.is_done:
        return kept.entry
    return board.put_up_again(entry=kept.entry, by=kept.entry.author)


def _is_here(entry: BoardEntry) -> bool:
    seats = Seat.objects.live().filter(pk=entry.author_id, person__is_active=True)
    return bool(seats.exists())
