"""Who came: ticked at the door, added there, counted afterwards."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from alliance import clock, links
from alliance.addresses import normalise_email
from alliance.errors import DomainError
from alliance.models import Seat
from alliance.services import audit, keys
from gatherings import events
from gatherings.models import Occurrence, Rsvp, RsvpState
from gatherings.services import places

# Corrections after that would rewrite a year's figures.
LONGEST = timedelta(days=90)


@transaction.atomic
def record(*, rsvp: Rsvp, by: Seat) -> Rsvp:
    """Somebody came; twice changes nothing. Whoever waited, and came all the same, is let in.

    Raises:
        DomainError: the door is not open yet, or not any more.
    """
    occurrence, rsvp = _held(rsvp)
    _must_be_at_the_door(occurrence)
    if rsvp.attended_at is not None:
        return rsvp
    if not rsvp.is_coming:
        rsvp.is_walk_in = True
        rsvp.state, rsvp.waiting_since = RsvpState.COMING, None
        rsvp.confirmed_at = rsvp.confirmed_at or clock.now()
        rsvp.withdrawn_at = None
    _mark(rsvp, by)
    _count(occurrence)
    return rsvp


@transaction.atomic
def undo(*, rsvp: Rsvp, by: Seat) -> Rsvp:
    """A slip of the finger: they did not come after all; twice changes nothing."""
    occurrence, rsvp = _held(rsvp)
    _must_be_at_the_door(occurrence)
    if rsvp.attended_at is None:
        return rsvp
    rsvp.attended_at = rsvp.attended_by = None
    rsvp.changed_at = clock.now()
    rsvp.save(update_fields=["attended_at", "attended_by", "changed_at"])
    audit.record(by=by, action="attendance.undone", subject=rsvp)
    events.attendance_recorded.send(sender=Rsvp, rsvp=rsvp)
    return rsvp


@transaction.atomic
def walk_in(
    *,
    occurrence: Occurrence,
    name: str,
    email: str = "",
    form_key: str = "",
    by: Seat,
    seat: Seat | None = None,
) -> Rsvp:
    """Somebody who came without asking; an address that is on the list is ticked there.

    The same form again adds nobody. `seat` is theirs, where they are known.

    Raises:
        DomainError: the door is not open yet, or not any more.
    """

    def effect() -> dict[str, str]:
        return {"rsvp": str(_let_in(occurrence, name=name, email=email, by=by, seat=seat).pk)}

    if not form_key:
        return Rsvp.objects.get(pk=effect()["rsvp"])
    answer = keys.once(
        actor=str(by.pk),
        operation="gatherings.walk_in",
        key=form_key,
        request={"occurrence": str(occurrence.pk), "name": name, "email": email},
        effect=effect,
    )
    return Rsvp.objects.get(pk=answer["rsvp"])


@transaction.atomic
def nobody_came(*, occurrence: Occurrence, by: Seat) -> Occurrence:
    """Says that the count is complete although nobody is ticked; twice changes nothing."""
    occurrence = places.locked(occurrence)
    _must_be_at_the_door(occurrence)
    if occurrence.counted_at is None:
        _count(occurrence)
        audit.record(by=by, action="attendance.nobody", subject=occurrence)
    return occurrence


def _let_in(occurrence: Occurrence, *, name: str, email: str, by: Seat, seat: Seat | None) -> Rsvp:
    occurrence = places.locked(occurrence)
    _must_be_at_the_door(occurrence)
    if email:
        known = occurrence.rsvps.filter(email_normalised=normalise_email(email)).first()
        if known is not None:
            return record(rsvp=known, by=by)
    rsvp = Rsvp(
        occurrence=occurrence,
        email=email,
        email_normalised=normalise_email(email) if email else "",
        name=name,
        seat=seat,
        state=RsvpState.COMING,
        is_walk_in=True,
        confirmed_at=clock.now(),
    )
    rsvp.digest = links.digest(rsvp.secret)
    rsvp.save(force_insert=True)
    _mark(rsvp, by)
    _count(occurrence)
    return rsvp


def _mark(rsvp: Rsvp, by: Seat) -> None:
    rsvp.attended_at = rsvp.changed_at = clock.now()
    rsvp.attended_by = by
    rsvp.save(
        update_fields=[
            "state", "is_walk_in", "waiting_since", "confirmed_at", "withdrawn_at",
            "attended_at", "attended_by", "changed_at",
        ]
    )  # fmt: skip
    events.attendance_recorded.send(sender=Rsvp, rsvp=rsvp)


def _count(occurrence: Occurrence) -> None:
    if occurrence.counted_at is None:
        occurrence.counted_at = clock.now()
        occurrence.save(update_fields=["counted_at"])


def _held(rsvp: Rsvp) -> tuple[Occurrence, Rsvp]:
    occurrence = places.locked(Occurrence(pk=rsvp.occurrence_id))
    held = Rsvp.objects.select_for_update().get(pk=rsvp.pk)
    held.occurrence = occurrence
    return occurrence, held


def _must_be_at_the_door(occurrence: Occurrence) -> None:
    if occurrence.is_cancelled:
        raise DomainError(_("This date is called off."))
    if not occurrence.has_begun:
        raise DomainError(_("Who came is noted from an hour before it begins."))
    if clock.now() > occurrence.ends_at + LONGEST:
        raise DomainError(_("This date is too long over to be changed."))
