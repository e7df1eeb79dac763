"""Other words on the board: who may find them, what is kept, what was taken back."""

from types import SimpleNamespace

import pytest
from django.core import mail

from alliance import clock
from alliance.errors import DomainError
from alliance.services import outbox
from alliance.tenancy.scope import in_alliance
from groups.models import BoardAnswer, BoardEntry, BoardVersion
from groups.models.board import HANGS_FOR
from groups.queries import board as queries
from groups.services import board, board_answers
from moderation import content
from moderation.models import Case
from tests.factories import groups as make
from tests.factories import groups_around as around
from tests.groups.here import an_elder

pytestmark = pytest.mark.usefixtures("theirs", "in_oak_street")


@pytest.fixture
def asked(in_oak_street, bakers, ben, fay) -> SimpleNamespace:
    """Ben asks, Fay answers; both have introduced themselves."""
    make.introduced(bakers, ben)
    make.introduced(bakers, fay)
    an_elder(ben, fay)
    entry = around.an_entry(ben)
    given = board_answers.answer(entry=entry, words="We have one, come by.", by=fay)
    return SimpleNamespace(entry=entry, answer=given)


def kept() -> list[tuple[str, str, int, bool]]:
    """Each version: title, words, number, whether it is of an answer."""
    rows = BoardVersion.objects.order_by("id")
    return [(row.title, row.words, row.number, row.answer_id is not None) for row in rows]


def change(entry: BoardEntry, by, **fields) -> BoardEntry:
    now = {name: getattr(entry, name) for name in ("kind", "title", "words", "segment")}
    return board.change(entry=entry, by=by, **now | fields)


def test_what_an_entry_said_before_is_kept(asked, ben):
    first = change(asked.entry, ben, title="Who lends a trolley?")
    assert first.edited_at is not None
    change(first, ben, words="For an hour.")
    before = "For one morning in spring, to move an oven of ours."
    assert kept() == [
        ("Who lends a pallet jack?", before, 1, False),
        ("Who lends a trolley?", before, 2, False),
    ]


def test_the_same_words_or_another_kind_keep_nothing(asked, ben):
    assert change(asked.entry, ben).edited_at is None
    assert change(asked.entry, ben, kind="offer").edited_at is not None
    assert kept() == []


def test_a_closed_entry_and_anothers_stay_as_they_are(asked, ben, fay):
    with pytest.raises(DomainError, match="Only whoever"):
        change(asked.entry, fay, title="Mine")
    board.close(entry=asked.entry, outcome="met", by=ben)
    with pytest.raises(DomainError, match="closed already"):
        change(asked.entry, ben, title="Another")
    with pytest.raises(DomainError, match="closed already"):
        board_answers.change_answer(answer=asked.answer, words="Another.", by=fay)
    assert kept() == []


def test_an_answer_is_changed_by_its_author_alone(asked, ben, fay):
    with pytest.raises(DomainError, match="Only whoever"):
        board_answers.change_answer(answer=asked.answer, words="Mine.", by=ben)
    same = board_answers.change_answer(answer=asked.answer, words=asked.answer.words, by=fay)
    assert same.edited_at is None
    changed = board_answers.change_answer(answer=asked.answer, words="We sold it.", by=fay)
    assert (changed.words, changed.edited_at is None) == ("We sold it.", False)
    assert kept() == [("", "We have one, come by.", 1, True)]


def test_new_words_are_looked_at_as_the_first_were(asked, fay):
    """A link and nothing else is held; its author reads it still, nobody else does."""
    held = board_answers.change_answer(answer=asked.answer, words="https://a.example/x", by=fay)
    assert (held.is_hidden, Case.objects.count()) == (True, 1)
    assert list(queries.answers_to(asked.entry, fay.person)) == [held]
    assert list(queries.answers_to(asked.entry, asked.entry.author.person)) == []


@pytest.mark.parametrize("words", ["", " \n", "x" * 2001, "a\x00b", "\ud800"])
def test_words_that_do_not_fit(asked, fay, words):
    with pytest.raises(DomainError):
        board_answers.change_answer(answer=asked.answer, words=words, by=fay)
    assert (BoardAnswer.objects.get().words, kept()) == ("We have one, come by.", [])


def test_fifty_changes_are_enough(asked, fay):
    for n in range(50):
        BoardVersion.objects.create(
            entry=asked.entry, answer=asked.answer, number=n + 1, words="W", by=fay
        )
    with pytest.raises(DomainError, match="often enough"):
        board_answers.change_answer(answer=asked.answer, words="Once more.", by=fay)


def test_an_answer_taken_back_is_nowhere(asked, ben, fay):
    with pytest.raises(DomainError, match="Only whoever"):
        board_answers.withdraw_answer(answer=asked.answer, by=ben)
    gone = board_answers.withdraw_answer(answer=asked.answer, by=fay)
    again = board_answers.withdraw_answer(answer=asked.answer, by=fay)
    assert gone.withdrawn_at == again.withdrawn_at is not None
    for reader in (ben, fay):
        assert list(queries.answers_to(asked.entry, reader.person)) == []
    assert not content.of(gone).may_read(gone, [ben])
    with pytest.raises(DomainError, match="taken this answer back"):
        board_answers.change_answer(answer=asked.answer, words="Here again.", by=fay)


def test_whoever_left_every_group_still_takes_it_back(asked, bakers, fay):
    from groups.models import GroupMember
    from groups.services import members

    members.leave(member=GroupMember.objects.get(seat=fay), by=fay)
    with pytest.raises(board.NotKnownYet):
        board_answers.change_answer(answer=asked.answer, words="Other words.", by=fay)
    assert board_answers.withdraw_answer(answer=asked.answer, by=fay).withdrawn_at is not None


def test_an_answer_taken_back_before_its_letter_went_is_in_none(oak_street, asked, fay):
    with in_alliance(oak_street):
        board_answers.withdraw_answer(answer=asked.answer, by=fay)
    outbox.deliver(oak_street)
    assert [each for each in mail.outbox if "pallet" in each.subject] == []


def test_a_final_removal_takes_what_they_said_before(asked, ben, fay):
    change(asked.entry, ben, title="Who lends a trolley?")
    board_answers.change_answer(answer=asked.answer, words="We sold it.", by=fay)
    answer, entry = BoardAnswer.objects.get(), BoardEntry.objects.get()
    content.of(answer).emptied(answer)
    assert [row[:2] for row in kept()] == [
        ("Who lends a pallet jack?", "For one morning in spring, to move an oven of ours."),
        ("", ""),
    ]
    content.of(entry).emptied(entry)
    assert [row[:2] for row in kept()] == [("", ""), ("", "")]


def test_ten_hang_at_a_time_however_they_came_there(asked, ben):
    old = asked.entry
    BoardEntry.objects.filter(pk=old.pk).update(listed_at=clock.now() - HANGS_FOR)
    for n in range(10):
        entry = around.an_entry(ben, title=f"Ask {n}", words=f"Who knows about number {n}?")
        BoardEntry.objects.filter(pk=entry.pk).update(hidden_at=None)
    with pytest.raises(DomainError, match="Ten"):
        board.put_up_again(entry=old, by=ben)
    assert board.put_up_again(entry=entry, by=ben).is_hanging
