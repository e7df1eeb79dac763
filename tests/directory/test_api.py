"""The directory by API: found as on the page, shown as far as the page shows it."""

from typing import Any
from urllib.parse import urlsplit

import pytest

from alliance.tenancy.scope import in_alliance
from directory.content import Content, Hours, Shows, Span
from directory.models import DirectoryEntry
from tests.directory.asked import HOME, PAGE, data
from tests.factories.directory import a_listed_business, many_listed
from tests.pledges.reading import queries_of

pytestmark = pytest.mark.usefixtures("next_door")

LIST = "/api/v1/listings/"
SHELL = 7


@pytest.fixture
def program(visit, oak_street):
    return visit(oak_street)


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in data(answer)["results"]]


def test_a_listing_of_the_list(program, oak_street, flor):
    with in_alliance(oak_street):
        DirectoryEntry.objects.update(attested_until="2028-10-01")
    page = data(program.get(LIST))

    assert {**page, "results": len(page["results"])} == {"next": None, "count": 1, "results": 1}
    row = page["results"][0]
    assert row == {
        "slug": "flor-de-maiz",
        "name": "Flor de Maíz & Sons",
        "url": f"{HOME}{PAGE}",
        "kind": "food",
        "categories": ["Bakery", "Café"],
        "blurb": "Bread, <conchas> & coffee from six.",
        "neighbourhood": "Temescal",
        "city": "Oakland",
        "latitude": 37.83416,
        "longitude": -122.26454,
        "accepts_pledges": True,
        "locally_owned_until": "2028-10-01",
        "km": None,
        "changed_at": row["changed_at"],
    }


def test_everything_of_one(program, flor):
    found = data(program.get(f"{LIST}flor-de-maiz/"))

    places = found.pop("places")
    assert found == {
        "slug": "flor-de-maiz",
        "name": "Flor de Maíz & Sons",
        "url": f"{HOME}{PAGE}",
        "kind": "food",
        "categories": ["Bakery", "Café"],
        "blurb": "Bread, <conchas> & coffee from six.",
        "about": "# Our oven\n\nBuilt of **brick** in 1931.",
        "photographs": [],
        "phone": "510-555-0137",
        "email": "hola@flor.example",
        "website": "https://www.flor.example/",
        "languages": ["en", "es"],
        "values": ["woman-owned", "living-wage"],
        "tags": ["sourdough", "open late"],
        "asks": ["A van on Tuesdays"],
        "offers": ["Day-old bread for soup kitchens"],
        "cause": "The library’s reading hour.",
        "accepts_pledges": True,
        "locally_owned_until": None,
        "changed_at": found["changed_at"],
    }
    assert [place["street"] for place in places] == ["542 49th St", "9 Market Square"]
    assert places[1]["week"] == [{"weekday": 5, "opens": 540, "closes": 840}]
    assert places[0]["special"][0] == {
        "on": "2026-11-26",
        "opens": None,
        "closes": None,
        "note": "Thanksgiving",
    }


def test_what_the_page_hides_is_empty_here(program, oak_street):
    hidden = Content(shows=Shows(street=False, phone=False, email=False, website=False))
    with in_alliance(oak_street):
        a_listed_business(
            slug="home", street="542 49th St", phone="510-555-0137", email="a@flor.example",
            website="https://flor.example/", latitude="37.834162", longitude="-122.264541",
            content=hidden,
        )  # fmt: skip
    text = " ".join(program.get(path).content.decode() for path in (LIST, f"{LIST}home/"))

    for secret in ("542 49th", "0137", "a@flor", "https://flor.example", "37.834", "-122.264"):
        assert secret not in text, secret


def test_it_is_asked_like_the_page(program, oak_street):
    week = Hours(week=tuple(Span(day, 0, 1440) for day in range(7)))
    with in_alliance(oak_street):
        a_listed_business(
            trade_name="Ama’s Bread", slug="ama", categories=["Bakery"], neighbourhood="Temescal",
            latitude="37.80", longitude="-122.27",
            content=Content(values=("woman-owned",), languages=("es",), hours=week),
        )  # fmt: skip
        a_listed_business(
            trade_name="Bo’s Bicycles", slug="bo", categories=["Bicycles"], segment="retail",
            neighbourhood="Rockridge", latitude="37.90", longitude="-122.27",
        )  # fmt: skip

    both = ["Ama’s Bread", "Bo’s Bicycles"]
    for query, found in (
        ("sort=name", both),
        ("q=bred", both[:1]),
        ("category=Bicycles", both[1:]),
        ("kind=food&kind=retail&sort=name", both),
        ("place=Temescal", both[:1]),
        ("value=woman-owned", both[:1]),
        ("language=es", both[:1]),
        ("open=now", both[:1]),
        ("confirmed=yes", []),
        ("near=37.91,-122.27", both[::-1]),
        ("near=37.91,-122.27&within=5", both[1:]),
    ):
        assert names(program.get(f"{LIST}?{query}")) == found, query
    (row,) = data(program.get(f"{LIST}?near=37.91,-122.27&within=5"))["results"]
    assert round(row["km"], 2) == 1.11


def test_pages_follow_each_other_in_the_pages_own_order(program, oak_street):
    with in_alliance(oak_street):
        many_listed(7)
    whole = names(program.get(LIST))
    seen, path = [], f"{LIST}?page_size=3"
    while path:
        answer = program.get(path)
        seen += names(answer)
        following = data(answer)["next"]
        path = following.removeprefix(HOME) if following else ""

    assert (seen, len(set(seen))) == (whole, 7)
    assert urlsplit(data(program.get(f"{LIST}?page_size=3"))["next"]).netloc == (
        "oak-street.commonweal.test"
    )


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("near=91,0", "near"),
        ("near=here", "near"),
        ("near=1,1&within=-3", "within"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=x", "page_size"),
        ("cursor=x", "cursor"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_name(program, query, field):
    answer = program.get(f"{LIST}?{query}")

    assert (answer.status_code, answer["Content-Type"], list(data(answer)["errors"])) == (
        400,
        "application/problem+json",
        [field],
    )


def test_the_neighbours_and_the_paused_are_not_found(program, oak_street, flor):
    assert program.get(f"{LIST}mill-lane-bakery/").status_code == 404
    with in_alliance(oak_street):
        DirectoryEntry.objects.update(shown_until=None)

    assert names(program.get(LIST)) == []
    assert program.get(f"{LIST}flor-de-maiz/").status_code == 404


@pytest.mark.parametrize("path", [LIST, f"{LIST}flor-de-maiz/"])
def test_nothing_new_is_answered_with_304(program, oak_street, flor, path):
    first = program.get(path)
    tag = {"if-none-match": first["ETag"]}

    same = program.get(path, headers=tag).status_code
    other = program.get(f"{path}?q=flor", headers=tag).status_code
    with in_alliance(oak_street):
        DirectoryEntry.objects.update(changed_at="2026-12-01T00:00Z")
    later = program.get(path, headers=tag).status_code

    assert (same, later) == (304, 200)
    assert other == (200 if path == LIST else 304)


def test_it_can_only_be_read(program, flor):
    for method in ("post", "put", "patch", "delete"):
        assert getattr(program, method)(f"{LIST}flor-de-maiz/").status_code == 401


def test_it_costs_the_same_however_many_there_are(program, oak_street, flor):
    paths = (LIST, f"{LIST}?page_size=100&q=shop", f"{LIST}flor-de-maiz/")
    few = [queries_of(lambda p=p: program.get(p)) for p in paths]
    with in_alliance(oak_street):
        many_listed(60)
    many = [queries_of(lambda p=p: program.get(p)) for p in paths]

    assert max(many) <= SHELL + 12
    assert (many[0], many[2]) == (few[0], few[2])
