"""What a map draws. No Django, no database here."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """Degrees, from the south-west corner to the north-east one."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True)
class Spot:
    """One place, or several close together; `name` and `slug` are a single one's."""

    latitude: float
    longitude: float
    count: int
    bounds: Bounds
    slug: str = ""
    name: str = ""
    what: str = ""


@dataclass(frozen=True)
class Label:
    """A neighbourhood's name in the middle of its places."""

    name: str
    latitude: float
    longitude: float
