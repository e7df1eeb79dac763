"""Whom a line concerns, as the rooms above name them."""

from uuid import uuid4

import pytest

from ledger import parties
from ledger.parties import Party, named

BEN, DAN, NOBODY = uuid4(), uuid4(), uuid4()


@pytest.fixture
def asked(monkeypatch):
    """Two rooms that know one id each; what each was asked for."""
    calls = []

    def room(name, pk):
        def names(ids):
            calls.append((name, set(ids)))
            return {pk: Party(name, f"/{name}/")} if pk in ids else {}

        return names

    monkeypatch.setattr(parties, "_rooms", [])
    first = room("ben", BEN)
    for names in (first, first, room("dan", DAN)):
        parties.register(names)
    return calls


def test_each_room_names_those_that_it_knows(asked):
    assert named([BEN, DAN, NOBODY]) == {BEN: Party("ben", "/ben/"), DAN: Party("dan", "/dan/")}
    assert asked == [("ben", {BEN, DAN, NOBODY}), ("dan", {DAN, NOBODY})]


def test_nobody_is_asked_about_nobody(asked):
    assert named([]) == {}
    assert asked == []
