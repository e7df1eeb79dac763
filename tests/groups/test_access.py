"""Who reads which group: open, on request, circle, draft, archived; neighbours none."""

import pytest

from alliance import clock
from alliance.models import Role, Seat
from alliance.services.seats import give_seat
from alliance.tenancy.scope import in_alliance
from groups.queries import access, powers
from groups.services import groups
from tests.factories import groups as make

pytestmark = pytest.mark.usefixtures("in_oak_street", "theirs", "bakers", "millers", "circle")


def seats_of(seat) -> list[Seat]:
    return list(Seat.objects.live().filter(person=seat.person_id))


def readable(*seats) -> list[str]:
    return list(access.readable_groups(seats).order_by("slug").values_list("slug", flat=True))


def listed(*seats) -> list[str]:
    return list(access.listed_groups(seats).order_by("slug").values_list("slug", flat=True))


def test_members_read_open_groups_and_their_own(ben, millers, circle, fay):
    assert (readable(ben), listed(ben)) == (["bakers"], ["bakers", "millers"])
    make.introduced(circle, ben)
    assert readable(ben) == ["bakers", "night-circle"]
    # Asked is not inside.
    from groups.services import members

    version = make.version_of(millers)
    answers = {question.pk: "Rye." for question in millers.questions.all()}
    member = members.join(group=millers, version=version, answers=answers, by=ben)
    assert readable(ben) == ["bakers", "night-circle"]
    members.let_in(member=member, by=fay)
    assert readable(ben) == ["bakers", "millers", "night-circle"]
    members.leave(member=member, by=ben)
    assert readable(ben) == ["bakers", "night-circle"]


def test_staff_read_all_but_circles(ada, cleo, tess):
    for seat in (ada, cleo):
        assert readable(seat) == ["bakers", "millers"]
        assert listed(seat) == ["bakers", "millers"]
    assert readable(tess) == ["bakers"]


def test_an_invited_member_knows_of_a_circle_and_does_not_read_it(circle, ben, fay):
    make.invited(circle, ben, by=fay)
    assert (readable(ben), listed(ben)) == (["bakers"], ["bakers", "millers", "night-circle"])


def test_stewards_read_their_own_space_only(circle, fays_charter, ada):
    assert readable(fays_charter) == ["bakers", "millers", "night-circle"]
    everywhere = make.a_steward(None, Role.CUSTODIAN).seat
    assert readable(everywhere) == []
    assert powers.keeper([everywhere], circle) is None
    assert powers.keeper([ada], circle) is None
    assert powers.keeper([fays_charter], circle) == fays_charter


def test_drafts_are_read_by_those_who_make_them(ada, ben):
    make.a_draft(slug="draft")
    make.a_draft(slug="secret", kind="circle")
    assert "draft" in readable(ada)
    assert "draft" not in listed(ada)
    assert readable(ben) == ["bakers"]
    assert "secret" not in readable(ada)


def test_archived_groups_are_still_read(bakers, ben, ada):
    groups.archive_group(group=bakers, why="Done.", by=ada)
    assert readable(ben) == ["bakers"]


def test_customers_lenders_and_the_neighbours_read_nothing(theirs, eves_pledge):
    lender = give_seat(person=make.a_person(), role=Role.LENDER, by=None)
    for seats in ([], [lender], [theirs.dan], [theirs.director]):
        if seats and seats[0] in (theirs.dan, theirs.director):
            # Their seats are none here: the page gives only seats of this alliance.
            assert theirs.group.slug not in readable(*seats)
            continue
        assert (readable(*seats), listed(*seats)) == ([], [])
    with in_alliance(theirs.alliance):
        assert readable(theirs.dan) == ["cheesemakers", "dairy"]


def test_the_seat_with_which_one_takes_part(ada, ben, fays_charter, fay):
    volunteer = give_seat(person=ben.person, role=Role.VOLUNTEER, by=None)
    assert access.seat_in([volunteer, ben]) == ben
    assert access.seat_in([ada]) == ada
    assert access.seat_in([fays_charter]) is None
    assert access.seat_in([fays_charter, fay]) == fay
    assert access.seat_in([]) is None


def test_many_people_at_once_read_where_they_are_inside(bakers, millers, circle, ben, fay, ada):
    make.introduced(bakers, ben)
    make.introduced(bakers, fay)
    make.invited(circle, ben, by=fay)
    groups.archive_group(group=make.a_group(name="Old", slug="old"), why="It is over.", by=ada)
    seats = [seat for each in (ben, fay, ada) for seat in seats_of(each)]
    for seat in (ben, fay, ada):
        # Nobody reads with it what they would not read without.
        rows = access.places_read_by([seat.person_id]).values_list("group__slug", flat=True)
        assert set(rows) <= set(readable(*seats_of(seat)))
    told = access.places_read_by({seat.person_id for seat in seats})
    found = told.order_by("seat__person__name", "group__slug")
    assert list(found.values_list("seat__person__name", "group__slug")) == [
        ("Ben", "bakers"), ("Fay", "bakers"), ("Fay", "night-circle"),
    ]  # fmt: skip
    type(ben).objects.filter(pk=ben.pk).update(ended_at=clock.now())
    assert list(access.places_read_by([ben.person_id])) == []
