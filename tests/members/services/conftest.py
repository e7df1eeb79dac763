"""The bakery's membership, as the services' tests start from it."""

import pytest

from members.models import Membership, Tier
from tests.factories import members as make
from tests.members.reading import on


@pytest.fixture
def tier(in_oak_street) -> Tier:
    """A rolling year for $120."""
    return make.a_tier(name="Corner shop")


@pytest.fixture
def membership(bakery, tier) -> Membership:
    """The bakery's, opened on 10 March 2026."""
    with on("2026-03-10"):
        return make.a_membership(business=bakery, tier=tier)


@pytest.fixture
def tiers(in_oak_street) -> tuple[Tier, Tier]:
    """The two tiers that the spreadsheets in tests/data name."""
    return make.a_tier(name="Corner shop"), make.a_tier(name="Maker", price_minor=80_00)
