"""What of the pledges can be flagged and hidden: the words of a drive, a letter (ADR-0031)."""

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from alliance.access import seat_for
from alliance.addresses import normalise_email
from alliance.models import Seat
from members.queries.businesses import people_seats
from moderation.content import Content
from pledges.models import DriveLetter, Pledge, PledgeDrive
from pledges.models.drives import PUBLIC_STATES
from pledges.models.pledges import STANDING_STATES
from pledges.rules import SEE_DRIVES
from pledges.services import letters


def _writers(drive: PledgeDrive, first: Seat | None) -> Sequence[Seat]:
    ahead = [first] if first is not None else []
    return list(dict.fromkeys([*ahead, *people_seats(drive.business)]))


def _words_of_drive(drive: PledgeDrive) -> str:
    parts = (drive.purpose, drive.story, drive.money_use, drive.perk)
    return "\n\n".join(part for part in parts if part)


def _may_read_drive(drive: PledgeDrive, seats: Iterable[Seat]) -> bool:
    is_public = drive.state in PUBLIC_STATES and drive.opened_at is not None
    return is_public and bool(tuple(seats))


def _emptied_drive(drive: PledgeDrive) -> None:
    """Its words go, also the name that it gave itself; amounts, days and pledges stay."""
    drive.title = str(_("A drive"))
    drive.purpose = drive.story = drive.money_use = drive.perk = ""
    drive.save(update_fields=["title", "purpose", "story", "money_use", "perk"])


def _may_read_letter(letter: DriveLetter, seats: Iterable[Seat]) -> bool:
    held = tuple(seats)
    if seat_for(held, SEE_DRIVES):
        return True
    addresses = {normalise_email(seat.person.email) for seat in held}
    standing = Pledge.objects.filter(drive=letter.drive_id, state__in=STANDING_STATES)
    return standing.filter(email_normalised__in=addresses).exists()


def _letter_changed(letter: DriveLetter) -> None:
    if letter.is_hidden:
        letters.hold_back(letter=letter)


DRIVE = Content(
    key="pledges.drive",
    model=PledgeDrive,
    related=("made_by", "business"),
    label=_("Words of a drive"),
    authors=lambda drive: _writers(drive, drive.made_by),
    title=lambda drive: drive.title,
    words=_words_of_drive,
    url=lambda drive: drive.get_absolute_url(),
    may_read=_may_read_drive,
    emptied=_emptied_drive,
)
LETTER = Content(
    key="pledges.letter",
    model=DriveLetter,
    label=_("Letter to pledgers"),
    authors=lambda letter: _writers(letter.drive, letter.seat),
    title=lambda letter: letter.subject,
    words=lambda letter: letter.body,
    url=lambda letter: reverse("pledges_staff:drive", args=[letter.drive.slug]),
    may_read=_may_read_letter,
    changed=_letter_changed,
)
KINDS = (DRIVE, LETTER)
