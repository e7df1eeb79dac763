"""Who speaks for which business, and whose address belongs to it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance.models import Person, Role, Seat
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from members.queries.businesses import belongs_to, businesses_of, people_of, speaks_for
from members.services.businesses import add_representative
from tests.factories import pledges as make
from tests.pledges.reading import queries_of

pytestmark = pytest.mark.usefixtures("neighbour", "in_oak_street")


@pytest.fixture
def books(ada):
    """Another member business, for which nobody speaks."""
    return make.a_business(trade_name="A Book Nook", slug="a-book-nook")


def test_businesses_of_a_persons_seats_by_name(bakery, books, ben, ada):
    assert list(businesses_of([ben])) == [bakery]
    add_representative(business=books, person=ben.person, by=ada)
    assert list(businesses_of([ben])) == [books, bakery]
    assert list(businesses_of([ada])) == []
    assert list(businesses_of([])) == []


def test_it_is_one_query_however_many_seats(bakery, ben, ada, cleo):
    assert queries_of(lambda: list(businesses_of([ben, ada, cleo]))) == 1


def test_speaking_is_of_one_seat_for_one_business(bakery, books, ben, ada):
    assert [
        (seat, business)
        for seat in (ben, ada)
        for business in (bakery, books)
        if speaks_for(seat, business)
    ] == [(ben, bakery)]


@pytest.mark.parametrize("ended", ["representative", "seat", "expiry"])
def test_whoever_left_speaks_no_more(bakery, ben, ended):
    now = timezone.now()
    if ended == "seat":
        Seat.objects.filter(pk=ben.pk).update(ended_at=now)
    elif ended == "expiry":
        Seat.objects.filter(pk=ben.pk).update(expires_at=now)
    else:
        ben.represents.update(ended_at=now)
    assert (speaks_for(ben, bakery), list(businesses_of([ben]))) == (False, [])
    assert (people_of(bakery), belongs_to("ben@example.org", bakery)) == ([], False)


def test_until_its_seat_runs_out_it_speaks(bakery, ben):
    Seat.objects.filter(pk=ben.pk).update(expires_at=timezone.now() + timedelta(minutes=1))
    assert (speaks_for(ben, bakery), people_of(bakery)) == (True, [ben.person])


BELONGS = {
    "ben@example.org": True,
    "BEN@Example.Org": True,
    "ben+oven@example.org": True,
    "shop@bakery.example": True,
    "Shop+friday@bakery.example": True,
    "eve@example.com": False,
    "ben@example.com": False,
    "dan@example.org": False,
    "": False,
    "@": False,
}


def test_whose_address_belongs_to_a_business(bakery, ben):
    bakery.email = "shop@bakery.example"
    assert {address: belongs_to(address, bakery) for address in BELONGS} == BELONGS


def test_a_business_without_an_address_or_people_has_nobodys(books):
    assert belongs_to("", books) is False
    assert belongs_to("ben@example.org", books) is False


def test_the_neighbours_seat_and_business_are_strangers_here(bakery, ben, neighbour):
    assert speaks_for(neighbour.dan, bakery) is False
    assert speaks_for(neighbour.dan, neighbour.business) is False
    assert list(businesses_of([neighbour.dan])) == []
    with in_alliance(neighbour.alliance):
        assert list(businesses_of([neighbour.dan])) == [neighbour.business]
        assert list(businesses_of([ben])) == []


def test_a_seat_in_two_alliances_speaks_in_each_for_its_own(bakery, neighbour):
    dan = neighbour.dan.person
    here = add_representative(business=bakery, person=dan, by=None).seat
    assert list(businesses_of([here])) == [bakery]
    with in_alliance(neighbour.alliance):
        assert list(businesses_of([here, neighbour.dan])) == [neighbour.business]


def test_an_expired_seat_does_not_reach_the_till(oak_street, bakery, visit):
    nora = Person.objects.create_user(email="nora@example.org", password="x", name="Nora")
    seat = give_seat(person=nora, role=Role.MEMBER, by=None)
    add_representative(business=bakery, person=nora, by=None)
    browser = visit(oak_street, seat)
    assert browser.get("/me/till/").status_code == 200
    Seat.objects.filter(pk=seat.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    assert browser.get("/me/till/").status_code == 404
