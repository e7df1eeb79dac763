"""What a membership brought in a year: figures that each room registers for itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

# (business, first day, last day) → how many; None where nobody measured it.
Count = Callable[[UUID, date, date], int | None]


class Unit(StrEnum):
    """How a figure is said."""

    NUMBER = "number"
    YEARS = "years"
    MINUTES = "minutes"
    MONEY = "money"


@dataclass(frozen=True)
class Figure:
    """One line of the statement; `count` is asked with the alliance's scope open."""

    key: str
    label: Any
    count: Count
    order: int
    unit: Unit = Unit.NUMBER


_figures: dict[str, Figure] = {}


def register(*figures: Figure) -> None:
    """Adds a room's figures, once each; called in `AppConfig.ready`."""
    for figure in figures:
        if _figures.setdefault(figure.key, figure) != figure:
            raise ValueError(f"Two different figures are called {figure.key}.")


def figures() -> list[Figure]:
    """All of them, in order."""
    return sorted(_figures.values(), key=lambda figure: (figure.order, figure.key))
