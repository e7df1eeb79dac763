"""The board: who may write there, what came of it, who hears of an answer."""

from datetime import timedelta

import pytest
from django.core import mail

from alliance import clock
from alliance.errors import DomainError
from alliance.models import OutboxMessage
from alliance.services import outbox
from alliance.tenancy.scope import in_alliance
from groups.models import BoardAnswer, BoardEntry, GroupMember
from groups.queries import board as queries
from groups.services import board, board_answers, members
from groups.services.gate import NotIntroduced
from moderation.services import blocks
from tests.factories import groups as make
from tests.factories import groups_around as around
from tests.groups.here import an_elder

pytestmark = pytest.mark.usefixtures("theirs")


@pytest.fixture
def known(oak_street, bakers, ben, fay):
    """Ben and Fay have introduced themselves among the bakers."""
    with in_alliance(oak_street):
        make.introduced(bakers, ben)
        make.introduced(bakers, fay)
        an_elder(ben, fay)


def test_an_ask_hangs_for_sixty_days_and_then_comes_down(in_oak_street, known, ben):
    entry = around.an_entry(ben)
    assert list(BoardEntry.objects.hanging()) == [entry]
    assert (entry.kind, entry.is_hanging, entry.is_expired) == ("ask", True, False)
    with clock.at(entry.listed_at + timedelta(days=60)):
        assert list(BoardEntry.objects.hanging()) == []
        assert BoardEntry.objects.get(pk=entry.pk).is_expired
        again = board.put_up_again(entry=entry, by=ben)
        assert list(BoardEntry.objects.hanging()) == [again]


def test_whoever_is_not_introduced_is_led_there(in_oak_street, bakers, bens, ben, fay):
    with pytest.raises(NotIntroduced) as refused:
        around.an_entry(ben)
    assert refused.value.leads_to() == "/groups/bakers/introduction/"
    with pytest.raises(board.NotKnownYet) as nowhere:
        around.an_entry(make.a_members_seat("Gil"))
    assert nowhere.value.leads_to() == "/groups/"
    make.an_introduction(bakers, ben)
    assert around.an_entry(ben).title == "Who lends a pallet jack?"


def test_an_introduction_that_is_hidden_or_left_behind_does_not_count(
    in_oak_street, bakers, known, ben
):
    from groups.models import GroupMember, Introduction
    from groups.services import members

    mine = Introduction.objects.filter(member__seat=ben)
    mine.update(hidden_at=clock.now())
    with pytest.raises(DomainError):
        around.an_entry(ben)
    mine.update(hidden_at=None)
    members.leave(member=GroupMember.objects.get(seat=ben), by=ben)
    with pytest.raises(board.NotKnownYet):
        around.an_entry(ben)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "loan"},
        {"title": ""},
        {"title": "x" * 121},
        {"title": "a\x00b"},
        {"words": "x" * 2001},
        {"words": "\ud800"},
        {"words": "a\x07b"},
        {"segment": "moon"},
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_stored(in_oak_street, known, ben, wrong):
    with pytest.raises(DomainError):
        around.an_entry(ben, **wrong)
    assert BoardEntry.objects.count() == 0


@pytest.mark.parametrize("outcome", ["met", "helped", "deal", "no_fit", "withdrawn"])
def test_its_author_says_what_came_of_it_once(in_oak_street, known, ben, fay, outcome):
    entry = around.an_entry(ben)
    with pytest.raises(DomainError, match="Only whoever"):
        board.close(entry=entry, outcome=outcome, by=fay)
    closed = board.close(entry=entry, outcome=outcome, by=ben, words="Cleo had one.")
    assert (closed.outcome, closed.outcome_words) == (outcome, "Cleo had one.")
    assert board.close(entry=entry, outcome=outcome, by=ben).closed_at == closed.closed_at
    other = "met" if outcome != "met" else "deal"
    with pytest.raises(DomainError, match="closed already"):
        board.close(entry=entry, outcome=other, by=ben)
    assert list(BoardEntry.objects.closed()) == ([] if outcome == "withdrawn" else [closed])
    with pytest.raises(DomainError, match="hang"):
        board_answers.answer(entry=entry, words="I have one.", by=fay)


def test_ten_hang_at_a_time(in_oak_street, known, ben):
    for n in range(10):
        entry = around.an_entry(ben, title=f"Ask {n}", words=f"Who knows about number {n}?")
        BoardEntry.objects.filter(pk=entry.pk).update(hidden_at=None)
    with pytest.raises(DomainError, match="Ten"):
        around.an_entry(ben, title="Ask 11", words="Something else again.")


def test_its_author_hears_of_an_answer_with_words_as_they_are_then(oak_street, known, ben, fay):
    with in_alliance(oak_street):
        entry = around.an_entry(ben)
        answer = board_answers.answer(entry=entry, words="We have one, come by.", by=fay)
        row = OutboxMessage.objects.get(key=f"board-answer:{answer.pk}")
        assert (row.to, row.context) == ("ben@example.org", {"answer": str(answer.pk)})
    outbox.deliver(oak_street)
    sent = [each for each in mail.outbox if "pallet" in each.subject]
    assert [each.to for each in sent] == [["ben@example.org"]]
    assert "We have one, come by." in sent[0].body


def test_an_answer_hidden_meanwhile_is_in_no_letter(oak_street, known, ben, fay):
    with in_alliance(oak_street):
        answer = board_answers.answer(entry=around.an_entry(ben), words="We have one.", by=fay)
        BoardAnswer.objects.filter(pk=answer.pk).update(hidden_at=clock.now())
    outbox.deliver(oak_street)
    assert [each for each in mail.outbox if "pallet" in each.subject] == []


def test_an_answer_of_somebody_muted_is_in_no_letter(oak_street, known, ben, fay):
    with in_alliance(oak_street):
        entry = around.an_entry(ben)
        answer = board_answers.answer(entry=entry, words="We have one.", by=fay)
        blocks.mute(by=ben, person=fay.person)
        assert list(queries.answers_to(entry, ben.person)) == [answer]
    outbox.deliver(oak_street)
    assert [each for each in mail.outbox if "pallet" in each.subject] == []


def test_who_wants_nothing_to_do_with_whom(in_oak_street, known, ben, fay, cleo):
    entry = around.an_entry(ben)
    answer = board_answers.answer(entry=entry, words="We have one.", by=fay)
    assert list(queries.answers_to(entry, cleo.person)) == [answer]
    blocks.block(by=fay, person=ben.person)
    assert list(queries.shown_to(fay.person)) == []
    assert list(queries.shown_to(cleo.person)) == [entry]
    assert list(queries.answers_to(entry, ben.person)) == []
    with pytest.raises(DomainError, match="cannot answer"):
        board_answers.answer(entry=entry, words="And another.", by=fay)


def test_the_neighbours_board_is_another(oak_street, theirs, known, ben):
    with in_alliance(theirs.alliance):
        their_own = around.an_entry(theirs.dan, title="Whey to give away")
    with in_alliance(oak_street):
        ours = around.an_entry(ben)
        assert list(BoardEntry.objects.all()) == [ours]
        assert not BoardEntry.objects.filter(pk=their_own.pk).exists()


def test_whoever_may_not_write_closes_their_own_without_a_word(in_oak_street, known, ben):
    entry = around.an_entry(ben)
    members.leave(member=GroupMember.objects.get(seat=ben), by=ben)
    with pytest.raises(board.NotKnownYet):
        board.close(entry=entry, outcome="met", words="Buy my flour!", by=ben)
    closed = board.close(entry=entry, outcome="met", by=ben)
    assert (closed.outcome, closed.outcome_words) == ("met", "")
