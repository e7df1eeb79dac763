"""A street of listed members, and the neighbour's."""

import pytest
from django.utils.text import slugify

from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from directory.content import Content
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
            content=Content(tags=("sourdough",), values=("woman-owned",)),
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
