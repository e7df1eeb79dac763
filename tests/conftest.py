"""The fixed cast, and what every test may rely on.

Two alliances always exist: `oak_street` (ours) and `mill_lane` (the
neighbour, with data). Ada is staff, Tess its treasurer, Ben owns a member business, Cleo
moderates, Dan belongs to mill_lane alone, Eve is a customer without an account.
"""

import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from django.core.cache import cache
from django.test import Client, TransactionTestCase

from alliance.models import Alliance, Network, Person, Role, Seat
from alliance.services.places import open_alliance
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from members.models import Business, Payment, RepresentativeKind
from members.services.businesses import add_representative
from pledges.models import Pledge, PledgeDrive, VelocityFlag
from tests.factories import community
from tests.factories import members as dues
from tests.factories import pledges as make
from tests.remembered import remembered

PASSWORD = "a-quiet-corner-by-the-oven"
MAIN_STREETS = UUID("019a0000-0000-7000-8000-00000000a117")
KEPT = ("django_migrations", "django_content_type")


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """tests.plugin has made this process's database; Django's own way would need an owner."""


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()


def _empty_as_owner(*args: Any, **kwargs: Any) -> None:
    """After a test that commits: the application's role may not TRUNCATE, its owner may."""
    with psycopg2.connect(os.environ["OWNER_DATABASE_URL"]) as owner, owner.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(format('%%I', tablename), ', ') FROM pg_tables "
            "WHERE schemaname = 'public' AND tablename <> ALL(%s)",
            [list(KEPT)],
        )
        cursor.execute(f"TRUNCATE {cursor.fetchone()[0]} CASCADE")


TransactionTestCase._fixture_teardown = _empty_as_owner  # type: ignore[method-assign]


@pytest.fixture
def network(db: None) -> Network:
    return Network.objects.create(
        pk=MAIN_STREETS, name="Main Streets", tagline="Many towns, one network."
    )


@pytest.fixture
def oak_street(network: Network) -> Alliance:
    return remembered(
        "oak_street",
        lambda: open_alliance(
            network=network,
            name="Oak Street Alliance",
            slug="oak-street",
            contact_email="hello@oak-street.example",
            timezone="America/Los_Angeles",
        ),
    )


@pytest.fixture
def mill_lane(network: Network) -> Alliance:
    """The neighbour; `neighbour` fills it with data of every kind."""
    return remembered(
        "mill_lane",
        lambda: open_alliance(
            network=network,
            name="Mill Lane Together",
            slug="mill-lane",
            contact_email="hello@mill-lane.example",
            timezone="America/New_York",
        ),
    )


def _person(name: str) -> Person:
    return Person.objects.create_user(
        email=f"{name.lower()}@example.org", password=PASSWORD, name=name
    )


def _seat_of(alliance: Alliance, name: str, role: Role) -> Seat:
    def build() -> Seat:
        with in_alliance(alliance):
            return give_seat(person=_person(name), role=role, by=None)

    return remembered(name, build, alliance=alliance)


@pytest.fixture
def ada(oak_street: Alliance) -> Seat:
    """Ada directs oak_street."""
    return _seat_of(oak_street, "Ada", Role.OWNER)


@pytest.fixture
def cleo(oak_street: Alliance) -> Seat:
    """Cleo looks after the community of oak_street."""
    return _seat_of(oak_street, "Cleo", Role.COMMUNITY)


@pytest.fixture
def tess(oak_street: Alliance) -> Seat:
    """Tess keeps the books of oak_street."""
    return _seat_of(oak_street, "Tess", Role.TREASURER)


@pytest.fixture
def bakery(oak_street: Alliance) -> Business:
    """Ben's business in oak_street."""

    def build() -> Business:
        with in_alliance(oak_street):
            return make.a_business(trade_name="Ben's Bakery", slug="bens-bakery")

    return remembered("bakery", build, alliance=oak_street)


@pytest.fixture
def ben(oak_street: Alliance, bakery: Business) -> Seat:
    """Ben owns the bakery."""

    def build() -> Seat:
        with in_alliance(oak_street):
            return add_representative(
                business=bakery, person=_person("Ben"), by=None, kind=RepresentativeKind.OWNER
            ).seat

    return remembered("ben", build, alliance=oak_street)


@pytest.fixture
def oven(oak_street: Alliance, bakery: Business, ben: Seat, ada: Seat) -> PledgeDrive:
    """The bakery's drive, open for pledges: 100 customers, $240 each."""

    def build() -> PledgeDrive:
        with in_alliance(oak_street):
            return make.an_open_drive(business=bakery, by=ben, reviewer=ada)

    return remembered("oven", build, alliance=oak_street)


@pytest.fixture
def eves_pledge(oak_street: Alliance, oven: PledgeDrive) -> Pledge:
    """Eve's confirmed $240 for the oven."""

    def build() -> Pledge:
        with in_alliance(oak_street):
            return make.an_active_pledge(oven)

    return remembered("eves_pledge", build, alliance=oak_street)


@pytest.fixture
def neighbour(mill_lane: Alliance) -> SimpleNamespace:
    """mill_lane with people, a drive, a pledge, a purchase, a member's dues and a group."""
    return remembered("neighbour", lambda: _fill(mill_lane), alliance=mill_lane)


def _fill(mill_lane: Alliance) -> SimpleNamespace:
    with in_alliance(mill_lane):
        director = give_seat(person=_person("Flora"), role=Role.OWNER, by=None)
        business = make.a_business(trade_name="Dan's Dairy", slug="dans-dairy")
        dan = add_representative(business=business, person=_person("Dan"), by=None).seat
        drive = make.an_open_drive(
            business=business, by=dan, reviewer=director, title="A colder cellar"
        )
        pledge = make.an_active_pledge(drive, "gus@example.com", name="Gus Neighbour")
        claim = make.a_claim(pledge, by=dan)
        point_of_sale, _secret = make.a_point_of_sale(business=business, by=dan)
        flag = VelocityFlag.objects.create(drive=drive, redemption=claim, reason="same_amount")
        shop = make.a_business(trade_name="Mill Lane Mercantile", slug="mill-lane-mercantile")
        membership = dues.a_member(business=shop, tier=dues.a_tier(name="Mill stone"))
        payment = Payment.objects.get()
        invoice = dues.an_invoice(membership=membership)
        talk = community.a_community(director=director, member=dan, keeper=_person("Nettie"))
    return SimpleNamespace(
        alliance=mill_lane,
        director=director,
        dan=dan,
        business=business,
        drive=drive,
        pledge=pledge,
        claim=claim,
        point_of_sale=point_of_sale,
        flag=flag,
        membership=membership,
        invoice=invoice,
        payment=payment,
        community=talk,
    )


@pytest.fixture
def dan(neighbour: SimpleNamespace) -> Seat:
    """Dan belongs to mill_lane alone."""
    return neighbour.dan


Visit = Callable[..., Client]


@pytest.fixture
def visit() -> Visit:
    """`visit(alliance, seat)`: a browser at an alliance's address, signed in or not."""

    def start(alliance: Alliance | None, who: Seat | Person | None = None) -> Client:
        host = f"{alliance.slug}.commonweal.test" if alliance else "commonweal.test"
        client = Client(HTTP_HOST=host)
        if who is not None:
            client.force_login(who.person if isinstance(who, Seat) else who)
        return client

    return start


@pytest.fixture
def in_oak_street(oak_street: Alliance) -> Iterator[Alliance]:
    """Runs the test inside oak_street's scope."""
    with in_alliance(oak_street):
        yield oak_street
