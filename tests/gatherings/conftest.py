"""The neighbour has gatherings too, and our room has a breakfast."""

from types import SimpleNamespace

import pytest

from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from gatherings.models import Occurrence, Rsvp
from tests.factories import gatherings as make


@pytest.fixture
def theirs(neighbour: SimpleNamespace) -> SimpleNamespace:
    """The neighbour's supper with somebody who comes and somebody who waits."""
    with in_alliance(neighbour.alliance):
        supper = make.a_gathering(
            by=neighbour.director, title="A colder supper", slug="supper", capacity=1
        )
        date = make.date_of(supper)
        coming = make.an_rsvp(date, "gus@example.com", name="Gus Neighbour")
        waiting = make.an_rsvp(date, "ida@example.com", name="Ida Neighbour")
    return SimpleNamespace(
        **vars(neighbour), gathering=supper, date=date, coming=coming, waiting=waiting
    )


@pytest.fixture
def breakfast(oak_street: Alliance, ada: Seat) -> Occurrence:
    """Our breakfast in a week, with two places."""
    with in_alliance(oak_street):
        gathering = make.a_gathering(by=ada, title="Peer breakfast", slug="breakfast", capacity=2)
        return make.date_of(gathering)


@pytest.fixture
def eves(oak_street: Alliance, breakfast: Occurrence) -> Rsvp:
    """Eve has a place at the breakfast."""
    with in_alliance(oak_street):
        return make.an_rsvp(breakfast)
