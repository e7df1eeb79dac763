"""A topic that a digest tells of."""

from datetime import UTC, datetime, timedelta

import pytest

from alliance import clock
from alliance.tenancy.scope import in_alliance
from groups.models import GroupMember
from tests.factories import groups as make
from tests.factories import groups_around as around

# A Monday, half past seven in Los Angeles; in New York it is half past ten.
MONDAY = datetime(2027, 3, 15, 14, 30, tzinfo=UTC)


@pytest.fixture
def talk(oak_street, bakers, ben, fay):
    """Fay wrote a topic on Sunday evening; Ben reads, with 30 minutes a week."""
    with clock.at(MONDAY - timedelta(hours=10)), in_alliance(oak_street):
        make.introduced(bakers, ben)
        make.introduced(bakers, fay)
        GroupMember.objects.filter(seat=ben).update(budget_minutes=30)
        GroupMember.objects.filter(seat=fay).update(digest="none")
        return around.a_topic(bakers, fay)
