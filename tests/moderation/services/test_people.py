"""Blocks and mutes between members, and advisors' notes."""

import pytest

from alliance.errors import DomainError
from alliance.models import AuditEntry, Role
from moderation import events
from moderation.models import Block, Note, PersonalMute
from moderation.queries import blocks as blocked
from moderation.queries import notes as read
from moderation.queries.blocks import Apart
from moderation.services import blocks, notes
from tests.factories import moderation as make

pytestmark = pytest.mark.usefixtures("in_oak_street")


def test_a_block_counts_for_both_and_is_known_to_one(mia, nils, ben):
    blocks.block(by=mia, person=nils.person)
    assert blocked.blocked_either_way(mia.person) == {nils.person_id}
    assert blocked.blocked_either_way(nils.person) == {mia.person_id}
    assert blocked.blocked_either_way(ben.person) == set()
    assert [row.blocked for row in blocked.blocked_by(mia.person)] == [nils.person]
    assert blocked.blocked_by(nils.person) == []


def test_twice_is_once_and_both_ways_are_two(mia, nils):
    heard = []
    receiver = lambda sender, block, **kwargs: heard.append(block)  # noqa: E731
    events.blocked.connect(receiver)
    assert blocks.block(by=mia, person=nils.person) == blocks.block(by=mia, person=nils.person)
    blocks.block(by=nils, person=mia.person)
    assert (Block.objects.count(), len(heard)) == (2, 2)


def test_ended_it_can_begin_again(mia, nils):
    blocks.block(by=mia, person=nils.person)
    for _ in range(2):
        blocks.unblock(by=mia, person=nils.person)
    assert blocked.blocked_either_way(nils.person) == set()
    blocks.block(by=mia, person=nils.person)
    assert Block.objects.count() == 2


def test_the_blocked_does_not_end_it(mia, nils):
    blocks.block(by=mia, person=nils.person)
    blocks.unblock(by=nils, person=mia.person)
    assert blocked.blocked_either_way(mia.person) == {nils.person_id}


@pytest.mark.parametrize("begin", [blocks.block, blocks.mute])
def test_neither_oneself_nor_a_stranger(mia, dan, begin):
    for person in (mia.person, dan.person, make.a_person()):
        with pytest.raises(DomainError):
            begin(by=mia, person=person)
    assert (Block.objects.count(), PersonalMute.objects.count()) == (0, 0)


def test_a_mute_counts_for_one_alone(mia, nils):
    assert blocks.mute(by=mia, person=nils.person) == blocks.mute(by=mia, person=nils.person)
    assert blocked.apart_from(mia.person) == {Apart(nils.person_id, is_muted=True)}
    assert blocked.apart_from(nils.person) == set()
    assert (blocked.unwanted_by(mia.person), blocked.unwanted_by(nils.person)) == (
        {nils.person_id}, set(),
    )  # fmt: skip
    assert (blocked.not_told_of(nils.person), blocked.not_told_of(mia.person)) == (
        {mia.person_id}, set(),
    )  # fmt: skip
    # They are brought together as before.
    assert blocked.blocked_either_way(mia.person) == set()
    assert [row.muted for row in blocked.muted_by(mia.person)] == [nils.person]
    assert blocked.muted_by(nils.person) == []


def test_a_block_folds_for_whoever_made_it_and_letters_cease_for_both(mia, nils):
    blocks.mute(by=mia, person=nils.person)
    blocks.block(by=mia, person=nils.person)
    assert blocked.apart_from(mia.person) == {Apart(nils.person_id, is_muted=False)}
    assert blocked.apart_from(nils.person) == set()
    for one, other in ((mia, nils), (nils, mia)):
        assert blocked.unwanted_by(one.person) == {other.person_id}
        assert blocked.not_told_of(one.person) == {other.person_id}


def test_a_mute_ends_and_can_begin_again(mia, nils):
    blocks.mute(by=mia, person=nils.person)
    blocks.unmute(by=nils, person=mia.person)
    assert blocked.unwanted_by(mia.person) == {nils.person_id}
    for _ in range(2):
        blocks.unmute(by=mia, person=nils.person)
    assert blocked.unwanted_by(mia.person) == set()
    blocks.mute(by=mia, person=nils.person)
    assert PersonalMute.objects.count() == 2
    said = AuditEntry.objects.filter(subject_type="moderation.personalmute").order_by("id")
    assert [(entry.action.partition(".")[2], entry.detail) for entry in said] == [
        ("person_muted", {}), ("person_unmuted", {}), ("person_muted", {}),
    ]  # fmt: skip


def test_the_audit_log_does_not_say_whom(mia, nils):
    blocks.block(by=mia, person=nils.person)
    entry = AuditEntry.objects.get(action="moderation.blocked")
    assert (entry.detail, entry.subject_type) == ({}, "moderation.block")


def test_advisors_and_the_director_read_notes_and_their_subject_never_does(mia, nils, ada, cleo):
    advisor = make.a_steward(Role.ADVISOR, by=ada)
    note = notes.write(about=mia.person, words="We talked. She sees it.", by=advisor)
    for reader in (advisor, ada):
        assert list(read.about(mia.person, [reader])) == [note]
    for stranger in (mia, nils, cleo, make.a_steward(Role.ADVISOR, by=ada, seat=mia)):
        assert list(read.about(mia.person, [stranger])) == []


def test_an_advisor_of_one_space_reads_what_was_kept_there(mia, ada):
    bakers, smiths = make.a_space("Bakers"), make.a_space("Smiths")
    here = make.a_steward(Role.ADVISOR, by=ada, space=bakers)
    there = make.a_steward(Role.ADVISOR, by=ada, space=smiths)
    note = notes.write(about=mia.person, words="Twice now.", by=here, space=bakers)
    assert list(read.about(mia.person, [here])) == [note]
    assert list(read.about(mia.person, [there])) == []
    with pytest.raises(DomainError, match="Only advisors"):
        notes.write(about=mia.person, words="I heard.", by=there, space=bakers)


def test_a_note_about_a_case_stands_in_its_space(ben, mia, ada):
    space = make.a_space()
    advisor = make.a_steward(Role.ADVISOR, by=ada, space=space)
    case = make.a_case(make.a_note(ben, space=space), by=mia)
    assert notes.write(about=ben.person, words="A first.", by=advisor, case=case).space == space


@pytest.mark.parametrize("words", ["", "  ", "x" * 2001, "a\x00b"])
def test_a_note_has_words(mia, ada, words):
    with pytest.raises(DomainError) as refused:
        notes.write(about=mia.person, words=words, by=ada)
    assert (refused.value.field, Note.objects.count()) == ("words", 0)


def test_who_is_no_advisor_keeps_none_and_nobody_about_themselves(mia, cleo, ada, dan):
    for by, about in ((mia, cleo), (cleo, mia), (ada, ada), (ada, dan)):
        with pytest.raises(DomainError):
            notes.write(about=about.person, words="Hm.", by=by)
