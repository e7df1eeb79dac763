"""The geometry of small charts, in whole pixels, so that a template only draws.

Each chart stands beside a table of the same figures. Unknown (None) is no
bar and no line; it is never drawn as zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

HEIGHT, TOP, SLOT, BAR = 120, 6, 48, 34
FEWEST, MOST_LABELS = 6, 12
LABELS, AXIS = 22, 44


@dataclass(frozen=True)
class Value:
    """What a bar shows: words below it, its full name, its size; `row` is the caller's own."""

    short: str
    name: str
    size: float | None
    row: Any = None


@dataclass(frozen=True)
class Bar:
    """One bar's place in the drawing; `short` is empty where labels would touch."""

    x: int
    y: int
    height: int
    middle: int
    short: str
    value: Value


@dataclass(frozen=True)
class Bars:
    """A drawing of `width` × `height` with a line of labels below its bars."""

    bars: list[Bar]
    width: int
    height: int
    base: int
    label_y: int
    bar: int


@dataclass(frozen=True)
class Line:
    """One line of a chart as an SVG path; `style` counts from 1, the line that matters most."""

    name: str
    path: str
    style: int


@dataclass(frozen=True)
class Lines:
    """A drawing of lines over the same labels, from zero at `base` to `most` at `top`."""

    lines: list[Line]
    labels: list[tuple[int, str]]
    most: int
    left: int
    top: int
    width: int
    height: int
    base: int
    label_y: int


def bars(values: Sequence[Value]) -> Bars:
    """Bars side by side; many of them become narrow, and share fewer labels."""
    base = HEIGHT + TOP
    slots = max(len(values), FEWEST)
    width = min(slots, MOST_LABELS) * SLOT
    slot = width / slots
    bar = max(round(slot * BAR / SLOT), 2)
    most = max((value.size or 0 for value in values), default=0) or 1
    every = -(-len(values) // MOST_LABELS)
    found = []
    for place, value in enumerate(values):
        # Anything at all shows at least a line.
        height = max(round(value.size / most * HEIGHT), 2) if value.size else 0
        x = round(place * slot + (slot - bar) / 2)
        found.append(
            Bar(
                x=x,
                y=base - height,
                height=height,
                middle=x + bar // 2,
                short="" if place % every else value.short,
                value=value,
            )
        )
    return Bars(found, width, base + LABELS, base, base + LABELS - 5, bar)


def lines(series: Sequence[tuple[str, Sequence[int | None]]], labels: Sequence[str]) -> Lines:
    """Lines over the same labels, the one that matters most first; a gap where nothing is known."""
    base, step = HEIGHT + TOP, SLOT
    most = max((size or 0 for _name, sizes in series for size in sizes), default=0) or 1
    places = [AXIS + step // 2 + place * step for place in range(len(labels))]
    drawn = []
    for style, (name, sizes) in enumerate(series, start=1):
        points = [
            None if size is None else (x, base - round(size / most * HEIGHT))
            for x, size in zip(places, sizes, strict=False)
        ]
        drawn.append(Line(name, _path(points), style))
    return Lines(
        lines=drawn,
        labels=list(zip(places, labels, strict=True)),
        most=most,
        left=AXIS,
        top=TOP,
        width=AXIS + len(labels) * step,
        height=base + LABELS,
        base=base,
        label_y=base + LABELS - 5,
    )


def _path(points: Sequence[tuple[int, int] | None]) -> str:
    """Moves to each point after a gap, draws to each other one; a lone point is a dot."""
    words = []
    for before, point in pairwise([None, *points]):
        if point is not None:
            words.append(f"{'L' if before else 'M'}{point[0]} {point[1]}")
            if before is None:
                words.append("h0")
    return "".join(words)
