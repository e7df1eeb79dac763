"""A small map: everything shown lies in it, the right way round."""

from hypothesis import given
from hypothesis import strategies as st

from alliance.small_maps import SHORTEST, TALLEST, WIDTH, draw, towns

EAST_BAY = ("East Bay Local", "https://eastbay.example/", 37.81, -122.27)
HUDSON = ("Hudson Independents", "https://hudson.example/", 42.25, -73.79)
SONORA = ("Sonora Market", "https://sonora.example/", 32.22, -110.97)

latitudes, longitudes = st.floats(-75, 75), st.floats(-175, 175)


def test_nobody_to_show_is_no_map() -> None:
    assert draw([]) is None


def test_west_is_left_and_north_is_up() -> None:
    found = draw([EAST_BAY, HUDSON, SONORA])

    assert found is not None
    east_bay, hudson, sonora = found.dots
    assert east_bay.x < sonora.x < hudson.x
    assert hudson.y < east_bay.y < sonora.y
    assert [dot.is_left for dot in found.dots] == [False, True, False]
    assert found.backdrop.count("M") > 500


@given(st.lists(st.tuples(latitudes, longitudes), min_size=1, max_size=6))
def test_every_place_lies_inside(points: list[tuple[float, float]]) -> None:
    found = draw([("Town", "/", latitude, longitude) for latitude, longitude in points])

    assert found is not None
    assert found.width == WIDTH
    assert SHORTEST <= found.height <= TALLEST
    assert all(0 <= dot.x <= WIDTH and 0 <= dot.y <= found.height for dot in found.dots)


def test_the_towns_are_on_earth() -> None:
    assert len(towns()) > 5_000
    assert all(
        -90 <= latitude <= 90 and -180 <= longitude <= 180 for latitude, longitude in towns()
    )
