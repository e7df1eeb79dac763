"""What advisors keep about guiding somebody."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Person, Seat
from alliance.services import audit
from moderation.models import Case, Note, Space
from moderation.queries import powers
from moderation.rules import ADVISE
from moderation.services import words as typed


@transaction.atomic
def write(
    *, about: Person, words: str, by: Seat, case: Case | None = None, space: Space | None = None
) -> Note:
    """Keeps a note that other advisors and the director read; a case's stands in its space.

    Raises:
        DomainError: no words, not an advisor there, or a note about oneself.
    """
    place = (None if case.is_outside else case.space) if case else space
    if powers.seat_with([by], ADVISE, place) is None:
        raise DomainError(_("Only advisors keep notes here."))
    if about.pk == by.person_id:
        raise DomainError(_("Nobody keeps notes about themselves."))
    if not Seat.objects.filter(person=about).exists():
        raise DomainError(_("This person is not here."))
    text = typed.read(words, longest=2000, field="words", missing=_("Write a sentence or two."))
    note = Note.objects.create(
        about=about, case=case, space=place, words=text, by=by, at=clock.now()
    )
    audit.record(by=by, action="moderation.note_written", subject=note)
    return note
