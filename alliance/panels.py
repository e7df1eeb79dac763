"""Slots of the shell's pages that other rooms fill, so that the shell knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

Context = Callable[[HttpRequest], dict[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A template with what it needs; a context of None leaves it out today."""

    slot: str
    template: str
    context: Context
    order: int


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
