"""What stood on the board before its author changed it: kept for them, like a post's versions."""

from django.db.models import Max
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Seat
from groups.models import BoardAnswer, BoardEntry, BoardVersion

EDITS = 50


def keep(*, entry: BoardEntry, answer: BoardAnswer | None = None, by: Seat) -> None:
    """Keeps what a locked entry, or a locked answer under it, says now.

    Raises:
        DomainError: it was changed fifty times.
    """
    earlier = BoardVersion.objects.filter(entry=entry, answer=answer)
    last = earlier.aggregate(Max("number"))["number__max"] or 0
    if last >= EDITS:
        raise DomainError(_("This was changed often enough; write another one."))
    BoardVersion.objects.create(
        entry=entry,
        answer=answer,
        number=last + 1,
        title="" if answer else entry.title,
        words=answer.words if answer else entry.words,
        by=by,
        at=clock.now(),
    )
