"""Slots of the shell's pages that other rooms fill, so that the shell knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

Context = Callable[[HttpRequest], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A template with what it needs; a context of None leaves it out today.

    `version` changes whenever the context would: asked in its place where a
    visitor has the page already.
    """

    slot: str
    template: str
    context: Context
    order: int
    version: Callable[[HttpRequest], object] | None = None


_panels: list[Panel] = []


def register(panel: Panel) -> None:
    """Fills a slot ("home", "staff"); called in `AppConfig.ready`."""
    if panel not in _panels:
        _panels.append(panel)
        _panels.sort(key=lambda p: p.order)


def filled(slot: str, request: HttpRequest) -> list[dict[str, Any]]:
    """The slot's panels in order, each `{"template": …, "context": …}`."""
    found = []
    for panel in _panels:
        if panel.slot == slot and (context := panel.context(request)) is not None:
            found.append({"template": panel.template, "context": context})
    return found


def version(slot: str, request: HttpRequest) -> tuple[object, ...] | None:
    """What the slot shows now, in short; None where a panel cannot say so cheaply."""
    found = [panel for panel in _panels if panel.slot == slot]
    if any(panel.version is None for panel in found):
        return None
    return tuple(panel.version(request) for panel in found if panel.version)
