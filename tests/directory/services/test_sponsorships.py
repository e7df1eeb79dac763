"""The labelled slot: who stands there on which day."""

from collections import Counter
from datetime import timedelta

import pytest

from alliance.errors import DomainError
from directory.models import Sponsorship
from directory.queries.sponsors import sponsor_of
from directory.services import sponsorships
from members.queries.memberships import today
from tests.factories.directory import a_listed_business

pytestmark = pytest.mark.usefixtures("in_oak_street")


def put(business, *, first=0, last=29, words="Bread at seven."):
    return sponsorships.add(
        business=business,
        words=words,
        starts_on=today() + timedelta(days=first),
        ends_on=today() + timedelta(days=last),
        by=None,
    )


def test_three_take_turns_day_by_day():
    made = [put(a_listed_business()) for _n in range(3)]
    days = [today() + timedelta(days=n) for n in range(30)]
    assert Counter(sponsor_of(day) for day in days) == dict.fromkeys(made, 10)
    assert sponsor_of(today() + timedelta(days=30)) is None


def test_a_fourth_waits_for_a_day_on_which_there_is_room():
    for last in (29, 29, 9):
        put(a_listed_business(), last=last)
    fourth = a_listed_business()
    with pytest.raises(DomainError, match="share the slot already"):
        put(fourth, first=9, last=12)
    put(fourth, first=10, last=12)


def test_days_that_only_fill_up_later_are_found():
    for _n in range(3):
        put(a_listed_business(), first=20, last=25)
    with pytest.raises(DomainError, match="share the slot already"):
        put(a_listed_business(), first=0, last=40)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"words": " "}, "words"), ({"first": 3, "last": 2}, "ends_on"), ({"last": 366}, "ends_on")],
)
def test_what_is_refused(wrong, field):
    with pytest.raises(DomainError) as refused:
        put(a_listed_business(), **wrong)
    assert refused.value.field == field


def test_only_a_member_in_good_standing(bakery):
    with pytest.raises(DomainError, match="good standing"):
        put(bakery)


def test_who_is_not_public_has_no_turn(listed, ben):
    from directory.models import PausedBy
    from directory.services import listings

    put(listed)
    listings.pause(business=listed, kind=PausedBy.MEMBER, by=ben)
    assert sponsor_of(today()) is None


def test_it_ends_early_and_what_has_not_begun_is_gone(ada):
    running, coming = put(a_listed_business(), first=-3), put(a_listed_business(), first=3)
    sponsorships.end(sponsorship=running, by=ada)
    sponsorships.end(sponsorship=coming, by=ada)
    assert [row.ends_on for row in Sponsorship.objects.all()] == [today() - timedelta(days=1)]
    with pytest.raises(DomainError, match="over already"):
        sponsorships.end(sponsorship=running, by=ada)
