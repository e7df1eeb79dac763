"""What a map draws. No Django, no database here."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

# So many names a card on the map holds.
MOST_MEMBERS = 12


@dataclass(frozen=True)
class Bounds:
    """Degrees, from the south-west corner to the north-east one."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class Member:
    """One listing of a spot."""

    slug: str
    name: str
    what: str = ""


@dataclass(frozen=True)
class Spot:
    """One place, or several close together; `members` are the first few by name.

    `where` is the neighbourhood that most of them stand in.
    """

    latitude: float
    longitude: float
    count: int
    bounds: Bounds
    members: tuple[Member, ...] = ()
    where: str = ""


@dataclass(frozen=True)
class Label:
    """A neighbourhood's name in the middle of its places."""

    name: str
    latitude: float
    longitude: float


def apart(spots: Iterable[Spot], *, pixels_per_degree: float, distance: float) -> list[Spot]:
    """The spots with those that would lie on an earlier one counted into it.

    An earlier one keeps its place, so that afterwards no two are nearer to each
    other than `distance` pixels.
    """
    kept: dict[tuple[int, int], list[Spot]] = {}
    for spot in spots:
        x, y = _pixels(spot, pixels_per_degree)
        here = int(x // distance), int(y // distance)
        near = [(here[0] + dx, here[1] + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
        for cell in near:
            for place, other in enumerate(kept.get(cell, [])):
                if math.dist((x, y), _pixels(other, pixels_per_degree)) < distance:
                    kept[cell][place] = _together(other, spot)
                    break
            else:
                continue
            break
        else:
            kept.setdefault(here, []).append(spot)
    return [spot for cell in kept.values() for spot in cell]


def _pixels(spot: Spot, pixels_per_degree: float) -> tuple[float, float]:
    """Where a web map draws it (Mercator)."""
    latitude = math.radians(max(-85.0, min(85.0, spot.latitude)))
    y = math.degrees(math.asinh(math.tan(latitude)))
    return spot.longitude * pixels_per_degree, y * pixels_per_degree


def _together(one: Spot, other: Spot) -> Spot:
    a, b = one.bounds, other.bounds
    box = Bounds(
        min(a.south, b.south), min(a.west, b.west), max(a.north, b.north), max(a.east, b.east)
    )
    members = (*one.members, *other.members)[:MOST_MEMBERS]
    return replace(one, count=one.count + other.count, bounds=box, members=members)
