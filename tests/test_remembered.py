"""A cast that is remembered is the cast that was built."""

from types import SimpleNamespace

import pytest

from alliance.models import Alliance, Person, Role, Seat
from alliance.services.seats import give_seat
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


def test_what_changes_other_rows_is_built_each_time(oak_street: Alliance, ada: Seat) -> None:
    """It would be put there by halves."""

    def rename() -> None:
        with in_alliance(oak_street):
            Seat.objects.update(role="auditor")

    remembered.remembered("renamed", rename, alliance=oak_street)
    assert "renamed" not in {key[0] for key in remembered._memories}


def test_what_names_rows_of_one_test_is_built_each_time(oak_street: Alliance) -> None:
    """The next test would have none of them."""
    with in_alliance(oak_street):
        person = Person.objects.create_user(email="once@example.org", password=None)

    def seat() -> Seat:
        with in_alliance(oak_street):
            return give_seat(person=person, role=Role.AUDITOR, by=None)

    remembered.remembered("once", seat, alliance=oak_street)
    assert "once" not in {key[0] for key in remembered._memories}
