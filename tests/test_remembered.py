"""A cast that is remembered is the cast that was built."""

from types import SimpleNamespace

import pytest

from alliance.models import Alliance, Seat
from alliance.tenancy.scope import in_alliance
from ledger.queries import check_chain
from tests import remembered


@pytest.mark.parametrize("time", ["built", "remembered"])
def test_both_times_the_same_rows_in_whole_books(
    neighbour: SimpleNamespace, ada: Seat, time: str
) -> None:
    tables = remembered._rows(neighbour.alliance)

    with in_alliance(neighbour.alliance):
        chain = check_chain()
    assert (chain.is_whole, chain.entries) == (True, 3)
    assert (neighbour.drive.title, ada.person.name) == ("A colder cellar", "Ada")
    assert _seen.setdefault("tables", tables) == tables


_seen: dict[str, dict[str, dict[str, str]]] = {}


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_has_it_built(ada: Seat, oak_street: Alliance) -> None:
    assert oak_street.pk not in {key[2] for key in remembered._memories}
    with in_alliance(oak_street):
        assert Seat.objects.get() == ada


def test_what_is_added_alone_is_remembered(oak_street: Alliance, ada: Seat) -> None:
    """A fixture that changed older rows would be put there by halves."""

    def rename() -> None:
        with in_alliance(oak_street):
            Seat.objects.update(role="auditor")

    with pytest.raises(AssertionError):
        remembered.remembered("renamed", rename, alliance=oak_street)
