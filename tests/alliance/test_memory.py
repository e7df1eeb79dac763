"""What is remembered for a while, and what becomes of it when Valkey is away."""

import pytest
from django.core.cache import cache

from alliance import memory
from alliance.tenancy.scope import in_alliance


@pytest.fixture
def away(settings):
    """Valkey where nobody answers."""
    settings.CACHES = {
        "default": settings.CACHES["default"] | {"LOCATION": "redis://127.0.0.1:9/0"}
    }
    cache.close()


def test_each_alliance_remembers_for_itself(oak_street, mill_lane):
    with in_alliance(mill_lane):
        memory.keep("bread", "rye", seconds=60)
    with in_alliance(oak_street):
        assert memory.recall("bread") is None
        memory.keep("bread", "wheat", seconds=60)
    with in_alliance(mill_lane):
        assert memory.recall("bread") == "rye"


def test_only_the_first_adds(in_oak_street):
    assert [memory.add("bread", n, seconds=60) for n in (1, 2)] == [True, False]
    assert memory.recall("bread") == 1


def test_nothing_breaks_and_nothing_is_remembered_without_valkey(in_oak_street, away):
    memory.keep("bread", "rye", seconds=60)
    assert memory.recall("bread") is None
    assert memory.add("bread", 1, seconds=60)
