"""Blocks and mutes between two people; only the one who makes them knows."""

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock
from alliance.errors import DomainError
from alliance.models import Person, Seat
from alliance.services import audit
from moderation import events
from moderation.models import Block, PersonalMute


@transaction.atomic
def block(*, by: Seat, person: Person) -> Block:
    """Begins a block; twice changes nothing.

    Raises:
        DomainError: oneself, or somebody without a place here.
    """
    if person.pk == by.person_id:
        raise DomainError(_("You cannot block yourself."))
    _must_be_here(person)
    row, is_new = Block.objects.get_or_create(
        blocker=by.person, blocked=person, ended_at=None, defaults={"at": clock.now()}
    )
    if is_new:
        # Without whom: the audit log is read by others.
        audit.record(by=by, action="moderation.blocked", subject=row)
        events.blocked.send(sender=Block, block=row)
    return row


@transaction.atomic
def unblock(*, by: Seat, person: Person) -> None:
    """Ends it; where there is none nothing changes."""
    row = Block.objects.live().filter(blocker=by.person_id, blocked=person).first()
    if row and Block.objects.live().filter(pk=row.pk).update(ended_at=clock.now()):
        audit.record(by=by, action="moderation.unblocked", subject=row)


@transaction.atomic
def mute(*, by: Seat, person: Person) -> PersonalMute:
    """Folds what this person writes, for oneself alone; twice changes nothing.

    Raises:
        DomainError: oneself, or somebody without a place here.
    """
    if person.pk == by.person_id:
        raise DomainError(_("You cannot mute yourself."))
    _must_be_here(person)
    row, is_new = PersonalMute.objects.get_or_create(
        muter=by.person, muted=person, ended_at=None, defaults={"at": clock.now()}
    )
    if is_new:
        # Without whom, as with blocks.
        audit.record(by=by, action="moderation.person_muted", subject=row)
    return row


@transaction.atomic
def unmute(*, by: Seat, person: Person) -> None:
    """Ends it; where there is none nothing changes."""
    row = PersonalMute.objects.live().filter(muter=by.person_id, muted=person).first()
    if row and PersonalMute.objects.live().filter(pk=row.pk).update(ended_at=clock.now()):
        audit.record(by=by, action="moderation.person_unmuted", subject=row)


def _must_be_here(person: Person) -> None:
    if not Seat.objects.filter(person=person).exists():
        raise DomainError(_("This person is not here."))
