"""Members of a street, and who looks at them."""

import pytest

from alliance.tenancy.scope import in_alliance
from members.models import ImportRun, Membership, Tier
from tests.factories import members as make
from tests.members.importing import preview
from tests.members.sheets.reading import given


@pytest.fixture
def desk(visit, oak_street, ada):
    """Ada's browser."""
    return visit(oak_street, ada)


@pytest.fixture
def tiers(oak_street):
    """Two of them: a corner shop's, and a bigger one with a scale and reliefs."""
    with in_alliance(oak_street):
        corner = make.a_tier(name="Corner shop")
        big = make.a_tier(
            name="Big shop",
            price_minor=300_00,
            least_minor=200_00,
            most_minor=500_00,
            allows_hardship=True,
        )
    return {"corner": corner, "big": big}


@pytest.fixture
def membership(oak_street, bakery, tiers) -> Membership:
    """The bakery's, a corner shop's, nothing paid for yet."""
    with in_alliance(oak_street):
        return make.a_membership(business=bakery, tier=tiers["corner"])


@pytest.fixture
def tier(oak_street) -> Tier:
    """The tier that rows of a spreadsheet name."""
    with in_alliance(oak_street):
        return make.a_tier(name="Maker", price_minor=80_00)


@pytest.fixture
def run(oak_street, ada, tier) -> ImportRun:
    """A messy spreadsheet, checked."""
    with in_alliance(oak_street):
        make.a_tier(name="Corner shop")
        return preview(given("memberclicks.csv"), by=ada)
