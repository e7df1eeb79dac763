"""Answers under an entry of the board: given, changed, taken back."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from groups.models import BoardAnswer, BoardEntry
from groups.models.board import LONGEST_WORDS
from groups.services import board_letters, board_versions
from groups.services.board import must_be_known
from groups.services.words import fit
from moderation.queries import blocks
from moderation.services import care


@transaction.atomic
def answer(*, entry: BoardEntry, words: str, by: Seat) -> BoardAnswer:
    """Writes under an entry; its author gets a letter.

    Raises:
        NotIntroduced, NotKnownYet: they have introduced themselves in no group.
        DomainError: it hangs no more, or words that do not fit.
    """
    must_be_known(by)
    entry = _held(entry)
    if not entry.is_hanging:
        raise DomainError(_("This does not hang on the board any more."))
    if entry.author.person_id in blocks.blocked_either_way(by.person):
        raise DomainError(_("You cannot answer this."))
    given = BoardAnswer.objects.create(
        entry=entry,
        author=by,
        words=fit(words, longest=LONGEST_WORDS, field="words"),
        created_at=clock.now(),
    )
    audit.record(by=by, action="board.answered", subject=entry)
    care.look_at(subject=given, words=given.words, by=by, in_group=True)
    given.refresh_from_db()
    if entry.author.person_id != by.person_id:
        board_letters.tell_author(given)
    return given


@transaction.atomic
def change_answer(*, answer: BoardAnswer, words: str, by: Seat) -> BoardAnswer:
    """Other words for one's own answer, until the entry is closed; what stood there is kept.

    Raises:
        NotIntroduced, NotKnownYet: they have introduced themselves in no group.
        DomainError: another's, taken back, its entry is closed, or words that do not fit.
    """
    must_be_known(by)
    words = fit(words, longest=LONGEST_WORDS, field="words")
    entry = _held(answer.entry)
    answer = _own(answer, by)
    if answer.withdrawn_at is not None:
        raise DomainError(_("You have taken this answer back."))
    if entry.is_closed:
        raise DomainError(_("This is closed already."))
    if words == answer.words:
        return answer
    board_versions.keep(entry=entry, answer=answer, by=by)
    answer.words, answer.edited_at = words, clock.now()
    answer.save(update_fields=["words", "edited_at"])
    audit.record(by=by, action="board.answer_changed", subject=answer)
    care.look_at(subject=answer, words=words, by=by, in_group=True)
    answer.refresh_from_db(fields=["hidden_at"])
    return answer


@transaction.atomic
def withdraw_answer(*, answer: BoardAnswer, by: Seat) -> BoardAnswer:
    """Takes one's own answer off the board for good; twice changes nothing.

    Whoever may not write any more can still take their own words down.

    Raises:
        DomainError: another's.
    """
    answer = _own(answer, by)
    if answer.withdrawn_at is None:
        answer.withdrawn_at = clock.now()
        answer.save(update_fields=["withdrawn_at"])
        audit.record(by=by, action="board.answer_withdrawn", subject=answer)
    return answer


def _held(entry: BoardEntry) -> BoardEntry:
    rows = BoardEntry.objects.select_for_update(of=("self",)).select_related("author__person")
    held: BoardEntry = rows.get(pk=entry.pk)
    return held


def _own(answer: BoardAnswer, by: Seat) -> BoardAnswer:
    rows = BoardAnswer.objects.select_for_update(of=("self",)).select_related("author", "entry")
    held: BoardAnswer = rows.get(pk=answer.pk)
    if held.author.person_id != by.person_id:
        raise DomainError(_("Only whoever wrote it can do that."))
    return held
