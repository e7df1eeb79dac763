"""Introductions: three parts, once, rewritten; they tick the step of the first weeks."""

import pytest

from alliance.errors import DomainError
from groups import events
from groups.models import Introduction
from groups.services import gate, groups, members
from members.models import Step, WelcomeStep
from tests.factories import groups as make
from tests.factories import members as dues
from tests.groups.reading import people_of

pytestmark = pytest.mark.usefixtures("in_oak_street", "theirs")


@pytest.fixture
def heard():
    found = []

    def listen(member, **rest):
        found.append(member.pk)

    events.member_introduced.connect(listen)
    yield found
    events.member_introduced.disconnect(listen)


def said() -> list[tuple[str, str, str, bool]]:
    rows = Introduction.objects.order_by("id")
    return [(row.story, row.ask, row.offer, row.edited_at is not None) for row in rows]


def test_the_first_introduction_lets_them_write(bakers, bens, ben, heard):
    make.an_introduction(bakers, ben)
    assert said() == [(make.STORY, make.ASK, make.OFFER, False)]
    assert people_of(bakers) == [("Ben", "introduced")]
    assert heard == [bens.pk]


def test_written_anew_it_is_the_same(bakers, bens, ben, heard):
    make.an_introduction(bakers, ben)
    make.an_introduction(bakers, ben, ask="A cooler place.")
    assert said() == [(make.STORY, "A cooler place.", make.OFFER, True)]
    assert heard == [bens.pk]


@pytest.mark.parametrize("part", ["story", "ask", "offer"])
@pytest.mark.parametrize("words", ["", " \n ", "x" * 2001, "a\x00b", "a\ud800b"])
def test_each_part_is_needed(bakers, bens, ben, part, words):
    with pytest.raises(DomainError) as refused:
        make.an_introduction(bakers, ben, **{part: words})
    assert refused.value.field == part
    assert (said(), people_of(bakers)) == ([], [("Ben", "agreed")])


def test_only_who_is_inside_introduces_themselves(bakers, millers, ben, fay):
    for group in (bakers, millers):
        with pytest.raises(gate.NotIntroduced):
            make.an_introduction(group, ben)
    assert said() == []


def test_nobody_introduces_themselves_under_agreements_they_have_not_read(bakers, bens, ben, ada):
    items = [(f"Agreement {i}", "Words.") for i in range(3)]
    groups.set_agreements(group=bakers, items=items, by=ada)
    with pytest.raises(gate.NotAgreed):
        make.an_introduction(bakers, ben)
    assert said() == []
    members.accept_agreements(member=bens, version=make.version_of(bakers), by=ben)
    make.an_introduction(bakers, ben)
    assert said() == [(make.STORY, make.ASK, make.OFFER, False)]


def test_it_ticks_the_step_of_the_first_weeks_once(bakers, bens, ben, bakery):
    membership = dues.a_member(business=bakery)
    make.an_introduction(bakers, ben)
    make.an_introduction(bakers, ben, story="Another story.")
    taken = WelcomeStep.objects.filter(membership=membership)
    assert list(taken.values_list("step", "words")) == [(Step.INTRODUCTION, make.STORY)]
