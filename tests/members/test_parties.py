"""Whom a line of the ledger concerns, by name and page."""

from uuid import uuid4

import pytest

from ledger.parties import Party, named
from members.parties import businesses
from tests.pledges.reading import queries_of

pytestmark = pytest.mark.usefixtures("in_oak_street")


def test_a_business_is_named_and_the_neighbours_is_not(bakery, neighbour):
    ids = [bakery.pk, neighbour.business.pk, uuid4(), None]
    assert named(ids) == {bakery.pk: Party("Ben's Bakery", "/staff/members/bens-bakery/")}
    # Asked for all of them at once; what it does not know is asked of other rooms too.
    assert queries_of(lambda: businesses(ids[:-1])) == 1
