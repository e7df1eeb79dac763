"""The neighbour has groups too; ours has bakers who meet openly, and a circle."""

from types import SimpleNamespace

import pytest

from alliance.models import Alliance, Role, Seat
from alliance.tenancy.scope import in_alliance
from groups.models import Group, GroupMember, Topic
from tests.factories import groups as make
from tests.factories import talk


@pytest.fixture
def theirs(neighbour: SimpleNamespace) -> SimpleNamespace:
    """The neighbour's open group with Dan, who has introduced himself."""
    with in_alliance(neighbour.alliance):
        group = make.a_group(name="Dairy", slug="dairy")
        member = make.introduced(group, neighbour.dan)
    return SimpleNamespace(**vars(neighbour), group=group, member=member)


@pytest.fixture
def fay(oak_street: Alliance) -> Seat:
    """Fay facilitates the bakers; she has a business."""
    with in_alliance(oak_street):
        return make.a_members_seat("Fay")


@pytest.fixture
def bakers(oak_street: Alliance, ada: Seat, fay: Seat) -> Group:
    """Our open group."""
    with in_alliance(oak_street):
        return make.a_group(by=ada, name="Bakers", slug="bakers", facilitator=fay.person)


@pytest.fixture
def bens(oak_street: Alliance, bakers: Group, ben: Seat) -> GroupMember:
    """Ben has joined the bakers and not introduced himself."""
    with in_alliance(oak_street):
        return make.a_member(bakers, ben)


@pytest.fixture
def millers(oak_street: Alliance, ada: Seat, fay: Seat) -> Group:
    """Our group on request, with one question."""
    with in_alliance(oak_street):
        return make.a_group(
            by=ada,
            name="Millers",
            slug="millers",
            kind="request",
            facilitator=fay.person,
            questions=["What do you mill?"],
        )


@pytest.fixture
def circle(oak_street: Alliance, ada: Seat, fay: Seat) -> Group:
    """Our circle, in which Fay is a member."""
    with in_alliance(oak_street):
        group = make.a_group(
            by=ada, name="Night circle", slug="night-circle", kind="circle", facilitator=fay.person
        )
        make.introduced(group, fay)
        return group


@pytest.fixture
def fays_charter(fay: Seat, oak_street: Alliance) -> Seat:
    """Fay's seat as a facilitator."""
    with in_alliance(oak_street):
        return Seat.objects.get(person=fay.person, role=Role.FACILITATOR)


@pytest.fixture
def ben_writes(oak_street: Alliance, bakers: Group, ben: Seat) -> GroupMember:
    """Ben has introduced himself to the bakers."""
    with in_alliance(oak_street):
        return make.introduced(bakers, ben)


@pytest.fixture
def fay_writes(oak_street: Alliance, bakers: Group, fay: Seat) -> GroupMember:
    """So has Fay."""
    with in_alliance(oak_street):
        return make.introduced(bakers, fay)


@pytest.fixture
def flour(oak_street: Alliance, bakers: Group, ben: Seat, ben_writes: GroupMember) -> Topic:
    """Ben's topic."""
    with in_alliance(oak_street):
        return talk.a_topic(bakers, ben, title="Flour", words="Who has flour?")
