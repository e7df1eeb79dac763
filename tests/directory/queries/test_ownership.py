"""The desk's reading of claims says the same as the arithmetic."""

from datetime import date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from alliance import clock
from directory.models import Appeal, Attestation, Ownership, Revocation
from directory.ownership import COUNTS, Facts, State, state_of
from directory.queries import ownership as queries
from directory.queries.attested import attested_until
from members.queries.memberships import today
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


def test_who_has_a_badge_by_sql_and_by_arithmetic(oak_street, ada):
    """Every combination of what can be written down of one claim."""
    day = today()
    said = product((None, day), (None, day), (False, True), (None, "open", True, False))
    for verified_on, withdrawn_on, is_revoked, appeal in said:
        if appeal is not None and not is_revoked:
            continue
        claim = Attestation.objects.create(
            business=a_listed_business(), ownership=Ownership.PRIVATE, local_percent=100,
            decides_locally=True, outlets=1, verified_on=verified_on, withdrawn_on=withdrawn_on,
        )  # fmt: skip
        if is_revoked:
            revoked = Revocation.objects.create(attestation=claim, reason="Sold.", seat=ada)
            if appeal is not None:
                decided = {} if appeal == "open" else {
                    "is_upheld": appeal, "decider": ada, "decided_at": clock.now(),
                }  # fmt: skip
                Appeal.objects.create(revocation=revoked, words="No.", seat=ada, **decided)
    found = queries.standings(Attestation.objects.all())
    assert len(found) == 20
    assert {s.claim.business_id for s in found if s.state in COUNTS} == set(attested_until())
    assert {s.state for s in found} == set(State) - {State.EXPIRING, State.EXPIRED}
