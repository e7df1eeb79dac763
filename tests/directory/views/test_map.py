"""The map: the list first, single places where there are few, counted ones where there are many."""

import math
import re
from html import unescape
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance.tenancy.scope import in_alliance
from directory.content import Content, Shows
from directory.drawing import WIDTH, draw
from directory.models import DirectoryEntry, DirectorySettings
from directory.spots import Bounds, Label, Spot, _pixels, apart
from tests.directory.asked import data
from tests.factories.directory import a_listed_business, many_listed
from tests.pledges.reading import queries_of
from tests.pledges.views.browsing import active_parts, words

pytestmark = pytest.mark.usefixtures("next_door")

# What every page costs before it begins: the alliance, its scope, two savepoints.
SHELL = 7
MAP, JSON = "/directory/map/", "/directory/map.json"


@pytest.fixture
def eve(visit, oak_street):
    return visit(oak_street)


@pytest.fixture
def street(oak_street):
    """Seventy shops in two towns, one of them with its street hidden, one without a point."""
    with in_alliance(oak_street):
        many_listed(
            40, trade_name=lambda n: f"Shop {n:02}", slug=lambda n: f"north-{n}",
            categories=["Bakery"], neighbourhood="North",
            latitude=lambda n: f"38.0{n:02}", longitude="-122.5",
        )  # fmt: skip
        many_listed(
            28, trade_name=lambda n: f"Stall {n:02}", slug=lambda n: f"south-{n}",
            categories=["Florist"], neighbourhood="South",
            latitude=lambda n: f"37.0{n:02}", longitude="-122.1",
        )  # fmt: skip
        a_listed_business(slug="hidden", latitude="37.512345", longitude="-122.312345",
                          content=Content(shows=Shows(street=False)))  # fmt: skip
        a_listed_business(slug="nowhere")


def spots(eve, **query):
    answer = eve.get(JSON, query)
    assert answer.status_code == 200, answer.content
    return data(answer)["spots"]


def names(found):
    return [member["name"] for spot in found for member in spot["members"]]


def test_many_are_counted_by_squares_and_nobody_is_lost(eve, street):
    far, near = spots(eve, zoom=6), spots(eve, zoom=11)

    assert [sum(spot["count"] for spot in found) for found in (far, near)] == [69, 69]
    assert len(far) < len(near)
    together = far[0]
    (south, west), (north, east) = together["bounds"]
    assert south <= together["at"][0] <= north
    assert west <= together["at"][1] <= east
    assert together["count"] > 1


def test_few_stand_one_by_one_as_far_as_they_can_be_pressed(eve, street):
    close = spots(eve, zoom=17, bbox="-122.2,36.9,-122.0,37.1")
    far = spots(eve, zoom=3, bbox="-122.2,36.9,-122.0,37.1")

    assert len(close) == 28
    assert close[0] == {
        "at": [37.0, -122.1],
        "count": 1,
        "where": "South",
        "bounds": [[37.0, -122.1], [37.0, -122.1]],
        "members": [{"name": "Stall 00", "what": "Florist", "path": "/directory/south-0/"}],
    }
    assert [(spot["count"], len(spot["members"])) for spot in far] == [(28, 12)]
    assert far[0]["bounds"] == [[37.0, -122.1], [37.027, -122.1]]


def test_a_hidden_street_stays_hidden(eve, street):
    (found,) = spots(eve, bbox="-122.4,37.4,-122.3,37.6")

    assert found["at"] == [37.51, -122.31]


def test_the_search_narrows_the_map_too(eve, street):
    assert len(spots(eve, zoom=17, category="Florist")) == 28
    assert names(spots(eve, q="Stall 07")) == ["Stall 07"]
    assert spots(eve, q="nothing of the kind") == []
    # A mile is 14.5 of the steps of 0.001° at which the stalls stand.
    assert len(spots(eve, zoom=17, near="37.0,-122.1", within="1")) == 15


def test_the_neighbours_and_the_paused_are_not_on_it(eve, oak_street):
    with in_alliance(oak_street):
        a_listed_business(trade_name="Ours", slug="ours", latitude="37.8", longitude="-122.2")
    assert names(spots(eve)) == ["Ours"]
    with in_alliance(oak_street):
        DirectoryEntry.objects.update(shown_until=None)
    assert spots(eve) == []


@pytest.mark.parametrize(
    "query",
    [
        {"bbox": "1,2,3"},
        {"bbox": "a,b,c,d"},
        {"bbox": "nan,nan,nan,nan"},
        {"bbox": "-181,0,0,10"},
        {"bbox": "0,0,0,91"},
        {"bbox": "10,0,-10,10"},
        {"bbox": "0,10,10,-10"},
        {"bbox": "1e999,0,1,1"},
        {"bbox": "'; DROP TABLE directory_place; --,0,1,1"},
        {"zoom": "-1"},
        {"zoom": "23"},
        {"zoom": "9" * 5000},
        {"zoom": "1.5"},
        {"zoom": "²"},
        {"near": "91,0"},
    ],
)
def test_what_is_no_part_of_the_earth_is_refused_with_a_sentence(eve, query):
    answer = eve.get(JSON, query)

    assert (answer.status_code, sorted(data(answer))) == (400, ["error", "field"])
    assert data(answer)["error"].endswith(".")
    assert eve.get(MAP, query).status_code in (200, 400)


def test_the_page_shows_the_list_and_the_drawing(eve, street):
    page = eve.get(MAP, {"category": "Florist"})
    source = page.content.decode()

    assert "28 local businesses" in words(page)
    assert source.count('class="map-row"') == 24
    assert "/directory/map/?category=Florist&amp;after=" in source
    assert source.count("map-drawing__pin") == 24
    assert 'name="category" value="Florist"' in source
    assert [part for part in active_parts(page) if part != "script"] == []


def test_without_places_there_is_a_list_and_no_map(eve, oak_street):
    with in_alliance(oak_street):
        a_listed_business(trade_name="Nowhere", slug="nowhere")
    page = eve.get(MAP)

    assert ("Nowhere" in words(page), "leaflet" in page.content.decode()) == (True, False)
    assert "Nothing found" in words(eve.get(MAP, {"q": "zzzz"}))


def test_tiles_come_from_where_the_alliance_says_and_only_here(eve, oak_street, street):
    def pictures(path):
        policy = eve.get(path)["Content-Security-Policy"]
        return next(part.strip() for part in policy.split(";") if "img-src" in part)

    assert pictures(MAP) == "img-src 'self' data:"
    with in_alliance(oak_street):
        DirectorySettings.objects.create(tiles_url="https://{s}.tiles.example/{z}/{x}/{y}.png")
    assert pictures(MAP) == "img-src 'self' data: https://*.tiles.example"
    assert pictures("/directory/print/") == "img-src 'self' data:"
    with in_alliance(oak_street):
        DirectorySettings.objects.update(tiles_url="https://a.example; script-src *//{z}/{x}/{y}")
    assert pictures(MAP) == "img-src 'self' data:"


def test_it_costs_the_same_with_one_and_with_seventy(eve, oak_street, request):
    with in_alliance(oak_street):
        a_listed_business(slug="one", latitude="37.8", longitude="-122.2", neighbourhood="North")
    paths = [MAP, f"{MAP}?q=shop&category=Bakery", JSON, f"{JSON}?q=shop"]
    eve.get(MAP)
    few = [queries_of(lambda p=p: eve.get(p)) for p in paths]
    request.getfixturevalue("street")

    many = [queries_of(lambda p=p: eve.get(p)) for p in paths]

    assert (many[0], many[2:]) == (few[0], few[2:])
    assert max(many) <= SHELL + 12


def test_turning_pages_of_a_search_shows_each_once(eve, street):
    seen, query = [], "q=shop"
    while query:
        page = eve.get(f"{MAP}?{query}").content.decode()
        seen += re.findall(r'class="map-row__name"><a href="([^"]+)"', page)
        found = re.search(r'rel="next" href="/directory/map/\?([^"]+)"', page)
        query = unescape(found[1]) if found else ""

    assert (len(seen), len(set(seen))) == (42, 42)


@given(
    points=st.lists(
        st.tuples(st.floats(37, 38), st.floats(-123, -122), st.integers(1, 9)), max_size=40
    ),
    zoom=st.integers(0, 18),
)
def test_no_two_spots_are_too_near_and_nobody_is_lost(points, zoom):
    scale = 256 * 2**zoom / 360
    spots = [Spot(lat, lon, n, Bounds(lat, lon, lat, lon)) for lat, lon, n in points]

    found = apart(spots, pixels_per_degree=scale, distance=44)

    assert sum(spot.count for spot in found) == sum(n for *_point, n in points)
    places = [_pixels(spot, scale) for spot in found]
    assert all(math.dist(a, b) >= 44 for a, b in combinations(places, 2))


DEGREES = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


@given(points=st.lists(DEGREES, min_size=1, max_size=12))
def test_every_dot_lies_on_the_drawing(points):
    latitudes, longitudes = zip(*points, strict=True)
    bounds = Bounds(min(latitudes), min(longitudes), max(latitudes), max(longitudes))
    spots = [Spot(lat, lon, 1, bounds) for lat, lon in points]

    drawn = draw(bounds, spots, [Label("Here", *points[0])])

    assert drawn.width == WIDTH
    for dot in drawn.dots:
        assert 0 <= dot.x <= drawn.width
        assert 0 <= dot.y <= drawn.height
    assert 0 < drawn.scale <= WIDTH / 4 + 1
