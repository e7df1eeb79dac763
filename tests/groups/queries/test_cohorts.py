"""Who stays: by what members did in their first 90 days; from five up."""

from datetime import date, timedelta

import pytest

from groups.models import GroupMember, MemberState, MemberStep
from groups.queries import cohorts
from members.models import Membership, Representative
from members.services.businesses import add_representative
from tests.factories import groups as make
from tests.factories import members as dues
from tests.members.reading import on

pytestmark = pytest.mark.usefixtures("in_oak_street", "theirs")
JOINED_ON = date(2026, 1, 10)


def a_business_that_stays(terms: int):
    """A membership from January 2026 with so many years paid."""
    business = dues.a_business()
    seat = add_representative(business=business, person=make.a_person(), by=None).seat
    with on(JOINED_ON.isoformat()):
        membership = dues.a_membership(business=business)
        dues.a_term(membership, starts_on=JOINED_ON, days=200 * terms)
    assert Membership.objects.get(pk=membership.pk).joined_on == JOINED_ON
    return seat


def does(group, seat, *states, days: int) -> None:
    """They came into these states so many days after joining the alliance."""
    at = make.clock.now().replace(year=2026, month=1, day=10) + timedelta(days=days)
    member = GroupMember.objects.create(
        group=group, seat=seat, state=states[-1], joined_at=at, agreed_at=at, introduced_at=at
    )
    for state in states:
        MemberStep.objects.create(member=member, state=state, at=at)


def rows(day: date) -> list[tuple[str, int, int | None, int | None, int | None]]:
    return [(c.key, c.months, c.began, c.stayed, c.percent) for c in cohorts.cohorts(day)]


def test_who_wrote_who_joined_who_did_neither(bakers):
    wrote = [a_business_that_stays(2) for _ in range(5)]
    joined = [a_business_that_stays(1 if i else 2) for i in range(5)]
    late = a_business_that_stays(1)
    nothing = [a_business_that_stays(1) for _ in range(3)]
    for seat in wrote:
        does(bakers, seat, MemberState.AGREED, MemberState.ACTIVE, days=89)
    for seat in joined:
        does(bakers, seat, MemberState.AGREED, days=3)
    does(bakers, late, MemberState.AGREED, MemberState.ACTIVE, days=95)
    assert len(nothing) == 3
    with on("2027-02-01"):
        assert rows(date(2027, 2, 1)) == [
            ("wrote", 6, 5, 5, 100),
            ("joined", 6, 5, 5, 100),
            ("neither", 6, None, None, None),
            ("wrote", 12, 5, 5, 100),
            ("joined", 12, 5, 1, 20),
            ("neither", 12, None, None, None),
        ]
    a_business_that_stays(1)
    with on("2027-02-01"):
        assert rows(date(2027, 2, 1))[5] == ("neither", 12, 5, 0, 0)


def test_nobody_has_been_here_so_long(bakers):
    a_business_that_stays(1)
    with on("2026-03-01"):
        assert rows(date(2026, 3, 1)) == [
            (key, months, None, None, None)
            for months in (6, 12)
            for key in ("wrote", "joined", "neither")
        ]


def test_who_takes_part_by_kind_of_business(bakers):
    seats = []
    for _ in range(5):
        business = dues.a_business(segment="food")
        seats.append(add_representative(business=business, person=make.a_person(), by=None).seat)
        dues.a_member(business=business)
    for seat in seats:
        make.a_member(bakers, seat)
    for seat in seats[:4]:
        make.an_introduction(bakers, seat, story=f"I am {seat.person}.")
    dues.a_member(business=dues.a_business(segment="trades"))
    found = {str(row.label): row for row in cohorts.participation()}
    food, trades = found["Food & drink"], found["Trades & home"]
    assert (food.businesses, food.joined, food.introduced, food.wrote) == (5, 5, None, None)
    assert (trades.businesses, trades.joined) == (None, None)
    assert Representative.objects.filter(seat__in=seats).count() == 5
