"""Where people come after signing in: to where their work is."""

from collections.abc import Iterator

import pytest

from alliance import navigation
from alliance.models import Alliance, Role, Seat
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from members.rules import REPRESENT


@pytest.fixture
def another_landing() -> Iterator[None]:
    """A room that lets members begin with their drives."""
    before = list(navigation._landings)
    navigation.register_landing(navigation.Door("Drives", "pledges:own_drives", 50, REPRESENT))
    yield
    navigation._landings[:] = before


def test_staff_come_to_the_desk_and_others_to_the_front_door(
    visit, oak_street: Alliance, ada: Seat, ben: Seat, dan: Seat
) -> None:
    found = [visit(oak_street, seat).get("/welcome/")["Location"] for seat in (ada, ben, dan)]

    assert found == ["/staff/", "/", "/"]


def test_a_room_says_where_its_people_begin(
    visit, oak_street: Alliance, ada: Seat, ben: Seat, another_landing: None
) -> None:
    with in_alliance(oak_street):
        both = give_seat(person=ben.person, role=Role.COMMUNITY, by=None)
    assert visit(oak_street, both).get("/welcome/")["Location"] == "/staff/"

    assert visit(oak_street, ada).get("/welcome/")["Location"] == "/staff/"


def test_whoever_holds_no_other_seat_comes_there(
    visit, oak_street: Alliance, ben: Seat, another_landing: None
) -> None:
    assert visit(oak_street, ben).get("/welcome/")["Location"] == "/me/drive/"
