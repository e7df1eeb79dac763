"""Ben wrote something; Cleo and Ada may decide; members flag it."""

from collections.abc import Iterator

import pytest

from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from gatherings.models import Gathering
from moderation import content
from tests.factories import moderation as make


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tests' own kind of content, and no other."""
    monkeypatch.setattr(content, "_kinds", {})
    content.register(make.NOTE)
    make.told.clear()
    yield
    make.authors.clear()
    make.spaces.clear()


@pytest.fixture
def mia(oak_street: Alliance) -> Seat:
    """Mia has been a member for a month."""
    with in_alliance(oak_street):
        return make.a_seat("Mia")


@pytest.fixture
def nils(oak_street: Alliance) -> Seat:
    """Nils has been a member for a month."""
    with in_alliance(oak_street):
        return make.a_seat("Nils")


@pytest.fixture
def note(oak_street: Alliance, ben: Seat) -> Gathering:
    """What Ben wrote, in no space."""
    with in_alliance(oak_street):
        return make.a_note(ben, words="Your bread is as stale as your jokes.")
