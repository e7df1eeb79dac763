"""The browser of the browser tests: Debian's Chromium, or whichever of its kind is installed."""

import os
import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """Its path: what CHROMIUM names, else the first that is installed, else None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
