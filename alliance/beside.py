"""What stands beside anybody's words: upper rooms say it, so that lower ones need not know them."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

Part = Callable[[HttpRequest, Any], str]
_parts: dict[str, Part] = {}


def register(slot: str, part: Part) -> None:
    """Fills a slot ("flag", "hidden") beside every row; called in `AppConfig.ready`.

    `part` answers safe HTML, or nothing where it has nothing to say.
    """
    _parts[slot] = part


def part_of(slot: str, request: HttpRequest, subject: Any) -> str:
    """What stands there now; nothing where no room has filled the slot."""
    part = _parts.get(slot)
    return part(request, subject) if part else ""
