"""The one door to writing: agreed, introduced, the group open, the newest agreements accepted."""

import pytest

from alliance.errors import DomainError
from alliance.models import Role, Seat
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from groups.models import Introduction
from groups.services import gate, groups, members
from tests.factories import groups as make

pytestmark = pytest.mark.usefixtures("in_oak_street")


def refusal(group, seat) -> str:
    with pytest.raises(gate.NotIntroduced) as refused:
        gate.writer(group=group, by=seat)
    return refused.value.leads_to("/groups/bakers/topics/new/")


def test_whoever_is_not_introduced_is_refused_and_led_to_the_form(bakers, bens, ben, fay):
    form = "/groups/bakers/introduction/?next=%2Fgroups%2Fbakers%2Ftopics%2Fnew%2F"
    assert refusal(bakers, ben) == form
    assert refusal(bakers, fay) == form
    assert refusal(bakers, make.a_members_seat()) == form


def test_whoever_is_introduced_may_write(bakers, bens, ben):
    make.an_introduction(bakers, ben)
    member = gate.writer(group=bakers, by=ben)
    assert (member.pk, member.state) == (bens.pk, "introduced")


def test_nobody_writes_who_has_left(bakers, ben):
    member = make.introduced(bakers, ben)
    members.leave(member=member, by=ben)
    assert refusal(bakers, ben).startswith("/groups/bakers/introduction/")


def test_nobody_writes_in_an_archived_group(bakers, ben, ada):
    make.introduced(bakers, ben)
    groups.archive_group(group=bakers, why="It has done its work.", by=ada)
    with pytest.raises(DomainError, match="closed for writing"):
        gate.writer(group=bakers, by=ben)


def test_new_agreements_are_accepted_before_one_writes_again(bakers, ben, ada):
    member = make.introduced(bakers, ben)
    items = [(f"Agreement {i}", "Words.") for i in range(3)]
    groups.set_agreements(group=bakers, items=items, by=ada)
    with pytest.raises(gate.NotAgreed):
        gate.writer(group=bakers, by=ben)
    members.accept_agreements(member=member, version=make.version_of(bakers), by=ben)
    assert gate.writer(group=bakers, by=ben).pk == member.pk


def test_a_person_with_two_seats_is_one_member(bakers, ben, bens):
    volunteer = give_seat(person=ben.person, role=Role.VOLUNTEER, by=None)
    version = make.version_of(bakers)
    assert members.join(group=bakers, version=version, by=volunteer).pk == bens.pk
    make.an_introduction(bakers, volunteer)
    assert gate.writer(group=bakers, by=volunteer).pk == bens.pk


def test_a_hidden_introduction_still_lets_them_write(bakers, ben):
    member = make.introduced(bakers, ben)
    Introduction.objects.update(hidden_at=member.introduced_at)
    assert gate.writer(group=bakers, by=ben).pk == member.pk


def test_the_neighbours_members_cannot_write_here(bakers, theirs):
    with in_alliance(theirs.alliance):
        dan = Seat.objects.get(pk=theirs.dan.pk)
    assert refusal(bakers, dan).startswith("/groups/bakers/introduction/")
