"""A street of listed members, and the neighbour's."""

import pytest

from alliance.models import Alliance
from alliance.tenancy.scope import in_alliance
from directory.content import Content
from members.models import Business
from tests.factories.directory import a_listed_business


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
