"""PDFs drawn from HTML by one stylesheet, with whatever fonts the machine has."""

import ctypes
import logging
from functools import cache
from threading import Lock
from typing import Any

import segno
from django.contrib.staticfiles import finders

# What WeasyPrint draws with; named as its own loader looks for it.
PANGO = ("libpango-1.0.so.0", "libpango-1.0-0.dll", "libpango-1.0.dylib", "libpango-1.0.0.dylib")
# Fonts are one process's own: two threads that draw at once could spoil each other's.
_one_at_a_time = Lock()


@cache
def can_make() -> bool:
    """Whether this machine has what draws the PDFs; else the page offers the browser's printing."""
    for name in PANGO:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False


def draw(html: str, *, stylesheet: str, look: str) -> bytes:
    """The page drawn by a static stylesheet and, after it, by `look`; a tenth of a second or two.

    The first one of a process takes a second longer and 60 MB, which stay.
    """
    # Not above: it loads Pango, which most processes have no use for.
    from weasyprint import CSS, HTML

    # It would speak of each letter that no font here has, a thousand times a page.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    with _one_at_a_time:
        sheets = [_stylesheet(stylesheet), CSS(string=look)]
        drawn = HTML(string=html, url_fetcher=fetcher()).write_pdf(
            stylesheets=sheets, pdf_tags=True
        )
    return bytes(drawn)


def qr_code(link: str) -> str:
    """A QR code to stand in an `img`; for paper, whose white is its margin."""
    # As a bitmap: the paths of an SVG take longer to draw than the rest of the page.
    return str(segno.make(link, error="l").png_data_uri(border=0, scale=8))


@cache
def fetcher() -> Any:
    """What fetches for a PDF: nothing."""
    # It holds what members wrote: nothing is read from the disk or the network for it.
    from weasyprint.urls import URLFetcher

    return URLFetcher(allowed_protocols=("data",))


@cache
def _stylesheet(path: str) -> Any:
    from weasyprint import CSS

    return CSS(filename=str(finders.find(path)))
