"""The desk's reading of claims says the same as the arithmetic."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alliance import clock
from directory.models import Attestation, Ownership
from directory.ownership import Facts, State, state_of
from directory.queries import ownership as queries
from directory.queries.attested import attested_until
from tests.factories.directory import a_listed_business

pytestmark = pytest.mark.usefixtures("in_oak_street")
STARTS = [date(2024, 2, 29), date(2024, 3, 1), date(2024, 8, 31), date(2024, 12, 31)]


@pytest.mark.parametrize("verified_on", STARTS)
def test_expiring_is_expiring_on_each_day(oak_street, verified_on):
    business = a_listed_business()
    Attestation.objects.create(
        business=business, ownership=Ownership.PRIVATE, local_percent=100, decides_locally=True,
        outlets=1, verified_on=verified_on, claimed_at=clock.now(),
    )  # fmt: skip
    facts = Facts(verified_on=verified_on)
    last = attested_until()[business.pk]
    for days in (-61, -60, -59, -1, 0, 1):
        day = last + timedelta(days=days)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("America/Los_Angeles"))
        with clock.at(noon):
            rows = list(queries.expiring())
            assert bool(rows) == (state_of(day, facts) == State.EXPIRING), days
            if rows:
                assert (rows[0].last, rows[0].since.date()) == (last, last - timedelta(days=59))
