"""A street of listed members, and the neighbour's."""

from datetime import date

import pytest
from django.utils.text import slugify

from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from directory.content import Branch, Content, Hours, Shows, Span, SpecialDay
from members.models import Business
from members.services.businesses import add_representative
from tests.conftest import _person
from tests.factories.directory import a_listed_business, a_member_of_the_street


@pytest.fixture
def next_door(mill_lane: Alliance) -> Business:
    """The neighbour's bakery, listed in mill_lane alone."""
    with in_alliance(mill_lane):
        return a_listed_business(
            trade_name="Mill Lane Bakery",
            slug="mill-lane-bakery",
            categories=["Bakery"],
            latitude="37.8341",
            longitude="-122.2641",
            content=Content(tags=("sourdough",), values=("woman-owned",), is_open_data=True),
        )


@pytest.fixture
def listed(oak_street: Alliance, bakery: Business, ben: Seat) -> Business:
    """Ben's bakery, a member in good standing."""
    with in_alliance(oak_street):
        return a_member_of_the_street(bakery)


@pytest.fixture
def florist(oak_street: Alliance) -> Seat:
    """Fay's seat; her flower shop is another member in good standing."""
    return _somebody(oak_street, "Fay", "Fay's Flowers")


@pytest.fixture
def grocer(oak_street: Alliance) -> Seat:
    """Gil's seat; his greengrocer's is a third one."""
    return _somebody(oak_street, "Gil", "Gil's Greens")


def _somebody(alliance: Alliance, name: str, shop: str) -> Seat:
    with in_alliance(alliance):
        business = a_listed_business(trade_name=shop, slug=slugify(shop))
        return add_representative(business=business, person=_person(name), by=None).seat


WEEK = tuple(Span(weekday, 7 * 60, 15 * 60) for weekday in range(6))
EVERYTHING = Content(
    about="# Our oven\n\nBuilt of **brick** in 1931.",
    tags=("sourdough", "open late"),
    languages=("en", "es"),
    values=("woman-owned", "living-wage"),
    asks=("A van on Tuesdays",),
    offers=("Day-old bread for soup kitchens",),
    accepts_pledges=True,
    cause="The library’s reading hour.",
    shows=Shows(email=True),
    hours=Hours(
        week=WEEK,
        special=(
            SpecialDay(date(2026, 11, 26), note="Thanksgiving"),
            SpecialDay(date(2026, 12, 24), 8 * 60, 12 * 60),
        ),
        by_appointment=True,
    ),
    branches=(
        Branch(
            name="At the market",
            street="9 Market Square",
            city="Oakland",
            region="CA",
            latitude=37.8,
            longitude=-122.27,
            phone="510-555-0199",
            hours=Hours(week=(Span(5, 9 * 60, 14 * 60),)),
        ),
    ),
    is_open_data=True,
)


@pytest.fixture
def flor(oak_street: Alliance) -> Business:
    """Flor de Maíz shows everything that a listing can show."""
    with in_alliance(oak_street):
        return a_listed_business(
            trade_name="Flor de Maíz & Sons",
            slug="flor-de-maiz",
            segment="food",
            categories=["Bakery", "Café"],
            blurb="Bread, <conchas> & coffee from six.",
            street="542 49th St",
            city="Oakland",
            region="CA",
            postal_code="94609",
            neighbourhood="Temescal",
            latitude="37.834160",
            longitude="-122.264540",
            phone="510-555-0137",
            email="hola@flor.example",
            website="https://www.flor.example/",
            content=EVERYTHING,
        )


@pytest.fixture
def bare(oak_street: Alliance) -> Business:
    """A listing in which nothing is filled in."""
    with in_alliance(oak_street):
        return a_listed_business(trade_name="Plain & Sons", slug="plain", blurb="", phone="",
                                 email="", website="", street="", city="", region="",
                                 postal_code="", neighbourhood="")  # fmt: skip
