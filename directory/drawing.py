"""A map on plain paper: dots, names and a scale, in whole pixels, so that a template only draws.

No Django, no database here. Over a town, degrees are straight enough: longitude
shrinks with the cosine of the latitude.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from directory.spots import Bounds, Label, Spot

WIDTH, MARGIN, LOWEST, HIGHEST = 720, 48, 240, 900
KM_PER_DEGREE = 111.195
MILES = 0.621371
# A name's box, by its letters: enough to keep names from lying on each other.
LETTER, LINE = 8, 18
# The narrowest piece of the earth that is drawn, so that one shop is no infinite zoom.
SMALLEST = 0.01


@dataclass(frozen=True)
class Dot:
    """A place or several: `size` is the radius, `text` a row's number, where it is one's."""

    x: int
    y: int
    size: int
    text: str = ""


@dataclass(frozen=True)
class Name:
    """A neighbourhood's name, centred above a point."""

    x: int
    y: int
    text: str


@dataclass(frozen=True)
class Drawing:
    """All that the SVG holds; the scale is `scale` pixels long and stands for `scale_text`."""

    width: int
    height: int
    dots: list[Dot]
    names: list[Name]
    scale: int
    scale_text: str

    @property
    def scale_y(self) -> int:
        """Where the scale lies: in the corner below."""
        return self.height - 20


def draw(
    bounds: Bounds, spots: Sequence[Spot], labels: Sequence[Label], numbered: Sequence[Dot] = ()
) -> Drawing:
    """Everything within the bounds; `numbered` are the rows of the list beside it."""
    frame = Frame.around(bounds)
    dots = []
    for spot in spots:
        x, y = frame.place(spot.latitude, spot.longitude)
        # The more there are, the larger; a number would be taken for one of the list's.
        dots.append(Dot(x, y, 5 if spot.count == 1 else min(7 + round(spot.count**0.5 * 2), 24)))
    km = frame.nice_scale()
    return Drawing(
        WIDTH,
        frame.height,
        [*dots, *numbered],
        _names(frame, labels),
        round(km * frame.pixels_per_km),
        f"{km:g} km ({km * MILES:.1f} mi)" if km >= 1 else f"{km * 1000:g} m",
    )


@dataclass(frozen=True)
class Frame:
    """How degrees become pixels."""

    bounds: Bounds
    pixels_per_degree: float
    shrink: float
    height: int

    @classmethod
    def around(cls, bounds: Bounds) -> "Frame":
        south, west, north, east = bounds.south, bounds.west, bounds.north, bounds.east
        shrink = max(math.cos(math.radians((south + north) / 2)), 0.01)
        wide = max((east - west) * shrink, SMALLEST)
        high = max(north - south, SMALLEST / 2)
        scale = min((WIDTH - 2 * MARGIN) / wide, (HIGHEST - 2 * MARGIN) / high)
        height = max(round(high * scale) + 2 * MARGIN, LOWEST)
        return cls(bounds, scale, shrink, height)

    def place(self, latitude: float, longitude: float) -> tuple[int, int]:
        """The pixel of a point; the bounds' middle is the drawing's."""
        middle_x = (self.bounds.west + self.bounds.east) / 2
        middle_y = (self.bounds.south + self.bounds.north) / 2
        x = WIDTH / 2 + (longitude - middle_x) * self.shrink * self.pixels_per_degree
        y = self.height / 2 - (latitude - middle_y) * self.pixels_per_degree
        return round(x), round(y)

    @property
    def pixels_per_km(self) -> float:
        return self.pixels_per_degree / KM_PER_DEGREE

    def nice_scale(self) -> float:
        """1, 2 or 5 of a power of ten kilometres, a quarter of the width at most."""
        most = WIDTH / 4 / self.pixels_per_km
        power = 10 ** math.floor(math.log10(most))
        return float(max(step * power for step in (1, 2, 5) if step * power <= most))


def _names(frame: Frame, labels: Sequence[Label]) -> list[Name]:
    """The largest first; one that would lie on another is left out."""
    found: list[Name] = []
    for label in labels:
        x, y = frame.place(label.latitude, label.longitude)
        half = len(label.name) * LETTER // 2
        if not (half < x < WIDTH - half and 2 * LINE < y < frame.height - LINE):
            continue
        if all(
            abs(x - other.x) > half + len(other.text) * LETTER // 2 or abs(y - other.y) > LINE
            for other in found
        ):
            found.append(Name(x, y - LINE, label.name))
    return found
