"""The letter to whoever put something up: somebody answered. Its words are asked for when sent."""

from typing import Any

from alliance.models import Seat
from alliance.services import outbox
from alliance.tenancy.scope import current_alliance
from groups.models import BoardAnswer
from moderation.queries import blocks

TEMPLATE = "groups/email/board_answer"


def tell_author(answer: BoardAnswer) -> None:
    """Writes to the entry's author, once for each answer."""
    outbox.enqueue(
        key=f"board-answer:{answer.pk}",
        template=TEMPLATE,
        to=answer.entry.author.person.email,
        context={"answer": str(answer.pk)},
        confirmed=True,
    )


def words_of(context: dict[str, Any]) -> dict[str, Any] | None:
    """What the letter says; None where either is hidden or taken back, or its reader has gone."""
    rows = BoardAnswer.objects.seen().standing()
    rows = rows.select_related("entry__author__person", "author__person")
    answer = rows.filter(pk=context["answer"], entry__hidden_at__isnull=True).first()
    if answer is None:
        return None
    reader = answer.entry.author
    is_here = Seat.objects.live().filter(pk=reader.pk, person__is_active=True).exists()
    if not is_here or answer.author.person_id in blocks.unwanted_by(reader.person):
        return None
    return {
        "name": reader.person.name,
        "title": answer.entry.title,
        "who": str(answer.author.person),
        "words": answer.words,
        "url": current_alliance().url(answer.get_absolute_url()),
    }
