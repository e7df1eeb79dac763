"""The geometry of a small map: where alliances lie, on a backdrop of towns, in whole pixels.

Drawn by the server, so that it needs no scripts and no map service. The
projection is equirectangular about the middle of what is shown, which is true
enough for a country.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WIDTH, TALLEST, SHORTEST = 960, 620, 320
# Degrees around what is shown, and the least that a map shows.
MARGIN, LEAST = 2.5, 9.0
# A label this near the right edge stands to the left of its dot.
LABEL = 260


@dataclass(frozen=True)
class Dot:
    """One place with its label; `is_left`: the label stands to the left."""

    x: int
    y: int
    name: str
    url: str
    is_left: bool


@dataclass(frozen=True)
class SmallMap:
    """A drawing of `width` × `height`; `backdrop` is the path of the towns' dots."""

    width: int
    height: int
    backdrop: str
    dots: list[Dot]


def draw(places: Sequence[tuple[str, str, float, float]]) -> SmallMap | None:
    """A map of (name, address, latitude, longitude); None where there is nothing to show."""
    if not places:
        return None
    south, north = _span([latitude for *_, latitude, _lon in places])
    west, east = _span([longitude for *_, longitude in places])
    shrink = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * shrink)
    height = round((north - south) * scale)
    if height > TALLEST:
        scale *= TALLEST / height
        wider = (WIDTH / (scale * shrink) - (east - west)) / 2
        west, east, height = west - wider, east + wider, TALLEST
    elif height < SHORTEST:
        taller = (SHORTEST / scale - (north - south)) / 2
        south, north, height = south - taller, north + taller, SHORTEST

    def at(latitude: float, longitude: float) -> tuple[int, int]:
        return round((longitude - west) * shrink * scale), round((north - latitude) * scale)

    dots = []
    for name, url, latitude, longitude in places:
        x, y = at(latitude, longitude)
        dots.append(Dot(x, y, name, url, is_left=x > WIDTH - LABEL))
    shown = [at(a, b) for a, b in towns() if south < a < north and west < b < east]
    backdrop = "".join(f"M{x} {y}h0" for x, y in sorted(set(shown)))
    return SmallMap(WIDTH, height, backdrop, dots)


@cache
def towns() -> list[tuple[float, float]]:
    """Larger towns of the world, for the shape of a coast and the look of a country."""
    lines = (Path(__file__).parent / "towns.txt").read_text().splitlines()
    pairs = (line.split() for line in lines if not line.startswith("#"))
    return [(int(latitude) / 10, int(longitude) / 10) for latitude, longitude in pairs]


def _span(degrees: list[float]) -> tuple[float, float]:
    low, high = min(degrees) - MARGIN, max(degrees) + MARGIN
    missing = max(0.0, LEAST - (high - low)) / 2
    return low - missing, high + missing
