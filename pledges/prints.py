"""What a business prints of its drive: a poster, cards, a table tent."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from alliance import clock, memory, pdfs
from alliance.colour import accent_hex
from alliance.conditional import release
from alliance.tenancy.scope import current_alliance
from pledges import queries
from pledges.models import PledgeDrive
from pledges.progress import progress_of

KEPT_SECONDS = 24 * 3600
# A deadline is a local midnight; the instant before it lies on its last day.
BEFORE_MIDNIGHT = timedelta(microseconds=1)
# What fits at which size; a title has at most 120 letters.
LONG, VERY_LONG = 32, 70
LONGEST_NAME = 70


class Print(StrEnum):
    """What can be printed, by the end of its address."""

    POSTER = "poster"
    CARDS = "cards"
    TENT = "tent"


@dataclass(frozen=True)
class PrintedSheet:
    """A print to be: `says` holds text and small numbers only."""

    kind: Print
    slug: str
    says: dict[str, Any]

    @property
    def file_name(self) -> str:
        return f"{self.slug}-{self.kind}.pdf"

    @property
    def digest(self) -> str:
        """The same for two prints that say the same in the same look."""
        words = json.dumps([release(), self.kind, self.says], sort_keys=True)
        return hashlib.sha256(words.encode()).hexdigest()[:32]


def sheet(drive: PledgeDrive, kind: Print) -> PrintedSheet:
    """What the print says today; paper stands still, so the poster names its day."""
    ours = current_alliance()
    url = ours.url(drive.get_absolute_url())
    says = {
        "alliance": Truncator(ours.name).chars(LONGEST_NAME),
        "business": Truncator(drive.business.trade_name).chars(LONGEST_NAME),
        "title": drive.shown_title,
        "purpose": drive.shown_purpose,
        "size": _size(drive.shown_title),
        "url": url,
        # Letters are easier to type without what every browser adds.
        "shown_url": url.split("://", 1)[1].rstrip("/"),
        "accent": accent_hex(hue=ours.accent_hue, chroma=float(ours.accent_chroma)),
        # Letter where dollars are, A4 elsewhere.
        "page": "letter" if ours.currency == "USD" else "A4",
        "language": get_language() or ours.language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "is_open": drive.is_open,
    }
    if kind is Print.POSTER:
        says |= _progress(drive)
    return PrintedSheet(kind, drive.slug, says)


def kept(found: PrintedSheet) -> bytes | None:
    """The print where one was drawn that says the same."""
    drawn: bytes | None = memory.recall(f"print:{found.digest}")
    return drawn


def draw(found: PrintedSheet) -> bytes:
    """Draws the print as PDF, and keeps it for a day."""
    context = {
        **found.says,
        "kind": found.kind,
        "qr": pdfs.qr_code(found.says["url"]),
        "rows": [range(2)] * 5,
        "sides": ("back", "front"),
    }
    html = render_to_string(f"pledges/prints/{found.kind}.html", context)
    look = f"@page {{ size: {found.says['page']} }} html {{ --accent: {found.says['accent']} }}"
    drawn = pdfs.draw(html, stylesheet="print/drive.css", look=look)
    memory.keep(f"print:{found.digest}", drawn, seconds=KEPT_SECONDS)
    return drawn


def _progress(drive: PledgeDrive) -> dict[str, Any]:
    found = progress_of(drive, queries.drive_figures(drive))
    now = clock.now().astimezone(current_alliance().zone)
    until = ""
    if drive.is_open and drive.gathering_ends_at is not None:
        last = drive.gathering_ends_at.astimezone(current_alliance().zone) - BEFORE_MIDNIGHT
        until = _("Open until %(day)s") % {"day": date_format(last, "j F Y")}
    return {
        "honoured": found.honoured,
        "active": found.active,
        "standing": found.standing,
        "goal": found.goal,
        "people": found.people,
        "as_of": _("As of %(day)s; the code leads to the figures of the moment.")
        % {"day": date_format(now, "j F Y")},
        "until": until,
    }


def _size(title: str) -> str:
    """How large a title may be; letters of many scripts are twice as wide as ours."""
    width = sum(2 if letter > "\u1100" else 1 for letter in title)
    return "large" if width <= LONG else "medium" if width <= VERY_LONG else "small"
