"""The requests board: put up, changed, closed with what came of it, put up again."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit
from groups import markdown
from groups.models import BoardEntry, BoardOutcome, EntryKind
from groups.models.board import LONGEST_OUTCOME, LONGEST_TITLE, LONGEST_WORDS
from groups.queries import board
from groups.services import board_versions, gate
from groups.services.words import fit
from members.models import Segment
from moderation.services import care, sanctions

# So many entries of one person hang at a time: a board, not a shop window.
MOST_HANGING = 10


class NotKnownYet(DomainError):
    """They are in no group yet; `leads_to` is where groups stand."""

    def leads_to(self, wanted: str = "") -> str:
        """The address of the groups' directory."""
        return reverse("groups:groups")


@transaction.atomic
def put_up(*, kind: str, title: str, words: str, segment: str, by: Seat) -> BoardEntry:
    """A new entry; it hangs for 60 days.

    Raises:
        NotIntroduced, NotKnownYet: they have introduced themselves in no group.
        DomainError: silenced, too many already, or words that do not fit.
    """
    must_be_known(by)
    _must_have_room(by)
    now = clock.now()
    entry = BoardEntry.objects.create(
        author=by, created_at=now, listed_at=now, **_worded(kind, title, words, segment)
    )
    audit.record(by=by, action="board.put_up", subject=entry, kind=entry.kind)
    return _looked_at(entry, by)


@transaction.atomic
def change(
    *, entry: BoardEntry, kind: str, title: str, words: str, segment: str, by: Seat
) -> BoardEntry:
    """Other words, until it is closed; what stood there is kept for its author, who alone may.

    Raises:
        NotIntroduced, NotKnownYet: they have introduced themselves in no group.
        DomainError: another's, closed, or words that do not fit.
    """
    must_be_known(by)
    entry, new = _own(entry, by), _worded(kind, title, words, segment)
    if all(getattr(entry, name) == value for name, value in new.items()):
        return entry
    if (entry.title, entry.words) != (new["title"], new["words"]):
        board_versions.keep(entry=entry, by=by)
    for name, value in new.items():
        setattr(entry, name, value)
    entry.edited_at = clock.now()
    entry.save(update_fields=["kind", "title", "words", "segment", "edited_at"])
    audit.record(by=by, action="board.changed", subject=entry)
    return _looked_at(entry, by)


@transaction.atomic
def put_up_again(*, entry: BoardEntry, by: Seat) -> BoardEntry:
    """Another 60 days, at the top.

    Raises:
        NotIntroduced, NotKnownYet: they have introduced themselves in no group.
        DomainError: another's, closed, or ten others hang already.
    """
    must_be_known(by)
    entry = _own(entry, by)
    if entry.is_expired:
        _must_have_room(by)
    entry.listed_at = clock.now()
    entry.save(update_fields=["listed_at"])
    audit.record(by=by, action="board.put_up_again", subject=entry)
    return entry


@transaction.atomic
def close(*, entry: BoardEntry, outcome: str, by: Seat, words: str = "") -> BoardEntry:
    """What came of it, or that it is taken down. The same outcome again changes nothing.

    Whoever may not write (any more) can still close it, without a word of their own.

    Raises:
        NotIntroduced, NotKnownYet: they say something, and have introduced themselves in no group.
        DomainError: another's, closed otherwise, silenced, or an outcome that is none.
    """
    if outcome not in BoardOutcome.values:
        raise DomainError(_("Say what came of it."), field="outcome")
    if words.strip():
        must_be_known(by)
    held = BoardEntry.objects.select_for_update().get(pk=entry.pk)
    if held.outcome == outcome and held.author.person_id == by.person_id:
        return held
    entry = _own(entry, by)
    entry.closed_at, entry.outcome = clock.now(), outcome
    if words.strip():
        entry.outcome_words = fit(words, longest=LONGEST_OUTCOME, field="words")
    entry.save(update_fields=["closed_at", "outcome", "outcome_words"])
    audit.record(by=by, action="board.closed", subject=entry, outcome=outcome)
    if entry.outcome_words:
        _looked_at(entry, by)
    return entry


def must_be_known(by: Seat) -> None:
    """Whoever writes on the board has introduced themselves in some group.

    Raises:
        NotIntroduced: only the introduction is missing in a group of theirs.
        NotKnownYet: they are in no group.
        DomainError: silenced for a while.
    """
    if not board.is_introduced(by.person_id):
        waits = board.waits_for_introduction(by.person_id)
        if waits is not None:
            raise gate.NotIntroduced(
                _("Introduce yourself first; then you can write on the board."), group=waits.group
            )
        raise NotKnownYet(_("Join a group and introduce yourself; then you can write here."))
    sanctions.refuse_silenced(by=by, space=None)


def _own(entry: BoardEntry, by: Seat) -> BoardEntry:
    held: BoardEntry = (
        BoardEntry.objects.select_for_update(of=("self",)).select_related("author").get(pk=entry.pk)
    )
    if held.author.person_id != by.person_id:
        raise DomainError(_("Only whoever put it up can do that."))
    if held.is_closed:
        raise DomainError(_("This is closed already."))
    return held


def _must_have_room(by: Seat) -> None:
    own = BoardEntry.objects.select_for_update().filter(author__person=by.person_id)
    if own.hanging().count() >= MOST_HANGING:
        raise DomainError(
            _("Ten of yours hang there already. Close one that has come to something first.")
        )


def _worded(kind: str, title: str, words: str, segment: str) -> dict[str, Any]:
    if kind not in EntryKind.values:
        raise DomainError(_("Say whether you ask or offer."), field="kind")
    if segment and segment not in Segment.values:
        raise DomainError(_("Choose a kind of business from the list."), field="segment")
    return {
        "kind": kind,
        "title": markdown.line(title, field="title", longest=LONGEST_TITLE),
        "words": fit(words, longest=LONGEST_WORDS, field="words"),
        "segment": segment,
    }


def _looked_at(entry: BoardEntry, by: Seat) -> BoardEntry:
    words = f"{entry.title}\n{entry.words}\n{entry.outcome_words}"
    care.look_at(subject=entry, words=words, by=by, in_group=True)
    entry.refresh_from_db(fields=["hidden_at"])
    return entry
