"""One question tells whether anything that a group shows to a member has changed."""

from collections.abc import Callable

import pytest

from alliance.tenancy.scope import in_alliance
from groups.models import Draft, Group, GroupMember
from groups.queries.stamps import stamp_of
from groups.services import drafts
from moderation.services import blocks
from tests.factories import groups as make
from tests.factories import talk

pytestmark = pytest.mark.usefixtures("theirs", "in_oak_street")

CHANGES: dict[str, Callable] = {
    "the group's words": lambda group, ben, fay: Group.objects.filter(pk=group.pk).update(
        purpose="Bread for all."
    ),
    "how often it writes": lambda group, ben, fay: GroupMember.objects.filter(seat=ben).update(
        digest="daily"
    ),
    "a post": lambda group, ben, fay: talk.a_topic(group, fay),
    "a block": lambda group, ben, fay: blocks.block(person=fay.person, by=ben),
    "a block by the other": lambda group, ben, fay: blocks.block(person=ben.person, by=fay),
    "a mute": lambda group, ben, fay: blocks.mute(person=fay.person, by=ben),
    "a draft": lambda group, ben, fay: drafts.keep(group=group, words="Rye", by=ben),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_it_is_another_after_each_change_and_the_same_without(
    bakers, ben, ben_writes, fay, fay_writes, change
):
    before = stamp_of([ben], "bakers")
    assert stamp_of([ben], "bakers") == before
    change(bakers, ben, fay)
    after = stamp_of([ben], "bakers")
    assert (after.member_id, after.text == before.text) == (ben_writes.pk, False)


def test_what_another_does_for_themselves_changes_nothing(bakers, ben, ben_writes, fay, fay_writes):
    before = stamp_of([ben], "bakers")
    drafts.keep(group=bakers, words="Rye", by=fay)
    blocks.mute(person=ben.person, by=fay)
    assert Draft.objects.count() == 1
    assert stamp_of([ben], "bakers") == before


def test_who_is_not_inside_has_none(bakers, ben, ben_writes, ada, theirs):
    stranger = make.a_members_seat("Gil")
    assert [stamp_of([seat], "bakers") for seat in (ada, stranger)] == [None, None]
    assert stamp_of([ben], theirs.group.slug + "-not-here") is None
    GroupMember.objects.filter(pk=ben_writes.pk).update(state="left", left_at=ben_writes.joined_at)
    assert stamp_of([ben], "bakers") is None


def test_a_neighbours_group_of_the_same_name_has_none(theirs, ben, ben_writes):
    with in_alliance(theirs.alliance):
        assert stamp_of([ben], "bakers") is None
