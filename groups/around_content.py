"""What people write around groups, as moderation looks after it."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.access import seat_for
from alliance.models import Seat
from gatherings.models import Gathering
from groups.models import BoardAnswer, BoardEntry, BoardVersion, Commitment, Meeting
from groups.queries import access
from groups.rules import TAKE_PART
from moderation.content import Content

REMOVED = "—"


def _takes_part(_row: Any, seats: Iterable[Seat]) -> bool:
    return seat_for(seats, TAKE_PART) is not None


def _reads_entry(entry: BoardEntry, seats: Iterable[Seat]) -> bool:
    return _takes_part(entry, seats) and entry.outcome != "withdrawn"


def _reads_answer(answer: BoardAnswer, seats: Iterable[Seat]) -> bool:
    if answer.entry.is_hidden or answer.withdrawn_at is not None:
        return False
    return _reads_entry(answer.entry, seats)


def _reads_group(row: Meeting | Commitment, seats: Iterable[Seat]) -> bool:
    return access.may_read(row.group, seats)


def _empty_entry(entry: BoardEntry) -> None:
    entry.title = entry.words = REMOVED
    entry.outcome_words = ""
    entry.save(update_fields=["title", "words", "outcome_words"])
    BoardVersion.objects.filter(entry=entry, answer__isnull=True).update(title="", words="")


def _empty_answer(answer: BoardAnswer) -> None:
    answer.words = REMOVED
    answer.save(update_fields=["words"])
    BoardVersion.objects.filter(answer=answer).update(words="")


def _empty_meeting(meeting: Meeting) -> None:
    meeting.agenda.update(words="")
    Gathering.objects.filter(pk=meeting.gathering_id).update(title=REMOVED, words="")


def _empty_commitment(commitment: Commitment) -> None:
    commitment.words = REMOVED
    commitment.save(update_fields=["words"])


def _words_of_meeting(meeting: Meeting) -> str:
    parts = [meeting.gathering.title, meeting.gathering.words]
    return "\n".join(
        part for part in (*parts, *meeting.agenda.values_list("words", flat=True)) if part
    )


KINDS = (
    Content(
        key="groups.board_entry",
        model=BoardEntry,
        related=("author",),
        label=_("Ask or offer"),
        authors=lambda entry: [entry.author],
        title=lambda entry: entry.title,
        words=lambda entry: "\n".join(
            part for part in (entry.title, entry.words, entry.outcome_words) if part
        ),
        url=lambda entry: entry.get_absolute_url(),
        may_read=_reads_entry,
        edit_url=lambda entry: reverse("groups:edit_entry", args=[entry.pk]),
        emptied=_empty_entry,
    ),
    Content(
        key="groups.board_answer",
        model=BoardAnswer,
        related=("author", "entry"),
        label=_("Answer on the board"),
        authors=lambda answer: [answer.author],
        title=lambda answer: answer.entry.title,
        words=lambda answer: answer.words,
        url=lambda answer: answer.get_absolute_url(),
        may_read=_reads_answer,
        edit_url=lambda answer: reverse("groups:edit_answer", args=[answer.pk]),
        emptied=_empty_answer,
    ),
    Content(
        key="groups.meeting",
        model=Meeting,
        related=("planned_by__seat", "gathering", "group__space"),
        label=_("Group meeting"),
        authors=lambda meeting: [meeting.planned_by.seat],
        title=lambda meeting: meeting.gathering.title,
        words=_words_of_meeting,
        url=lambda meeting: meeting.get_absolute_url(),
        may_read=_reads_group,
        space=lambda meeting: meeting.group.space,
        edit_url=lambda meeting: reverse(
            "groups:edit_meeting", args=[meeting.group.slug, meeting.pk]
        ),
        emptied=_empty_meeting,
    ),
    Content(
        key="groups.commitment",
        model=Commitment,
        related=("member__seat", "meeting__gathering", "group__space"),
        label=_("Commitment"),
        authors=lambda commitment: [commitment.member.seat],
        title=lambda commitment: commitment.meeting.gathering.title,
        words=lambda commitment: commitment.words,
        url=lambda commitment: commitment.get_absolute_url(),
        may_read=_reads_group,
        space=lambda commitment: commitment.group.space,
        emptied=_empty_commitment,
    ),
)
