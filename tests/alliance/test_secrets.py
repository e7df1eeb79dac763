"""Secrets that we must be able to use: readable here, for this, and nowhere else."""

import pytest
from pytest_django import Settings

from alliance import secrets
from alliance.models import Alliance
from alliance.tenancy.scope import NoAlliance, in_alliance

SECRET = "rk_live_a-secret-that-nobody-sees"


def readable(stored: str, *, purpose: str = "stripe") -> bool:
    try:
        return secrets.decrypt(stored, purpose=purpose) == SECRET
    except secrets.Unreadable:
        return False


def test_a_secret_comes_back_and_is_not_what_is_stored(in_oak_street: Alliance) -> None:
    stored = secrets.encrypt(SECRET, purpose="stripe")

    assert readable(stored)
    assert SECRET not in stored
    assert secrets.encrypt(SECRET, purpose="stripe") != stored


def test_it_is_bound_to_alliance_purpose_and_installation(
    oak_street: Alliance, mill_lane: Alliance, settings: Settings
) -> None:
    with in_alliance(oak_street):
        stored = secrets.encrypt(SECRET, purpose="stripe")
        another_purpose = readable(stored, purpose="webhook")
        with in_alliance(mill_lane):
            at_the_neighbours = readable(stored)
        changed = readable(stored[:-6] + "AAAA==")
        settings.SECRET_KEY = "another"
        elsewhere = readable(stored)

    assert [another_purpose, at_the_neighbours, changed, elsewhere] == [False] * 4


@pytest.mark.parametrize("stored", ["", "x", "gAAAAA", "rk_live_plain"])
def test_what_was_never_encrypted_is_unreadable(in_oak_street: Alliance, stored: str) -> None:
    with pytest.raises(secrets.Unreadable) as caught:
        secrets.decrypt(stored, purpose="stripe")

    assert caught.value.__cause__ is None


def test_outside_an_alliance_there_is_none() -> None:
    with pytest.raises(NoAlliance):
        secrets.encrypt(SECRET, purpose="stripe")
