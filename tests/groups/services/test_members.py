"""Joining openly, on request and by invitation; choices; leaving and coming back."""

import pytest

from alliance.errors import DomainError
from groups.models import GroupMember, JoinAnswer
from groups.services import groups, members
from tests.factories import groups as make
from tests.groups.reading import audited, counted, mails, people_of, steps_of

pytestmark = pytest.mark.usefixtures("in_oak_street", "theirs")


def answers_for(group) -> dict:
    return {question.pk: "Rye." for question in group.questions.all()}


def ask(group, seat) -> GroupMember:
    version = make.version_of(group)
    return members.join(group=group, version=version, answers=answers_for(group), by=seat)


def test_an_open_group_is_joined_at_once(bakers, ben):
    member = members.join(group=bakers, version=make.version_of(bakers), by=ben)
    assert steps_of(member) == [("agreed", "")]
    assert people_of(bakers) == [("Ben", "agreed")]
    assert mails() == [("welcome", "ben@example.org")]
    assert counted(bakers) == 1


def test_joining_twice_changes_nothing(bakers, bens, ben):
    again = members.join(group=bakers, version=None, by=ben)
    assert (again.pk, people_of(bakers), counted(bakers)) == (bens.pk, [("Ben", "agreed")], 1)


def test_who_has_read_other_agreements_reads_them_again(bakers, ben, ada):
    version = make.version_of(bakers)
    groups.set_agreements(group=bakers, items=[(f"A{i}", "W.") for i in range(3)], by=ada)
    with pytest.raises(DomainError, match="have changed"):
        members.join(group=bakers, version=version, by=ben)
    assert (people_of(bakers), mails(), counted(bakers)) == ([], [], 0)


def test_a_group_on_request_is_asked(millers, ben, fay):
    member = ask(millers, ben)
    assert steps_of(member) == [("asked", "")]
    assert counted(millers) == 0
    kept = JoinAnswer.objects.values_list("question", "answer")
    assert list(kept) == [("What do you mill?", "Rye.")]
    to = [address for what, address in mails() if what == "asked"]
    assert fay.person.email in to
    assert len(to) == 2


def test_an_answer_is_missing(millers, ben):
    with pytest.raises(DomainError) as refused:
        members.join(group=millers, version=make.version_of(millers), by=ben)
    assert refused.value.field == f"question_{millers.questions.get().pk}"
    assert people_of(millers) == []


def test_letting_in(millers, ben, ada):
    member = members.let_in(member=ask(millers, ben), by=ada)
    assert steps_of(member) == [("asked", ""), ("agreed", "")]
    assert counted(millers) == 1
    assert mails()[-1] == ("welcome", "ben@example.org")
    assert audited("group.let_in") == [("group.let_in", ada.pk)]
    with pytest.raises(DomainError, match="settled already"):
        members.let_in(member=member, by=ada)
    with pytest.raises(DomainError, match="settled already"):
        members.decline(member=member, why="Too late.", by=ada)


def test_whoever_asked_before_new_agreements_is_invited_to_accept_them(millers, ben, ada):
    member = ask(millers, ben)
    groups.set_agreements(group=millers, items=[(f"A{i}", "W.") for i in range(3)], by=ada)
    member = members.let_in(member=member, by=ada)
    assert steps_of(member) == [("asked", ""), ("invited", "")]
    member = members.join(group=millers, version=make.version_of(millers), by=ben)
    assert (steps_of(member)[-1], counted(millers)) == (("agreed", ""), 1)


def test_declining_says_why_and_lets_them_ask_again(millers, ben, ada):
    member = members.decline(member=ask(millers, ben), why="  For millers only.  ", by=ada)
    assert steps_of(member) == [("asked", ""), ("left", "For millers only.")]
    assert mails()[-1] == ("declined", "ben@example.org")
    assert ask(millers, ben).pk != member.pk
    assert people_of(millers) == [("Ben", "left"), ("Ben", "asked")]


@pytest.mark.parametrize("why", ["", "   ", "x" * 401, "a\x00b"])
def test_declining_takes_a_sentence(millers, ben, ada, why):
    member = ask(millers, ben)
    with pytest.raises(DomainError):
        members.decline(member=member, why=why, by=ada)
    assert people_of(millers) == [("Ben", "asked")]


def test_nobody_comes_into_a_circle_uninvited(circle, ben, fay):
    with pytest.raises(DomainError, match="has to invite you"):
        members.join(group=circle, version=make.version_of(circle), by=ben)
    member = members.invite(group=circle, seat=ben, by=fay)
    assert (mails()[-1], counted(circle)) == (("invited", "ben@example.org"), 1)
    again = members.invite(group=circle, seat=ben, by=fay)
    joined = members.join(group=circle, version=make.version_of(circle), by=ben)
    assert {member.pk, again.pk, joined.pk} == {member.pk}
    assert (steps_of(joined), counted(circle)) == ([("invited", ""), ("agreed", "")], 2)


def test_inviting_somebody_who_asks_lets_them_in(millers, ben, ada):
    member = ask(millers, ben)
    assert members.invite(group=millers, seat=ben, by=ada).pk == member.pk
    assert people_of(millers) == [("Ben", "agreed")]


def test_leaving_and_coming_back(bakers, ben):
    member = make.introduced(bakers, ben)
    left = members.leave(member=member, by=ben)
    assert members.leave(member=left, by=ben).left_at == left.left_at
    assert counted(bakers) == 0
    back = make.a_member(bakers, ben)
    assert (people_of(bakers), counted(bakers)) == ([("Ben", "left"), ("Ben", "agreed")], 1)
    assert back.pk != member.pk


def test_nobody_joins_a_draft_or_an_archived_group(bakers, ben, ada):
    groups.archive_group(group=bakers, why="Done.", by=ada)
    for group in (bakers, make.a_draft(by=ada)):
        with pytest.raises(DomainError, match="not open"):
            members.join(group=group, version=make.version_of(group), by=ben)


def test_choices(bens, ben):
    member = members.choose(member=bens, digest="daily", budget_minutes=45, by=ben)
    assert (member.digest, member.budget_minutes) == ("daily", 45)
    for digest, minutes, field in (("hourly", 45, "digest"), ("none", 4, "budget_minutes")):
        with pytest.raises(DomainError) as refused:
            members.choose(member=bens, digest=digest, budget_minutes=minutes, by=ben)
        assert refused.value.field == field


def test_mute_and_hear_again(bens, ben):
    member = members.mute(member=bens, by=ben)
    since = member.muted_at
    assert members.mute(member=member, by=ben).muted_at == since is not None
    assert members.unmute(member=member, by=ben).muted_at is None
